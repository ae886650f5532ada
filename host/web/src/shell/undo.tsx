// What was done just now, with the way back.
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";

const UNDO_MS = 10_000;

/** Says in the corner what happened, and for ten seconds how to take it back. */
export function notifyUndo(message: string, undo: () => void) {
  const id: string = notifications.show({
    color: "gray",
    autoClose: UNDO_MS,
    withBorder: true,
    role: "status",
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text span size="sm" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
          {message}
        </Text>
        <Button
          size="compact-sm"
          variant="subtle"
          flex="none"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}
