import { Text } from "@mantine/core";

import { formatShare } from "../shell/numbers";
import { useUploads } from "./upload-queue";

/** How far all uploads to a project are together, beside the way to its files. Nothing where none is going on. */
export function UploadsMark({ projectId }: { projectId: string }) {
  const uploads = useUploads().filter((upload) => upload.projectId === projectId);
  const going = uploads.filter(({ state }) => state === "sending" || state === "waiting");
  if (going.length === 0) return null;
  const bytes = going.reduce((sum, upload) => sum + upload.bytes, 0);
  const sent = going.reduce((sum, upload) => sum + upload.sentBytes, 0);
  return (
    <Text span size="xs" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
      Uploading {formatShare(bytes === 0 ? 0 : sent / bytes)}
    </Text>
  );
}
