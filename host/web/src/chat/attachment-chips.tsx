import { CloseButton, Group, RingProgress, Text, UnstyledButton } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconFileTypeCsv from "@tabler/icons-react/dist/esm/icons/IconFileTypeCsv.mjs";

import type { Sending } from "./attachments";
import styles from "./composer.module.css";

interface Props {
  files: readonly { id: string; name: string }[];
  sending: readonly Sending[];
  onRemove: (fileId: string) => void;
  onGiveUp: (key: number) => void;
  onAgain: (key: number, source: File) => void;
}

/** What a question is about, above its words. */
export function AttachmentChips({ files, sending, onRemove, onGiveUp, onAgain }: Props) {
  if (files.length + sending.length === 0) return null;
  return (
    <Group gap={6} className={styles.chips} role="list" aria-label="Attached files">
      {files.map(({ id, name }) => (
        <div key={id} className={styles.chip} role="listitem">
          <IconFileTypeCsv size={16} stroke={1.5} aria-hidden />
          <span className={styles.chipName}>{name}</span>
          <CloseButton size={22} aria-label={`Remove ${name}`} onClick={() => onRemove(id)} />
        </div>
      ))}
      {sending.map(({ key, source, part, error }) => (
        <div key={key} className={styles.chip} data-failed={error ? true : undefined} role="listitem">
          {error ? (
            <IconAlertTriangle size={16} aria-hidden />
          ) : (
            <RingProgress
              size={18}
              thickness={2.5}
              sections={[{ value: part * 100, color: "teal" }]}
              rootColor="var(--glovebox-border)"
              aria-label={`${Math.round(part * 100)} % uploaded`}
            />
          )}
          <span className={styles.chipName}>{source.name}</span>
          {error && (
            <UnstyledButton className={styles.again} onClick={() => onAgain(key, source)}>
              Try again
            </UnstyledButton>
          )}
          <CloseButton size={22} aria-label={`Cancel the upload of ${source.name}`} onClick={() => onGiveUp(key)} />
          {error && (
            <Text size="xs" c="red" role="alert" className={styles.chipError}>
              {error.message}
            </Text>
          )}
        </div>
      ))}
    </Group>
  );
}
