// A conversation as everybody sees it who has its link: to read, and to download what was made in it.
import { Alert, Button, Skeleton, Stack, Text } from "@mantine/core";
import IconMessagePlus from "@tabler/icons-react/dist/esm/icons/IconMessagePlus.mjs";
import { useEffect, useMemo } from "react";
import { Link, useParams } from "react-router";

import type { ApiError } from "../api/error";
import { sharedFileAddress, useShared } from "../api/shares";
import { sharedWholeTableOf } from "../api/whole-tables";
import { AddressesContext } from "../chat/addresses";
import { formatDate } from "../shell/dates";
import { Failed } from "../shell/failed";
import { Wordmark } from "../shell/wordmark";
import styles from "./share-page.module.css";
import { SharedMessages } from "./shared-messages";

export default function SharePage() {
  const { shareToken = "" } = useParams();
  const { data, error, refetch, isError, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } =
    useShared(shareToken);
  // Which way through the messages is the newest is known once all are here.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const messages = useMemo(() => data?.pages.flatMap(({ messages }) => messages.items) ?? [], [data]);
  const addresses = useMemo(
    () => ({
      content: (fileId: string) => sharedFileAddress(shareToken, fileId),
      wholeTable: (answerId: string, runId: string, number: number) =>
        sharedWholeTableOf(shareToken, answerId, runId, number),
      hasRows: false,
    }),
    [shareToken],
  );
  const [first] = data?.pages ?? [];
  const title = first?.title ?? (isError ? "Shared conversation" : "Loading");
  return (
    <div className={styles.page}>
      <title>{`${title} · Glovebox`}</title>
      <header className={styles.bar}>
        <Link to="/" className={styles.brand} aria-label="Glovebox">
          <Wordmark />
        </Link>
        <Button component={Link} to="/" variant="default" size="xs" leftSection={<IconMessagePlus size={14} />}>
          Ask about your own files
        </Button>
      </header>
      <main className={styles.main}>
        {first ? (
          <>
            <h1 className={styles.title}>{first.title}</h1>
            <Text size="sm" c="dimmed" mb="lg">
              Read-only · {formatDate(first.created_at)}
              {formatDate(first.updated_at) !== formatDate(first.created_at) && ` to ${formatDate(first.updated_at)}`}
            </Text>
            {messages.some(({ imported }) => imported) && <Imported />}
            <AddressesContext value={addresses}>
              <SharedMessages messages={messages} />
            </AddressesContext>
            {messages.length === 0 && <Text c="dimmed">This conversation has no questions yet.</Text>}
            {isFetchNextPageError ? (
              <Failed error={error} title="The remaining messages could not be loaded" retry={fetchNextPage} />
            ) : (
              hasNextPage && <Skeleton height={80} mt="lg" />
            )}
          </>
        ) : isError ? (
          <NotShown error={error} retry={refetch} />
        ) : (
          <ConversationSkeleton />
        )}
      </main>
    </div>
  );
}

function NotShown({ error, retry }: { error: ApiError; retry: () => unknown }) {
  if (error.status !== 404) return <Failed error={error} title="The conversation could not be loaded" retry={retry} />;
  return (
    <Stack gap="sm" align="flex-start" pt="xl">
      <h1 className={styles.title}>This link no longer works</h1>
      <Text c="dimmed">
        It was revoked, or it is incomplete. Ask the person who shared the conversation for a new one.
      </Text>
      <Button component={Link} to="/" variant="default">
        Go to Glovebox
      </Button>
    </Stack>
  );
}

function Imported() {
  return (
    <Alert color="gray" variant="light" mb="lg">
      This conversation was imported, so its scripts, results and receipts cannot be verified.
    </Alert>
  );
}

function ConversationSkeleton() {
  return (
    <div role="status" aria-label="Loading the conversation">
      <Skeleton height={28} width="60%" mt={8} mb="md" />
      <Skeleton height={14} width={160} mb={40} />
      <Skeleton height={44} width="50%" ml="auto" radius={18} mb="xl" />
      <Skeleton height={16} mb={10} />
      <Skeleton height={16} width="90%" mb={10} />
      <Skeleton height={220} mt="lg" />
    </div>
  );
}
