import { Button, Group, Text } from "@mantine/core";

import { useSendVerification } from "../api/session";
import { Wait, withoutWait } from "../shell/wait";

interface Props { email: string }

/** Sends the link for confirming an address again, and says so. */
export function SendVerification({ email }: Props) {
  const send = useSendVerification();
  return (
    <Group gap="sm" mt="xs">
      <Button size="xs" variant="default" loading={send.isPending} onClick={() => send.mutate(email)}>
        Send the link again
      </Button>
      <Text size="sm" role="status" component="div" c={send.error ? "var(--mantine-color-error)" : "dimmed"}>
        {send.isSuccess && "Sent. Check your email, including your spam folder."}
        {send.error && (
          <>
            {withoutWait(send.error)}
            <Wait error={send.error} />
          </>
        )}
      </Text>
    </Group>
  );
}
