import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";

import { PlainBar } from "./plain-bar";

interface Props { what?: string }

/** Nothing is at an address, or nothing that whoever asks may see. */
export function NotFound({ what = "page" }: Props) {
  return (
    <>
      <PlainBar />
      <Message what={what} />
    </>
  );
}

function Message({ what }: Required<Props>) {
  return (
    <Center mih="60vh" p="md">
      <Stack gap="sm" maw="28rem" align="flex-start">
        <title>Not found · Glovebox</title>
        <Title order={1} size="h3">
          There is no such {what}
        </Title>
        <Text c="dimmed">
          It may have been deleted, the link may be cut short, or you may be logged in with another account than the one
          that can see it.
        </Text>
        <Button component={Link} to="/" variant="default">
          To the start
        </Button>
      </Stack>
    </Center>
  );
}
