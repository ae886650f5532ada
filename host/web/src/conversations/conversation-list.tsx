// The conversations of a project in the sidebar: by day, or those that a search finds.
import { Box, Button, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useMatch } from "react-router";

import { useConversations } from "../api/conversations";
import { Failed } from "../shell/failed";
import { ListSkeleton } from "../shell/skeletons";
import styles from "./conversation-list.module.css";
import { ListBar } from "./list-bar";
import { useWatch } from "./under-way";

// Where nothing has been asked yet there are none.
const ConversationRows = lazy(async () => ({ default: (await import("./conversation-rows")).ConversationRows }));

const TYPING_MS = 200;

interface Props {
  projectId: string;
}

export function ConversationList({ projectId }: Props) {
  const [typed, setTyped] = useState("");
  const [settled] = useDebouncedValue(typed.trim(), TYPING_MS);
  // An emptied field shows everything again at once.
  const search = typed.trim() === "" ? "" : settled;
  const list = useConversations(projectId, { search });
  const openId = useMatch("/p/:projectId/c/:conversationId")?.params.conversationId;
  useWatch(openId);

  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  // The page says that there is no such project.
  const isGone = list.error?.status === 404;
  return (
    <div className={styles.list}>
      <ListBar projectId={projectId} search={typed} onSearch={setTyped} isSearching={search !== "" && list.isFetching} />
      {list.isPending ? (
        <Coming />
      ) : isGone ? null : list.isError && items.length === 0 ? (
        <Box px="xs">
          <Failed error={list.error} title="The conversations could not be loaded" retry={list.refetch} />
        </Box>
      ) : items.length === 0 ? (
        <Nothing search={search} onClear={() => setTyped("")} />
      ) : (
        <Suspense fallback={<Coming />}>
          <ConversationRows
            items={items}
            byDay={search === ""}
            openId={openId}
            more={list.hasNextPage ? list.fetchNextPage : undefined}
            isLoadingMore={list.isFetchingNextPage}
            failedMore={list.isFetchNextPageError ? list.error : null}
          />
        </Suspense>
      )}
    </div>
  );
}

function Coming() {
  return (
    <Box px="md" pt="xs">
      <ListSkeleton label="Loading the conversations" />
    </Box>
  );
}

function Nothing({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <Box px="md" pt={4} role="status">
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {search === ""
          ? "No conversations yet. Your conversations appear here."
          : `No conversation matches “${search}”.`}
      </Text>
      {search !== "" && (
        <Button variant="subtle" size="compact-sm" mt={8} ml={-8} onClick={onClear}>
          Show all
        </Button>
      )}
    </Box>
  );
}
