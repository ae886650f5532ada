// Putting a list in order by dragging its handles, and by the arrow keys on them.
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";

import { moved } from "./order";

interface Item { id: string; name: string }

interface Reorder<T extends Item> {
  /** The list as it is shown, while something is dragged as well. */
  items: readonly T[];
  dragged: string | undefined;
  /** What happened, for people who do not see it. */
  announcement: string;
  move: (from: number, to: number) => void;
  handle: (at: number) => {
    onPointerDown: (event: PointerEvent) => void;
    onKeyDown: (event: KeyboardEvent) => void;
  };
}

/** `list` has one child an item, in their order. */
export function useReorder<T extends Item>(
  stored: readonly T[],
  list: RefObject<HTMLElement | null>,
  onReorder: (items: T[]) => void,
): Reorder<T> {
  const [drag, setDrag] = useState<{ id: string; items: readonly T[] }>();
  const [announcement, setAnnouncement] = useState("");
  const items = drag?.items ?? stored;

  const commit = (next: T[], id: string) => {
    const to = next.findIndex((item) => item.id === id);
    if (next.every((item, at) => item.id === stored[at]?.id)) return;
    setAnnouncement(`${next[to]?.name ?? ""} is now ${to + 1} of ${next.length}.`);
    onReorder(next);
  };
  const move = (from: number, to: number) => {
    const item = items[from];
    if (!item || to < 0 || to >= items.length) return;
    commit(moved(items, from, to), item.id);
  };

  // What the listeners below need as it is when they are called.
  const latest = useRef({ items, commit });
  useEffect(() => {
    latest.current = { items, commit };
  });
  const dragged = drag?.id;
  useEffect(() => {
    if (dragged === undefined) return;
    const follow = (event: globalThis.PointerEvent) => {
      const known = latest.current.items;
      const at = known.findIndex(({ id }) => id === dragged);
      const to = placeOf(event.clientY, at, list.current);
      if (to === at) return;
      const items = moved(known, at, to);
      // Dropped before it is drawn, it is dropped where it is all the same.
      latest.current = { ...latest.current, items };
      setDrag({ id: dragged, items });
    };
    const drop = () => {
      setDrag(undefined);
      latest.current.commit([...latest.current.items], dragged);
    };
    const cancel = () => setDrag(undefined);
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key === "Escape") cancel();
    };
    addEventListener("pointermove", follow);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", cancel);
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("pointermove", follow);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", onKey);
    };
  }, [dragged, list]);

  return {
    items,
    dragged,
    announcement,
    move,
    handle: (at) => ({
      onPointerDown: (event) => {
        const item = items[at];
        if (event.button !== 0 || !item) return;
        setDrag({ id: item.id, items });
      },
      onKeyDown: (event) => {
        const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
        if (step === 0) return;
        event.preventDefault();
        move(at, at + step);
      },
    }),
  };
}

/** Where what is at `at` belongs with the pointer at `y`: past the middles of the others. */
function placeOf(y: number, at: number, list: HTMLElement | null): number {
  const middles = [...(list?.children ?? [])].map((row) => {
    const { top, height } = row.getBoundingClientRect();
    return top + height / 2;
  });
  const above = middles.filter((middle, other) => other < at && middle < y).length;
  const below = middles.filter((middle, other) => other > at && middle < y).length;
  return above + below;
}
