import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";

import { type ApiError, OFFLINE } from "../api/error";

interface Props { error: ApiError; retry: () => unknown }

const AGAIN_EVERY_MS = 5000;

/** The whole app, while its server does not answer. It keeps trying. */
export function Unreachable({ error, retry }: Props) {
  useEffect(() => {
    const timer = setInterval(() => void retry(), AGAIN_EVERY_MS);
    return () => clearInterval(timer);
  }, [retry]);
  return (
    <Center h="100dvh" p="md" component="main">
      <Stack gap="sm" maw="28rem" align="flex-start" role="alert">
        <title>No response · Glovebox</title>
        <Title order={1} size="h3">
          {error.code === OFFLINE ? "Glovebox is not responding" : "Glovebox is not available"}
        </Title>
        <Text c="dimmed">
          {error.code === OFFLINE
            ? "Check your connection. If you run the server yourself, check that it is running. This page tries again every few seconds."
            : `${error.message} This page tries again every few seconds.`}
        </Text>
        <Button variant="default" onClick={() => void retry()}>
          Try now
        </Button>
      </Stack>
    </Center>
  );
}
