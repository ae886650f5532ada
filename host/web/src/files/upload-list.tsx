// The files on their way to a project: how far each is, what went wrong, and the way out.
import { ActionIcon, Button, Group, Progress, Stack, Text, Tooltip } from "@mantine/core";
import IconAlertCircle from "@tabler/icons-react/dist/esm/icons/IconAlertCircle.mjs";
import IconCircleCheck from "@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs";
import IconCloudUpload from "@tabler/icons-react/dist/esm/icons/IconCloudUpload.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useEffect } from "react";

import { counted, formatBytes, formatNumber, formatShare } from "../shell/numbers";
import styles from "./upload-list.module.css";
import { dismiss, dismissDone, type QueuedUpload, retry, useUploads } from "./upload-queue";

/** The list below has what arrived; that it did is said for a moment. */
const OVER_MS = 6000;

interface Props {
  projectId: string;
}

export function UploadList({ projectId }: Props) {
  const uploads = useUploads().filter((upload) => upload.projectId === projectId);
  const going = uploads.filter(({ state }) => state === "sending" || state === "waiting").length;
  const failed = uploads.filter(({ state }) => state === "failed").length;
  const done = uploads.length - going - failed;
  const isOver = going === 0 && failed === 0;
  useEffect(() => {
    if (!isOver) return undefined;
    const timer = setTimeout(() => dismissDone(projectId), OVER_MS);
    return () => clearTimeout(timer);
  }, [isOver, projectId]);
  if (uploads.length === 0) return null;
  // What still goes on or went wrong is what somebody looks for.
  const inOrder = [...uploads].sort((a, b) => Number(a.state === "done") - Number(b.state === "done"));
  return (
    <section className={styles.box} data-floats aria-label="Uploads">
      <Group justify="space-between" wrap="nowrap" className={styles.head}>
        <Text size="sm" fw={550} role="status">
          {heading(going, failed, done)}
        </Text>
        {done > 0 && going === 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => dismissDone(projectId)}>
            {failed > 0 ? "Hide uploaded" : "Hide"}
          </Button>
        )}
      </Group>
      {!isOver && (
        // It scrolls, so it can be reached by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ul className={styles.list} tabIndex={0} aria-label="Current uploads">
          {inOrder.map((upload) => (
            <Entry key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  );
}

function heading(going: number, failed: number, done: number): string {
  if (going > 0) return `Uploading ${counted(going, "file")}`;
  const arrived = `${counted(done, "file")} uploaded`;
  const stuck = `${formatNumber(failed)} failed`;
  return [done > 0 && arrived, failed > 0 && stuck].filter(Boolean).join(", ");
}

function Entry({ upload }: { upload: QueuedUpload }) {
  const { id, name, bytes, sentBytes, state, error } = upload;
  const share = bytes === 0 ? 0 : Math.min(1, sentBytes / bytes);
  return (
    <li className={styles.entry}>
      <StateIcon state={state} />
      <Stack gap={4} flex={1} miw={0}>
        <Group justify="space-between" wrap="nowrap" gap="sm">
          <Text size="sm" truncate title={name}>
            {name}
          </Text>
          <Text size="xs" c="dimmed" flex="none" className={styles.figures}>
            {figures(upload, share)}
          </Text>
        </Group>
        {state === "sending" && <Progress value={share * 100} size={4} aria-label={`Upload of ${name}`} />}
        {error && (
          <>
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {error.message}
            </Text>
            <Button size="compact-sm" variant="default" mt={4} style={{ alignSelf: "start" }} onClick={() => retry(id)}>
              Try again
            </Button>
          </>
        )}
      </Stack>
      {state !== "done" && (
        <Tooltip label={state === "failed" ? "Dismiss" : "Cancel"}>
          <ActionIcon
            aria-label={`${state === "failed" ? "Dismiss" : "Cancel the upload of"} ${name}`}
            onClick={() => dismiss(id)}
          >
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}

function figures({ state, bytes, sentBytes, isWaiting }: QueuedUpload, share: number): string {
  if (state === "waiting") return `Waiting · ${formatBytes(bytes)}`;
  if (state === "done" || state === "failed") return formatBytes(bytes);
  if (isWaiting === true) return `Waiting, resumes automatically · ${formatShare(share)}`;
  // All bytes are gone, and the server puts them where they stay.
  if (share === 1) return "Saving…";
  return `${formatBytes(sentBytes)} of ${formatBytes(bytes)} · ${formatShare(share)}`;
}

function StateIcon({ state }: Pick<QueuedUpload, "state">) {
  if (state === "done") {
    return <IconCircleCheck size={20} stroke={1.5} color="var(--mantine-color-teal-6)" aria-label="Uploaded" />;
  }
  if (state === "failed") {
    return <IconAlertCircle size={20} stroke={1.5} color="var(--mantine-color-error)" aria-label="Failed" />;
  }
  return <IconCloudUpload size={20} stroke={1.5} color="var(--mantine-color-dimmed)" aria-hidden />;
}
