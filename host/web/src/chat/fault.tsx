// Why a run did not come to its end: in words, where in the script, and what would help.
import { Text, UnstyledButton } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";
import { useState } from "react";

import styles from "./fault.module.css";
import type { PartOf } from "./message";

interface Props {
  error: PartOf<"error">;
  /** Shows the line in the script. */
  onLine?: (() => void) | undefined;
}

/** What is not an exception of the script. */
const TITLES: Record<string, string> = {
  limit: "The script reached a limit",
  crashed: "The sandbox failed",
  not_kept: "A file was not saved",
};

export function Fault({ error: { code, message, line, hint, traceback }, onLine }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [first = "", ...more] = message.split("\n");
  const title = TITLES[code];
  return (
    <div className={styles.fault}>
      <IconAlertTriangle size={18} className={styles.icon} aria-hidden />
      <div className={styles.words}>
        <Text size="sm" fw={600}>
          {title ?? code}
          {typeof line === "number" && (
            <>
              {" "}
              <UnstyledButton className={styles.line} onClick={onLine} disabled={!onLine}>
                on line {line}
              </UnstyledButton>
            </>
          )}
        </Text>
        {/* A sentence of ours begins as one; what Python says stays as it is. */}
        <Text size="sm">{title === undefined ? first : first.charAt(0).toUpperCase() + first.slice(1)}</Text>
        {typeof hint === "string" && hint !== "" && (
          <Text size="sm" c="dimmed" mt={4}>
            {hint}
          </Text>
        )}
        {(typeof traceback === "string" || more.length > 0) && (
          <>
            <UnstyledButton className={styles.more} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              <IconChevronRight size={14} className={styles.chevron} aria-hidden />
              Python traceback
            </UnstyledButton>
            {isOpen && <pre className={styles.traceback}>{traceback ?? message}</pre>}
          </>
        )}
      </div>
    </div>
  );
}
