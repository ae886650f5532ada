// The messages of a conversation, of which only those in view are there: ten thousand scroll like ten.
//
// It begins at the end. What is asked goes to the top, with room for its answer below, so that nothing moves while
// somebody reads what is streaming. Whoever scrolls to the end of the answer stays there as it grows.
import { ActionIcon } from "@mantine/core";
import IconArrowDown from "@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import styles from "./message-list.module.css";
import { MessageRow, rowCount, rowHeight, rowKey, type Shown } from "./message-rows";

interface Props {
  shown: Shown;
  /** How often something was asked here: when it grows, the last question is to be seen, with what comes of it. */
  asked: number;
}

/** Whoever is this near to the end reads along. */
const NEAR_PX = 48;
/** The way back is offered from here on. */
const FAR_PX = 96;
const PADDING_END_PX = 24;

export function MessageList({ shown, asked }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const [isFar, setFar] = useState(false);
  const { steps, rows, pending } = shown;
  const count = rowCount(shown);
  const [follows, setFollows] = useState({ since: asked, is: asked === 0 });
  const isFollowing = follows.since === asked && follows.is;
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing below is memoised by what it returns
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    // The same function for the same messages: with another one the list would measure all of them again.
    getItemKey: useCallback((at: number) => rowKey({ steps, rows, pending }, at), [steps, rows, pending]),
    estimateSize: (at) => rowHeight(shown, at),
    overscan: 3,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: isFollowing ? NEAR_PX : -1,
    paddingEnd: PADDING_END_PX,
    useFlushSync: false,
  });

  const lastQuestion = count - 2;
  useLayoutEffect(() => {
    if (asked === 0) virtual.scrollToEnd();
    else virtual.scrollToIndex(lastQuestion, { align: "start" });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each question, not for each message
  }, [virtual, asked]);

  // What the list thinks of as its end moves while rows are measured, so the elements are asked.
  useEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const look = () => {
      const hidden_px = hiddenBelow(element);
      setFar(hidden_px > FAR_PX);
      return hidden_px;
    };
    const onScroll = () => {
      // At the end of the answer, and not at that of the room below it.
      if (Math.abs(look()) <= NEAR_PX) setFollows({ since: asked, is: true });
    };
    const resized = new ResizeObserver(look);
    for (const child of [element, ...element.children]) resized.observe(child);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [asked]);

  const items = virtual.getVirtualItems();
  const question_px = items.find(({ index }) => index === lastQuestion)?.size ?? 0;
  const room = { minHeight: `calc(100cqb - ${question_px + PADDING_END_PX}px)` };
  return (
    <div className={styles.frame}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls is reached by keyboard */}
      <div ref={scroll} className={styles.scroll} tabIndex={0} role="region" aria-label="Messages">
        <div className={styles.all} style={{ height: virtual.getTotalSize() }}>
          <div className={styles.shown} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map(({ index, key }) => (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                data-message={index === count - 1 ? "last" : ""}
                className={styles.row}
                style={asked > 0 && index === count - 1 ? room : undefined}
              >
                <MessageRow shown={shown} at={index} />
              </div>
            ))}
          </div>
        </div>
      </div>
      {isFar && (
        <ActionIcon
          className={styles.jump}
          variant="default"
          radius="xl"
          size={36}
          aria-label="Jump to the latest message"
          onClick={() => {
            setFollows({ since: asked, is: true });
            virtual.scrollToEnd();
          }}
        >
          <IconArrowDown size={18} />
        </ActionIcon>
      )}
    </div>
  );
}

/** How much of the last message is below the view; less than nothing where there is room left below it. */
function hiddenBelow(element: HTMLElement): number {
  const last = element.querySelector("[data-message=last] > :last-child");
  if (!last) return Infinity;
  return last.getBoundingClientRect().bottom + PADDING_END_PX - element.getBoundingClientRect().bottom;
}
