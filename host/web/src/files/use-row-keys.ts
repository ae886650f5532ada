// Going through the rows of the grid by keyboard: one of them can be reached by Tab, the arrows lead to the others.
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";

interface Rows {
  total: number;
  /** The rows that are in sight as a whole. */
  first: number;
  last: number;
  element: RefObject<HTMLElement | null>;
  /** Brings a row into sight, as the first or the last one. */
  reveal: (row: number, at: "start" | "end") => void;
}

interface RowKeys {
  /** The row that Tab leads to. */
  stop: number;
  onKeyDown: (event: KeyboardEvent) => void;
}

export function useRowKeys({ total, first, last, element, reveal }: Rows): RowKeys {
  const [current, setCurrent] = useState(0);
  // Whoever has scrolled on by other means begins where they are.
  const stop = Math.max(first, Math.min(current, last));
  const isMoving = useRef(false);
  useEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    element.current?.querySelector<HTMLElement>(`[data-row="${current}"]`)?.focus({ preventScroll: true });
  });
  return {
    stop,
    onKeyDown: (event) => {
      const wanted = target(event.key, stop, last - first, total);
      if (wanted === undefined) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(wanted, total - 1));
      isMoving.current = true;
      setCurrent(next);
      if (next < first) reveal(next, "start");
      else if (next > last) reveal(next, "end");
    },
  };
}

function target(key: string, row: number, page: number, total: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return row + 1;
    case "ArrowUp":
      return row - 1;
    case "PageDown":
      return row + page;
    case "PageUp":
      return row - page;
    case "Home":
      return 0;
    case "End":
      return total - 1;
    default:
      return undefined;
  }
}
