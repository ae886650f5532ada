// What can be done with an answer that has ended.
import { Text } from "@mantine/core";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import { useDeferredValue } from "react";

import { isWhole, wordsOf } from "./answer";
import styles from "./answer-actions.module.css";
import { BranchSwitch } from "./branch-switch";
import { CopyButton } from "./copy-button";
import { Feedback } from "./feedback";
import { IconAction } from "./icon-action";
import { chatMessageOf } from "./message";
import { Pin } from "./pin";
import type { Step } from "./tree";

interface Props {
  step: Step;
  isLast: boolean;
  onSelect: (messageId: string) => void;
  /** The reader may change the conversation. */
  mayChange: boolean;
  /** Left out where nothing can be asked now. */
  onRetry?: (() => void) | undefined;
}

export function AnswerActions({ step, isLast, onSelect, mayChange, onRetry }: Props) {
  // Its room is there at once, and what is in it when there is time: nobody sees it while the messages scroll by.
  const isThere = useDeferredValue(true, false);
  if (!isThere) return <div className={styles.actions} />;
  const { message, siblings } = step;
  const words = wordsOf(chatMessageOf(message));
  const shown = isLast || siblings.length > 1 || message.feedback !== null || message.pinned;
  const asked = new Date(message.created_at);
  const moment = asked.toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });
  return (
    <div className={styles.actions} data-shown={shown || undefined}>
      {words !== "" && <CopyButton text={words} label="Copy answer" />}
      {mayChange && <Feedback message={message} />}
      {mayChange && isWhole(message) && <Pin message={message} />}
      {/* How an answer ended that is not whole stands above, with a button that says the same. */}
      {onRetry && isWhole(message) && (
        <IconAction label="Regenerate answer" onClick={onRetry}>
          <IconRefresh size={16} />
        </IconAction>
      )}
      <BranchSwitch step={step} onSelect={onSelect} />
      <Text component="time" size="xs" c="dimmed" className={styles.time} dateTime={message.created_at} title={moment}>
        {asked.toLocaleTimeString(undefined, { timeStyle: "short" })}
      </Text>
    </div>
  );
}
