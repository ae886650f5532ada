// Large uploads that a reload or a lost connection broke off: the browser has forgotten the file, the server has not
// forgotten its first part.
import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ApiError } from "../api/error";
import { formatBytes, formatShare } from "../shell/numbers";
import styles from "./upload-list.module.css";
import { useUploads } from "./upload-queue";

interface Props {
  projectId: string;
  onFiles: (files: File[]) => void;
}

export function UnfinishedUploads({ projectId, onFiles }: Props) {
  const going = useUploads();
  // Where nothing was begun before the page was opened, there is nothing to load.
  const [begun] = useState(() => Object.keys(localStorage).some((key) => key.startsWith("tus::")));
  const { data, refetch } = useQuery({
    queryKey: ["unfinished-uploads", projectId],
    queryFn: async () => {
      try {
        const { unfinishedUploads } = await import("./upload-resumable");
        return await unfinishedUploads(projectId);
      } catch (thrown) {
        throw ApiError.from(thrown);
      }
    },
    enabled: begun,
  });
  const waiting = data?.filter(({ name, bytes }) => !going.some((one) => one.name === name && one.bytes === bytes));
  if (!waiting || waiting.length === 0) return null;
  return (
    <section className={styles.box} aria-label="Unfinished uploads">
      <ul className={styles.list}>
        {waiting.map(({ name, bytes, arrivedBytes, forget }) => (
          <li key={`${name} ${bytes}`} className={styles.entry} data-wraps>
            <Stack gap={0} flex={1} miw={200}>
              <Text size="sm" truncate title={name}>
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {formatShare(arrivedBytes / bytes)} of {formatBytes(bytes)} uploaded. Choose the same file again to
                resume.
              </Text>
            </Stack>
            <Group gap="xs" flex="none">
              <FileButton onChange={(file) => file && onFiles([file])}>
                {(props) => (
                  <Button size="xs" {...props}>
                    Resume
                  </Button>
                )}
              </FileButton>
              <Button size="xs" variant="default" onClick={() => void forget().then(() => refetch())}>
                Discard
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </section>
  );
}
