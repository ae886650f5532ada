// The rows of the list. Those in sight alone are in the page, so thousands cost what twenty do, and more are loaded
// before somebody comes to the end.
import { Box, Button, Skeleton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";

import type { Conversation } from "../api/conversations";
import type { ApiError } from "../api/error";
import styles from "./conversation-list.module.css";
import { ConversationRow } from "./conversation-row";
import { type Row, withHeadings } from "./days";
import { useStages } from "./under-way";

/** Rows before the end at which the next page is asked for. */
const AHEAD = 15;
const HEADING_PX = 34;
const ROW_PX = 36;
const FOUND_PX = 60;

interface Props {
  items: readonly Conversation[];
  /** With headings; what a search found has none. */
  byDay: boolean;
  openId: string | undefined;
  more: (() => unknown) | undefined;
  isLoadingMore: boolean;
  failedMore: ApiError | null;
}

export function ConversationRows({ items, byDay, openId, more, isLoadingMore, failedMore }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const stages = useStages();
  const rows = useMemo<Row<Conversation>[]>(
    () => (byDay ? withHeadings(items, (item) => item.updated_at) : items.map((item) => ({ kind: "item", item }))),
    [items, byDay],
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler memoizes this component
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => heightOf(rows[at]),
    getItemKey: (at) => keyOf(rows[at], at),
    overscan: 8,
    paddingEnd: 12,
  });
  // The heights are known, not measured; a row that changes kind has to be asked again.
  useEffect(() => virtual.measure(), [rows, virtual]);

  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !isLoadingMore && !failedMore && last >= rows.length - AHEAD) more();
  }, [more, isLoadingMore, failedMore, last, rows.length]);

  return (
    <div ref={scroll} className={styles.scroll}>
      {/* The links take the keys; here they are heard for all of them. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div role="list" className={styles.rows} style={{ height: virtual.getTotalSize() }} onKeyDown={moveFocus}>
        {shown.map(({ index, key, start, size }) => {
          const row = rows[index];
          return (
            row && (
              <div key={key} role="listitem" className={styles.row} style={{ height: size, top: start }}>
                {row.kind === "heading" ? (
                  <h2 className={styles.heading}>{row.text}</h2>
                ) : (
                  <ConversationRow
                    conversation={row.item}
                    isOpen={row.item.id === openId}
                    stage={stages.get(row.item.id)?.stage}
                  />
                )}
              </div>
            )
          );
        })}
      </div>
      {isLoadingMore && <Skeleton height={20} mx="xs" mb="md" width="70%" />}
      {failedMore && (
        <Box px="xs" pb="md">
          <Button variant="subtle" size="compact-sm" onClick={() => more?.()}>
            More could not be loaded. Try again
          </Button>
        </Box>
      )}
    </div>
  );
}

function heightOf(row: Row<Conversation> | undefined): number {
  if (row?.kind === "heading") return HEADING_PX;
  return row?.item.snippet ? FOUND_PX : ROW_PX;
}

function keyOf(row: Row<Conversation> | undefined, at: number): string | number {
  if (!row) return at;
  return row.kind === "heading" ? `heading ${row.text}` : row.item.id;
}

/** Up and down go from one conversation to the next. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.target instanceof HTMLAnchorElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a[href]")];
  const next = links[links.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
