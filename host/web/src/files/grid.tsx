// The rows of a table, of any length and width: what is in sight is in the page, and what is about to be is loaded.
import { Button, Text, UnstyledButton } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useImperativeHandle, type Ref, useLayoutEffect, useMemo, useRef, useState } from "react";

import type { Cell, ColumnProfile, Profile, Readable } from "../api/files";
import { formatNumber } from "../shell/numbers";
import { ColumnHeader, HEADER_PX } from "./column-header";
import { columnWidth, gutterWidth } from "./column-width";
import styles from "./grid.module.css";
import { isNumeric } from "./kinds";
import { placed, type Scrolled, scrolledTo, type Tall, tall } from "./tall-scroll";
import { useRowKeys } from "./use-row-keys";
import { useRows } from "./use-rows";

const ROW_PX = 32;
/** Rows beyond the edges that are there already. */
const OVERSCAN = 6;

/** What a page can have the grid do. */
export interface GridHandle {
  goTo: (row: number) => void;
}

interface Props {
  file: Readable;
  version: number;
  profile: Profile;
  label: string;
  onOpenRow: (index: number, cells: readonly Cell[]) => void;
  ref?: Ref<GridHandle>;
}

export function Grid({ file, version, profile, label, onOpenRow, ref }: Props) {
  const { columns, row_count: total } = profile;
  const { ref: sized, height: viewPx } = useElementSize<HTMLDivElement>();
  const shape = useMemo(() => tall(total * ROW_PX, Math.max(ROW_PX, viewPx - HEADER_PX)), [total, viewPx]);
  const { element, at, move } = useScrolled(shape);
  const merged = useMergedRef(element, sized);
  const goTo = useCallback((row: number) => move(placed(shape, row * ROW_PX)), [shape, move]);
  useImperativeHandle(ref, () => ({ goTo }), [goTo]);

  const gutter = gutterWidth(total);
  const widths = useMemo(() => columns.map(columnWidth), [columns]);
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler memoizes this component
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => element.current,
    estimateSize: (index) => widths[index] ?? 0,
    paddingStart: gutter,
    overscan: 2,
  });
  const shown = across.getVirtualItems();
  const place = at.top + at.offset;
  const first = Math.max(0, Math.floor(place / ROW_PX) - OVERSCAN);
  const last = Math.min(total - 1, Math.ceil((place + shape.viewPx) / ROW_PX) + OVERSCAN);
  const keys = useRowKeys({
    total,
    first: Math.ceil(place / ROW_PX),
    last: Math.max(0, Math.floor((place + shape.viewPx) / ROW_PX) - 1),
    element,
    reveal: (row, at) => move(placed(shape, at === "start" ? row * ROW_PX : (row + 1) * ROW_PX - shape.viewPx)),
  });
  const rows = useRows({ file, version, rows: total, columns: columns.length }, first, last);
  const cells = shown.flatMap(({ index, start, size }) => {
    const column = columns[index];
    return column ? [{ index, start, size, column }] : [];
  });

  return (
    <div className={styles.frame}>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={merged} className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
        <div
          role="table"
          aria-label={label}
          aria-rowcount={total + 1}
          aria-colcount={columns.length}
          style={{ width: across.getTotalSize() }}
        >
          <div role="rowgroup" className={styles.head} style={{ height: HEADER_PX }}>
            <div role="row" aria-rowindex={1}>
              <div role="columnheader" className={styles.corner} style={{ width: gutter }}>
                <span className={styles.said}>Row</span>
              </div>
              {cells.map(({ index, start, size, column }) => (
                <div
                  key={index}
                  role="columnheader"
                  aria-colindex={index + 1}
                  className={styles.header}
                  style={{ left: start, width: size }}
                >
                  <ColumnHeader column={column} rows={profile.profiled_rows} width={size} />
                </div>
              ))}
            </div>
          </div>
          {/* The keys are those of the buttons in it, on their way up. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <div role="rowgroup" className={styles.body} style={{ height: shape.elementPx }} onKeyDown={keys.onKeyDown}>
            {Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first + step).map((index) => (
              <Row
                key={index}
                index={index}
                top={index * ROW_PX - at.offset}
                gutter={gutter}
                cells={cells}
                values={rows.row(index)}
                isStop={index === keys.stop}
                onOpen={onOpenRow}
              />
            ))}
          </div>
        </div>
      </div>
      {rows.error && (
        <div className={styles.failed} role="alert">
          <Text size="sm">{rows.error.message}</Text>
          <Button size="compact-sm" variant="default" onClick={rows.retry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

interface ShownCell {
  index: number;
  start: number;
  size: number;
  column: ColumnProfile;
}

interface RowProps {
  index: number;
  top: number;
  gutter: number;
  cells: readonly ShownCell[];
  values: readonly Cell[] | undefined;
  /** Tab leads here. Thousands of stops on the way through a page are too many. */
  isStop: boolean;
  onOpen: (index: number, cells: readonly Cell[]) => void;
}

const Row = memo(function Row({ index, top, gutter, cells, values, isStop, onOpen }: RowProps) {
  return (
    <div role="row" aria-rowindex={index + 2} className={styles.row} style={{ top, height: ROW_PX }}>
      <div role="rowheader" className={styles.number} style={{ width: gutter }}>
        <UnstyledButton
          className={styles.open}
          aria-disabled={values === undefined || undefined}
          aria-label={`All of row ${index + 1}`}
          onClick={() => values && onOpen(index, values)}
          data-row={index}
          tabIndex={isStop ? 0 : -1}
        >
          {formatNumber(index + 1)}
        </UnstyledButton>
      </div>
      {cells.map(({ index: at, start, size, column }) => (
        <div
          key={at}
          role="cell"
          aria-colindex={at + 1}
          className={styles.cell}
          data-numeric={isNumeric(column) || undefined}
          style={{ left: start, width: size }}
        >
          {values === undefined ? <span className={styles.coming} /> : <Value value={values[at] ?? null} />}
        </div>
      ))}
    </div>
  );
});

function Value({ value }: { value: Cell }) {
  if (value === null || value === "") {
    return (
      <span className={styles.nothing}>
        <span aria-hidden>–</span>
        <span className={styles.said}>empty</span>
      </span>
    );
  }
  // What is cut off can be read by pointing at it.
  return <span title={value.length > 12 ? value : undefined}>{value}</span>;
}

/** Where the grid is, in step with its element. */
function useScrolled(shape: Tall) {
  const element = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<Scrolled>({ top: 0, offset: 0 });
  const current = useRef(at);
  const move = useCallback((next: Scrolled) => {
    current.current = next;
    setAt(next);
    const scrolling = element.current;
    if (scrolling && scrolling.scrollTop !== next.top) scrolling.scrollTo({ top: next.top });
  }, []);
  useLayoutEffect(() => {
    const scrolling = element.current;
    if (!scrolling) return undefined;
    const follow = () => {
      const { scrollTop } = scrolling;
      if (scrollTop !== current.current.top) move(scrolledTo(shape, current.current, scrollTop));
    };
    scrolling.addEventListener("scroll", follow, { passive: true });
    return () => scrolling.removeEventListener("scroll", follow);
  }, [shape, move]);
  return { element, at, move };
}
