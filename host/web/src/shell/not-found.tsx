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
          {what.charAt(0).toUpperCase() + what.slice(1)} not found
        </Title>
        <Text c="dimmed">
          It may have been deleted, the link may be incomplete, or your account may not have access to it.
        </Text>
        <Button component={Link} to="/" variant="default">
          Go to the home page
        </Button>
      </Stack>
    </Center>
  );
}
