// The archived conversations of a project: found, read, taken out again, deleted.
import { Button, Loader, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import IconArchive from "@tabler/icons-react/dist/esm/icons/IconArchive.mjs";
import IconArchiveOff from "@tabler/icons-react/dist/esm/icons/IconArchiveOff.mjs";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { type Conversation, useConversations } from "../api/conversations";
import { useMayChange } from "../api/roles";
import { formatAgo, formatDate, formatMoment } from "../shell/dates";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { PageFrame } from "../shell/page-frame";
import { RowsSkeleton } from "../shell/skeletons";
import styles from "./archive-page.module.css";
import { ConversationMenu, useArchive } from "./conversation-menu";

const TYPING_MS = 200;

export default function ArchivePage() {
  const { projectId = "" } = useParams();
  const [typed, setTyped] = useState("");
  const [settled] = useDebouncedValue(typed.trim(), TYPING_MS);
  const search = typed.trim() === "" ? "" : settled;
  const list = useConversations(projectId, { archived: true, search });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.isSuccess && items.length === 0;
  return (
    <PageFrame title="Archive">
      {!(isEmpty && search === "") && (
        <TextInput
          aria-label="Search the archive"
          placeholder="Search the archive"
          maxLength={200}
          mb="md"
          leftSection={search !== "" && list.isFetching ? <Loader size={14} color="gray" /> : <IconSearch size={16} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {list.isPending && <RowsSkeleton label="Loading the archive" />}
      {list.isError && items.length === 0 && (
        <Failed error={list.error} title="The archive could not be loaded" retry={list.refetch} />
      )}
      {isEmpty &&
        (search === "" ? (
          <Empty icon={IconArchive} title="The archive is empty">
            To move a conversation here, choose “Archive” in its menu in the sidebar.
          </Empty>
        ) : (
          <Text c="dimmed" role="status" style={{ overflowWrap: "anywhere" }}>
            No archived conversation matches “{search}”.
          </Text>
        ))}
      {items.length > 0 && (
        <ul className={styles.list}>
          {items.map((item) => (
            <Entry key={item.id} conversation={item} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button variant="default" mt="md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </PageFrame>
  );
}

function Entry({ conversation }: { conversation: Conversation }) {
  const { id, project_id, title, snippet, archived_at, updated_at } = conversation;
  const archive = useArchive();
  const mayChange = useMayChange(project_id);
  return (
    <li className={styles.entry}>
      <Link to={`/p/${project_id}/c/${id}`} className={styles.link}>
        <Text span truncate fw={550} display="block">
          {title}
        </Text>
        {snippet && (
          <Text span truncate size="xs" display="block">
            {snippet}
          </Text>
        )}
        <Text span size="xs" c="dimmed" title={formatMoment(updated_at)}>
          Last used {formatAgo(updated_at)}
          {archived_at && `, archived ${formatDate(archived_at)}`}
        </Text>
      </Link>
      {mayChange && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArchiveOff size={14} />}
          onClick={() => archive(conversation, false)}
          aria-label={`Restore ${title} from the archive`}
        >
          Restore
        </Button>
      )}
      <ConversationMenu conversation={conversation} />
    </li>
  );
}
