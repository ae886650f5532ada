// How an answer ended that did not simply end, and what to do about it.
import { Alert, Button, Text } from "@mantine/core";
import IconAlertCircle from "@tabler/icons-react/dist/esm/icons/IconAlertCircle.mjs";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";

import type { MessageState } from "../api/messages";
import styles from "./ending.module.css";
import type { PartOf } from "./message";

interface Props {
  state: MessageState;
  errors: readonly PartOf<"error">[];
  isEmpty: boolean;
  onRetry: (() => void) | undefined;
}

export function Ending({ state, errors, isEmpty, onRetry }: Props) {
  if (state === "stopped") {
    return (
      <div className={styles.stopped}>
        <IconPlayerStop size={16} aria-hidden />
        <Text size="sm">{isEmpty ? "Stopped before it started." : "Stopped. Results so far are kept."}</Text>
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    );
  }
  if (errors.length === 0 && state === "done") return null;
  return (
    <Alert
      color={state === "done" ? "gray" : "red"}
      variant="light"
      icon={<IconAlertCircle />}
      title={titleOf(state, errors[0]?.code)}
      className={styles.alert ?? ""}
    >
      {errors.map((error, at) => (
        <Text key={at} size="sm">
          {error.message}
        </Text>
      ))}
      {onRetry && (
        <Button size="xs" variant="default" mt="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

function titleOf(state: MessageState, code: string | undefined): string {
  if (state === "interrupted") return "The answer was interrupted";
  return code?.startsWith("budget_") ? "This answer reached its limit" : "The answer failed";
}
