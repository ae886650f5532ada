import { Alert, Button, Group, Text } from "@mantine/core";
import IconAlertCircle from "@tabler/icons-react/dist/esm/icons/IconAlertCircle.mjs";
import IconPlugConnectedX from "@tabler/icons-react/dist/esm/icons/IconPlugConnectedX.mjs";

import { type ApiError, OFFLINE } from "../api/error";
import { Wait, withoutWait } from "./wait";

interface Props {
  error: ApiError;
  /** What was to be shown or done: "The files could not be loaded". */
  title?: string;
  retry?: () => unknown;
}

/** In the place of what could not be shown: why, and the way to try again. */
export function Failed({ error, title, retry }: Props) {
  const Icon = error.code === OFFLINE ? IconPlugConnectedX : IconAlertCircle;
  return (
    <Alert color="red" variant="light" icon={<Icon />} title={title ?? titleOf(error)} role="alert" maw="40rem">
      <Text size="sm">{withoutWait(error)}</Text>
      <Wait error={error} />
      {error.requestId !== undefined && error.status >= 500 && (
        <Text size="xs" c="dimmed" mt={4}>
          Request {error.requestId}
        </Text>
      )}
      {retry && error.status !== 404 && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={() => void retry()}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}

function titleOf(error: ApiError): string {
  if (error.code === OFFLINE) return "No response";
  if (error.status === 404) return "Not found";
  if (error.status === 403) return "You are not allowed to do this";
  return "That did not work";
}
