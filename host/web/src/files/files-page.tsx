// A project's files: dropping them in, how far each is, and what is in the project already.
import { Button, Skeleton, Text, TextInput } from "@mantine/core";
import IconFiles from "@tabler/icons-react/dist/esm/icons/IconFiles.mjs";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import { useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState } from "react";
import { useParams } from "react-router";

import { keepFile, useFiles } from "../api/files";
import { useMayChange } from "../api/roles";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { counted, formatNumber } from "../shell/numbers";
import { PageFrame } from "../shell/page-frame";
import { DropAnywhere, UploadButton } from "./drop-anywhere";
import { FileTable } from "./file-table";
import tableStyles from "./file-table.module.css";
import styles from "./files-page.module.css";
import { UnfinishedUploads } from "./unfinished";
import { UploadList } from "./upload-list";
import { enqueue, onArrival } from "./upload-queue";

/** From this number on there is something to filter. */
const FILTER_FROM = 6;

export default function FilesPage() {
  const { projectId = "" } = useParams();
  const [filter, setFilter] = useState("");
  // Typing comes before what is found by it.
  const settled = useDeferredValue(filter);
  const files = useFiles(projectId);
  const mayChange = useMayChange(projectId);
  const client = useQueryClient();
  useEffect(() => onArrival((file) => void keepFile(client, file)), [client]);

  const add = (chosen: File[]) => enqueue(projectId, chosen);
  if (files.error?.status === 404) return <NotFound what="project" />;
  const all = files.data ?? [];
  const words = settled.trim().toLowerCase();
  const shown = all.filter((file) => file.name.toLowerCase().includes(words));
  return (
    <PageFrame title="Files" width="wide" actions={mayChange && all.length > 0 && <UploadButton onFiles={add} />}>
      {mayChange && <DropAnywhere onFiles={add} />}
      {mayChange && <UnfinishedUploads projectId={projectId} onFiles={add} />}
      {files.isPending && <FilesSkeleton />}
      {files.isError && <Failed error={files.error} title="The files could not be loaded" retry={files.refetch} />}
      {files.isSuccess && all.length === 0 && (
        <Empty icon={IconFiles} title="No files yet" action={mayChange && <UploadButton onFiles={add} />}>
          {mayChange
            ? "Drop CSV, Excel, Parquet or JSON files anywhere on this page, compressed or not, or choose “Upload files”. Then ask about them."
            : "Members of the organisation can upload files here."}
        </Empty>
      )}
      {all.length > 0 && (
        <>
          <div className={styles.bar}>
            {all.length >= FILTER_FROM && (
              <TextInput
                aria-label="Filter files"
                placeholder="Filter by name"
                className={styles.filter}
                leftSection={<IconSearch size={16} />}
                value={filter}
                onChange={(event) => setFilter(event.currentTarget.value)}
              />
            )}
            <Text size="sm" c="dimmed" role="status">
              {words === "" ? counted(all.length, "file") : `${formatNumber(shown.length)} of ${counted(all.length, "file")}`}
            </Text>
          </div>
          {shown.length > 0 ? (
            <FileTable files={shown} mayChange={mayChange} />
          ) : (
            <Text c="dimmed" py="lg" style={{ overflowWrap: "anywhere" }}>
              No file name contains “{filter.trim()}”.{" "}
              <Button variant="subtle" size="compact-sm" onClick={() => setFilter("")}>
                Show all
              </Button>
            </Text>
          )}
        </>
      )}
      {/* Below the files, so that they do not move while somebody works with them. */}
      <UploadList projectId={projectId} />
    </PageFrame>
  );
}

/** The bar, the head of the table and some of its rows. */
function FilesSkeleton() {
  return (
    <div role="status" aria-label="Loading the files" className={tableStyles.coming}>
      <Skeleton height={14} width={72} mb={49} />
      {Array.from({ length: 6 }, (_, at) => (
        <div key={at} className={tableStyles.comingRow}>
          <Skeleton height={18} width={18} radius="sm" />
          <Skeleton height={12} width={`${34 - ((at * 7) % 13)}%`} />
          <Skeleton height={12} width={72} />
        </div>
      ))}
    </div>
  );
}
