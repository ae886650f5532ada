// A file that a script wrote: its size, a look into it, download and deletion. Of a deleted one the name stays.
import { Button, Group, Modal, Skeleton, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import IconFile from "@tabler/icons-react/dist/esm/icons/IconFile.mjs";
import IconFileTypeCsv from "@tabler/icons-react/dist/esm/icons/IconFileTypeCsv.mjs";
import IconPhoto from "@tabler/icons-react/dist/esm/icons/IconPhoto.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Schemas } from "../api/client";
import { generatedRowsQuery } from "../api/generated-files";
import { type GeneratedFile as Kept, useDeleteGeneratedFile } from "../api/messages";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { formatBytes } from "../shell/numbers";
import { useAddresses } from "./addresses";
import { typedTable } from "./columns";
import { DataTable } from "./data-table";
import styles from "./generated-file.module.css";
import { DownloadAction, IconAction } from "./icon-action";
import type { PartOf } from "./message";

interface Props {
  file: PartOf<"file">;
  /** As the server keeps it; unknown while the answer streams. */
  kept: Kept | undefined;
  /** Without the ways to delete it. */
  readOnly?: boolean;
}

export function GeneratedFile({ file, kept, readOnly = false }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { content, hasRows } = useAddresses();
  if (kept?.deleted_at) return <Tombstone name={file.name} deletedAt={kept.deleted_at} />;
  const isTable = hasRows && /\.[ct]sv$/i.test(file.name);
  const isPicture = file.media_type === "image/png";
  const Icon = isTable ? IconFileTypeCsv : isPicture ? IconPhoto : IconFile;
  return (
    <div className={styles.file}>
      <div className={styles.row}>
        <Icon size={22} stroke={1.5} aria-hidden className={styles.icon} />
        <div className={styles.words}>
          <Text size="sm" fw={500} truncate title={file.name}>
            {file.name}
          </Text>
          <Text size="xs" c="dimmed">
            {formatBytes(file.bytes)}
          </Text>
        </div>
        {(isTable || isPicture) && (
          <UnstyledButton className={styles.look} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <IconChevronRight size={14} className={styles.chevron} aria-hidden />
            Preview
          </UnstyledButton>
        )}
        <DownloadAction
          href={content(file.file_id)}
          download={file.name.split("/").at(-1) ?? file.name}
          label={`Download ${file.name}`}
          size={30}
        >
          <IconDownload size={17} />
        </DownloadAction>
        {kept && !readOnly && <Delete kept={kept} />}
      </div>
      {isOpen && (
        <div className={styles.preview}>
          {isTable ? (
            <Rows fileId={file.file_id} name={file.name} />
          ) : (
            <img src={content(file.file_id)} alt={file.name} />
          )}
        </div>
      )}
    </div>
  );
}

/** What is left of a deleted file. */
export function Tombstone({ name, deletedAt }: { name: string; deletedAt: string }) {
  const day = new Date(deletedAt).toLocaleDateString(undefined, { dateStyle: "medium" });
  return (
    <div className={styles.file} data-deleted>
      <div className={styles.row}>
        <IconTrash size={20} stroke={1.5} aria-hidden className={styles.icon} />
        <Text size="sm" c="dimmed">
          <s>{name}</s> was deleted on {day}.
        </Text>
      </div>
    </div>
  );
}

function Rows({ fileId, name }: { fileId: string; name: string }) {
  const { data, error, refetch } = useQuery(generatedRowsQuery(fileId));
  if (error) return <Failed error={error} title="The preview could not be loaded" retry={refetch} />;
  if (!data) return <Skeleton height={180} />;
  return <TextTable data={data} name={name} />;
}

function TextTable({ data, name }: { data: Schemas["GeneratedRows"]; name: string }) {
  const { columns, rows } = useMemo(() => typedTable(data.columns, data.rows), [data]);
  return <DataTable columns={columns} rows={rows} rowCount={data.total ?? null} title={name} guessed />;
}

/** Deletion, which cannot be taken back. */
export function Delete({ kept }: { kept: Kept }) {
  const [asked, { open, close }] = useDisclosure(false);
  return (
    <>
      <IconAction label={`Delete ${kept.name}`} size={30} onClick={open}>
        <IconTrash size={17} />
      </IconAction>
      {asked && <ConfirmDeletion kept={kept} onClose={close} />}
    </>
  );
}

function ConfirmDeletion({ kept, onClose }: { kept: Kept; onClose: () => void }) {
  const remove = useDeleteGeneratedFile();
  const onDelete = async () => {
    // The button that asked for it is gone by the time that it is done.
    await remove.mutateAsync(kept);
    notifyDone(`${kept.name} deleted.`);
  };
  return (
    <Modal opened onClose={onClose} title={`Delete ${kept.name}?`} size="sm">
      <Text size="sm">The file is deleted permanently, for everyone in the project. Its name stays in the conversation.</Text>
      {remove.error && <Failed error={remove.error} title="The file could not be deleted" />}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red.9" loading={remove.isPending} onClick={() => void onDelete().catch(() => undefined)}>
          Delete
        </Button>
      </Group>
    </Modal>
  );
}
