import { Button, Group, Text } from "@mantine/core";

import { useSendVerification } from "../api/session";

interface Props { email: string }

/** Sends the link for confirming an address again, and says so. */
export function SendVerification({ email }: Props) {
  const send = useSendVerification();
  return (
    <Group gap="sm" mt="xs">
      <Button size="xs" variant="default" loading={send.isPending} onClick={() => send.mutate(email)}>
        Send the link again
      </Button>
      <Text size="sm" role="status" c={send.error ? "red" : "dimmed"}>
        {send.isSuccess && "Sent. Look into your mail, and into the spam folder too."}
        {send.error?.message}
      </Text>
    </Group>
  );
}
