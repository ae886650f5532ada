// A dashboard as everybody sees it who has its link: to look at, alone or inside of another site's page.
import { Button, PasswordInput, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useParams } from "react-router";

import { type Item, sharedTileTableAddress, useDownloadShared, useSharedDashboard } from "../api/dashboards";
import { formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { Grid } from "./grid";
import styles from "./shared-page.module.css";
import { TileCard } from "./tile-card";

export default function SharedDashboardPage() {
  const { shareToken = "" } = useParams();
  const [password, setPassword] = useState<string>();
  const [tabId, setTabId] = useState<string>();
  const { data, error, refetch } = useSharedDashboard(shareToken, password);
  const download = useDownloadShared(shareToken, password);
  if (error?.status === 401) return <AskPassword wasWrong={password !== undefined} onPassword={setPassword} />;
  if (error) {
    return (
      <main className={styles.page}>
        <title>Dashboard · Glovebox</title>
        {error.status === 404 ? (
          <Text>This link no longer works: it was revoked, has expired, or is incomplete. Ask for a new one.</Text>
        ) : (
          <Failed error={error} title="The dashboard could not be loaded" retry={refetch} />
        )}
      </main>
    );
  }
  if (!data) {
    return (
      <main className={styles.page} role="status" aria-label="Loading the dashboard">
        <Skeleton height={28} width="40%" mb="md" />
        <Skeleton height={328} />
      </main>
    );
  }
  const { document, tiles, results } = data;
  const tab = document.tabs.find(({ id }) => id === tabId) ?? document.tabs[0];
  const tileOf = ({ content }: Item) => (content.type === "tile" ? tiles[content.tile_id] : undefined);
  const resultOf = ({ content }: Item) =>
    content.type === "tile" ? results.find(({ tile_id }) => tile_id === content.tile_id) : undefined;
  const wholeOf = ({ content }: Item) =>
    content.type === "tile"
      ? { address: sharedTileTableAddress(shareToken, content.tile_id), body: password === undefined ? {} : { password } }
      : undefined;
  return (
    <main className={styles.page}>
      <title>{`${data.name} · Glovebox`}</title>
      <h1 className={styles.title}>{data.name}</h1>
      <Text size="sm" c="dimmed" mb="md">
        {data.description !== "" && `${data.description} `}Saved {formatMoment(data.updated_at)}.
      </Text>
      <Button
        size="xs"
        variant="default"
        mb="md"
        loading={download.isPending}
        onClick={() => download.mutate(data.name)}
      >
        Download as PDF
      </Button>
      {document.tabs.length > 1 && (
        <SegmentedControl
          size="xs"
          mb="md"
          aria-label="Tab"
          value={tab?.id ?? ""}
          onChange={setTabId}
          data={document.tabs.map(({ id, title }, at) => ({ value: id, label: title === "" ? `Tab ${at + 1}` : title }))}
        />
      )}
      <Grid items={tab?.items ?? []} kindOf={(item) => (item.content.type === "text" ? "text" : (tileOf(item)?.kind ?? "table"))}>
        {(item) => <TileCard item={item} tile={tileOf(item)} result={resultOf(item)} whole={wholeOf(item)} />}
      </Grid>
    </main>
  );
}

function AskPassword({ wasWrong, onPassword }: { wasWrong: boolean; onPassword: (password: string) => void }) {
  const [text, setText] = useState("");
  return (
    <main className={styles.page}>
      <title>Dashboard · Glovebox</title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onPassword(text);
        }}
      >
        <Stack maw="22rem" mx="auto" pt="xl">
          <h1 className={styles.title}>This dashboard requires a password</h1>
          <PasswordInput
            label="Password"
            required
            error={wasWrong && "Wrong password."}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit">Open</Button>
        </Stack>
      </form>
    </main>
  );
}
