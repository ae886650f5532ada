// What can be done to a conversation: in the sidebar, in the archive, and in the bar of its page.
import { ActionIcon, Menu } from "@mantine/core";
import IconArchive from "@tabler/icons-react/dist/esm/icons/IconArchive.mjs";
import IconArchiveOff from "@tabler/icons-react/dist/esm/icons/IconArchiveOff.mjs";
import IconBraces from "@tabler/icons-react/dist/esm/icons/IconBraces.mjs";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconFileTypePdf from "@tabler/icons-react/dist/esm/icons/IconFileTypePdf.mjs";
import IconNotebook from "@tabler/icons-react/dist/esm/icons/IconNotebook.mjs";
import IconMarkdown from "@tabler/icons-react/dist/esm/icons/IconMarkdown.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import IconShare2 from "@tabler/icons-react/dist/esm/icons/IconShare2.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { memo } from "react";

import { type Conversation, exportAddress, useArchiveConversation } from "../api/conversations";
import { useMayChange } from "../api/roles";
import { notifyUndo } from "../shell/undo";
import { openDelete, openShare } from "./dialogs";

interface Props {
  conversation: Conversation;
  /** Begins the renaming, where the title stands. Without it the menu does not offer it. */
  onRename?: (() => void) | undefined;
  className?: string | undefined;
}

export const ConversationMenu = memo(function ConversationMenu({ conversation, onRename, className }: Props) {
  const { id, title, project_id, archived_at, shared_at } = conversation;
  const archive = useArchive();
  const mayChange = useMayChange(project_id);
  const isArchived = archived_at !== null && archived_at !== undefined;
  return (
    <Menu position="bottom-end" width={216}>
      <Menu.Target>
        <ActionIcon aria-label={`Actions for ${title}`} className={className} size={28}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayChange && (
          <>
            {onRename && (
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={onRename}>
                Rename
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconShare2 size={16} />} onClick={() => openShare(conversation)}>
              {shared_at ? "Sharing…" : "Share…"}
            </Menu.Item>
          </>
        )}
        <Menu.Item
          component="a"
          href={exportAddress(id, "markdown")}
          download
          leftSection={<IconMarkdown size={16} />}
        >
          Export as Markdown
        </Menu.Item>
        <Menu.Item component="a" href={exportAddress(id, "pdf")} download leftSection={<IconFileTypePdf size={16} />}>
          Export as PDF
        </Menu.Item>
        <Menu.Item component="a" href={exportAddress(id, "notebook")} download leftSection={<IconNotebook size={16} />}>
          Export as notebook
        </Menu.Item>
        <Menu.Item component="a" href={exportAddress(id, "json")} download leftSection={<IconBraces size={16} />}>
          Export as JSON
        </Menu.Item>
        {mayChange && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={isArchived ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
              onClick={() => archive(conversation, !isArchived)}
            >
              {isArchived ? "Restore from the archive" : "Archive"}
            </Menu.Item>
            <Menu.Item
              c="var(--mantine-color-error)"
              leftSection={<IconTrash size={16} />}
              onClick={() => openDelete(conversation)}
            >
              Delete…
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
});

/** Puts a conversation into the archive or takes it out, and offers the way back. */
export function useArchive() {
  const back = useArchiveConversation(() => undefined);
  const archive = useArchiveConversation(({ id, title, archived }) =>
    notifyUndo(archived ? `“${title}” archived.` : `“${title}” restored from the archive.`, () =>
      back.mutate({ id, title, archived: !archived }),
    ),
  );
  return ({ id, title }: Conversation, archived: boolean) => archive.mutate({ id, title, archived });
}
