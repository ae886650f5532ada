// What can be done with a file, in the list and on its page.
import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import IconMessagePlus from "@tabler/icons-react/dist/esm/icons/IconMessagePlus.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { Link } from "react-router";

import { contentAddress, type StoredFile, useDeleteFile, useRestoreFile } from "../api/files";
import { notifyDone } from "../shell/notify";
import { notifyUndo } from "../shell/undo";
import { RenameDialog } from "./rename-dialog";

interface Props {
  file: StoredFile;
  mayChange: boolean;
  /** On the file's own page its buttons stand beside the menu. */
  isOwnPage?: boolean;
  onDeleted?: () => void;
}

export function FileMenu({ file, mayChange, isOwnPage = false, onDeleted }: Props) {
  const [renaming, { open: openRename, close: closeRename }] = useDisclosure(false);
  const remove = useDelete(onDeleted);
  const { id, name, latest } = file;
  return (
    <>
      <Menu position="bottom-end" width={208}>
        <Menu.Target>
          <ActionIcon aria-label={`What can be done with ${name}`} size={isOwnPage ? "lg" : 28}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!isOwnPage && mayChange && latest.state !== "not_a_table" && (
            <Menu.Item component={Link} to={askAddress(file)} leftSection={<IconMessagePlus size={16} />}>
              Ask about this file
            </Menu.Item>
          )}
          <Menu.Item component="a" href={contentAddress(id)} download leftSection={<IconDownload size={16} />}>
            Download
          </Menu.Item>
          {mayChange && (
            <>
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={openRename}>
                Rename…
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={() => remove(file)}>
                {latest.version > 1 ? "Delete all versions" : "Delete"}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <RenameDialog file={file} opened={renaming} onClose={closeRename} />
    </>
  );
}

/** A new chat with the file attached. */
export function askAddress({ id, project_id }: StoredFile): string {
  return `/p/${project_id}?file=${id}`;
}

/** Deletes a file, and offers to have it back. */
function useDelete(onDeleted: (() => void) | undefined) {
  const restore = useRestoreFile((file) => notifyDone(`${file.name} is back.`));
  const remove = useDeleteFile((file) => {
    onDeleted?.();
    notifyUndo(`${file.name} is deleted.`, () => restore.mutate(file));
  });
  return (file: StoredFile) => remove.mutate(file);
}
