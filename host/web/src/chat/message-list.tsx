// The messages of a conversation, of which only those in view are there: ten thousand scroll like ten.
//
// It begins at the end and stays there while an answer grows, until the reader scrolls away; then it leaves them alone.
import { ActionIcon } from "@mantine/core";
import IconArrowDown from "@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import styles from "./message-list.module.css";
import { MessageRow, rowCount, rowHeight, rowKey, type Shown } from "./message-rows";

interface Props {
  shown: Shown;
  /** Changes when the reader is to see the end, whatever they look at: they have asked something. */
  toEnd: unknown;
}

/** Whoever is this near to the end reads along. */
const NEAR_PX = 48;

export function MessageList({ shown, toEnd }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const { steps } = shown;
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing below is memoised by what it returns
  const virtual = useVirtualizer({
    count: rowCount(shown),
    getScrollElement: () => scroll.current,
    // The same function for the same messages: with another one the list would measure all of them again.
    getItemKey: useCallback((at: number) => rowKey(steps, at), [steps]),
    estimateSize: (at) => rowHeight(shown, at),
    overscan: 3,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_PX,
    paddingEnd: 24,
    useFlushSync: false,
  });

  useLayoutEffect(() => {
    virtual.scrollToEnd();
  }, [virtual, toEnd]);

  // What the list thinks of as its end moves while rows are measured, so the element is asked.
  useEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const look = () => setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_PX * 3);
    const resized = new ResizeObserver(look);
    for (const child of element.children) resized.observe(child);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  const items = virtual.getVirtualItems();
  return (
    <div className={styles.frame}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls is reached by keyboard */}
      <div ref={scroll} className={styles.scroll} tabIndex={0} role="region" aria-label="Messages">
        <div className={styles.all} style={{ height: virtual.getTotalSize() }}>
          <div className={styles.shown} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map(({ index, key }) => (
              <div key={key} ref={virtual.measureElement} data-index={index} data-message className={styles.row}>
                <MessageRow shown={shown} at={index} />
              </div>
            ))}
          </div>
        </div>
      </div>
      {!isAtEnd && (
        <ActionIcon
          className={styles.jump}
          variant="default"
          radius="xl"
          size={36}
          aria-label="Jump to the newest message"
          onClick={() => virtual.scrollToEnd({ behavior: "auto" })}
        >
          <IconArrowDown size={18} />
        </ActionIcon>
      )}
    </div>
  );
}
