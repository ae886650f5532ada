// What can be done with an answer that has ended.
import { Text } from "@mantine/core";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import { useDeferredValue } from "react";

import { wordsOf } from "./answer";
import styles from "./answer-actions.module.css";
import { BranchSwitch } from "./branch-switch";
import { CopyButton } from "./copy-button";
import { Feedback } from "./feedback";
import { IconAction } from "./icon-action";
import { chatMessageOf } from "./message";
import type { Step } from "./tree";

interface Props {
  step: Step;
  isLast: boolean;
  onSelect: (messageId: string) => void;
  onRetry?: (() => void) | undefined;
}

export function AnswerActions({ step, isLast, onSelect, onRetry }: Props) {
  // Its room is there at once, and what is in it when there is time: nobody sees it while the messages scroll by.
  const isThere = useDeferredValue(true, false);
  if (!isThere) return <div className={styles.actions} />;
  const { message, siblings } = step;
  const shown = isLast || siblings.length > 1 || message.feedback !== null;
  const asked = new Date(message.created_at);
  const moment = asked.toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });
  return (
    <div className={styles.actions} data-shown={shown || undefined}>
      <CopyButton text={() => wordsOf(chatMessageOf(message))} label="Copy the answer" />
      {onRetry && (
        <>
          <Feedback message={message} />
          <IconAction label="Answer again" onClick={onRetry}>
            <IconRefresh size={16} />
          </IconAction>
        </>
      )}
      <BranchSwitch step={step} onSelect={onSelect} />
      <Text component="time" size="xs" c="dimmed" className={styles.time} dateTime={message.created_at} title={moment}>
        {asked.toLocaleTimeString(undefined, { timeStyle: "short" })}
      </Text>
    </div>
  );
}
