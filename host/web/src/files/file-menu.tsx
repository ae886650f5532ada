// What can be done with a file, in the list and on its page.
import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import IconMessagePlus from "@tabler/icons-react/dist/esm/icons/IconMessagePlus.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { useLayoutEffect, useReducer, useRef } from "react";
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

/** In a long list a menu is made when it is first opened: hundreds of them would make the list slow. */
export function FileMenu(props: Props) {
  const [asked, ask] = useReducer(() => true, props.isOwnPage === true);
  if (asked) return <WholeMenu {...props} defaultOpened={props.isOwnPage !== true} />;
  return (
    <ActionIcon aria-label={labelOf(props.file)} aria-haspopup="menu" aria-expanded={false} size={28} onClick={ask}>
      <IconDots size={18} />
    </ActionIcon>
  );
}

function labelOf({ name }: StoredFile): string {
  return `Actions for ${name}`;
}

function WholeMenu({ file, mayChange, isOwnPage = false, onDeleted, defaultOpened }: Props & { defaultOpened: boolean }) {
  const [renaming, { open: openRename, close: closeRename }] = useDisclosure(false);
  const remove = useDelete(onDeleted);
  const target = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    // The button that was pressed is gone; what the menu leads to gives the focus back to this one.
    if (defaultOpened) target.current?.focus({ preventScroll: true });
  }, [defaultOpened]);
  const { id, latest } = file;
  return (
    <>
      <Menu position="bottom-end" width={208} defaultOpened={defaultOpened}>
        <Menu.Target>
          <ActionIcon ref={target} aria-label={labelOf(file)} size={isOwnPage ? "lg" : 28}>
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
              <Menu.Item
                c="var(--mantine-color-error)"
                leftSection={<IconTrash size={16} />}
                onClick={() => {
                  focusNeighbour(target.current);
                  remove(file);
                }}
              >
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
  const restore = useRestoreFile((file) => notifyDone(`${file.name} restored.`));
  const remove = useDeleteFile((file) => {
    onDeleted?.();
    notifyUndo(`${file.name} deleted.`, () => restore.mutate(file));
  });
  return (file: StoredFile) => remove.mutate(file);
}

/** In a list the next row takes the place of one that goes, for whoever works by keyboard as well. */
function focusNeighbour(target: HTMLElement | null) {
  const row = target?.closest("tr");
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  const button = neighbour?.querySelector<HTMLElement>("[aria-haspopup=menu]");
  // The menu gives the focus back to its own button first.
  if (button) setTimeout(() => button.focus());
}
