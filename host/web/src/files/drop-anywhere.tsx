// The two ways in for files: dropping them anywhere on the page, and choosing them.
import { Button, FileButton, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import IconUpload from "@tabler/icons-react/dist/esm/icons/IconUpload.mjs";

import "@mantine/dropzone/styles.css";
import styles from "./drop-anywhere.module.css";

interface Props {
  onFiles: (files: File[]) => void;
}

/** What the window for choosing shows first. Anything can be dropped: the server looks into it and says what it is. */
const TABLES = 
  ".csv,.tsv,.tab,.txt,.zip,.gz,.xlsx,.xlsm,.xlsb,.xls,.ods,.parquet,.arrow,.feather,.json,.ndjson,.jsonl,text/csv,text/tab-separated-values,application/zip";

export function DropAnywhere({ onFiles }: Props) {
  return (
    <Dropzone.FullScreen
      withinPortal={false}
      onDrop={onFiles}
      classNames={{ fullScreen: styles.screen, root: styles.zone, inner: styles.inner }}
    >
      <IconUpload size={36} stroke={1.25} aria-hidden />
      <Text fw={550}>Drop to upload</Text>
      <Text size="sm">CSV, Excel, OpenDocument, Parquet or JSON, compressed or not. A file with an existing name becomes a new version.</Text>
    </Dropzone.FullScreen>
  );
}

export function UploadButton({ onFiles }: Props) {
  return (
    <FileButton multiple accept={TABLES} onChange={onFiles}>
      {(props) => (
        <Button leftSection={<IconUpload size={16} />} {...props}>
          Upload files
        </Button>
      )}
    </FileButton>
  );
}
