// Where a page ends that broke: by an error in the app, or since a new version of it took the files away.
import { Button, Center, Code, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { useRouteError } from "react-router";

import { ApiError } from "../api/error";
import { Failed } from "./failed";
import { useSidebar } from "./sidebar-state";

const RELOADED = "glovebox-reloaded-for-new-version";

export function Crashed() {
  const error = useRouteError();
  const outdated = isMissingPart(error);
  useEffect(() => {
    // A server with a new version has no files of the old one. Loading the page again mends that; once is enough.
    if (outdated && sessionStorage.getItem(RELOADED) !== location.href) {
      sessionStorage.setItem(RELOADED, location.href);
      location.reload();
    }
  }, [outdated]);

  if (error instanceof ApiError) {
    return (
      <Center mih="60vh" p="md">
        <Failed error={error} retry={() => location.reload()} />
      </Center>
    );
  }
  return <Broken error={error} outdated={outdated} />;
}

interface BrokenProps { error: unknown; outdated: boolean }

function Broken({ error, outdated }: BrokenProps) {
  const { isInShell } = useSidebar();
  return (
    <Center mih="60vh" p="md" component={isInShell ? "div" : "main"}>
      <Stack gap="sm" maw="32rem">
        <title>Something went wrong · Glovebox</title>
        <Title order={1} size="h3">
          {outdated ? "This page could not be loaded" : "This page crashed"}
        </Title>
        <Text c="dimmed">
          {outdated
            ? "Either the connection was lost or Glovebox was updated. Reload the page. Nothing is lost."
            : "This is an error in Glovebox. Nothing you saved is lost. Reload the page; if that does not help, go to the home page."}
        </Text>
        {!outdated && <Code block>{error instanceof Error ? error.message : String(error)}</Code>}
        <Group>
          <Button onClick={() => location.reload()}>Reload</Button>
          <Button variant="default" component="a" href="/">
            Go to the home page
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}

/** What browsers say when a part of the app cannot be fetched. */
function isMissingPart(error: unknown): boolean {
  return error instanceof TypeError && /dynamically imported module|importing a module|error loading/i.test(error.message);
}
