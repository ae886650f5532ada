import { Button, Group, Modal, Stack, Text } from "@mantine/core";

import { type Conversation, useDeleteConversation } from "../api/conversations";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";

interface Props {
  conversation: Conversation;
  opened: boolean;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a conversation goes for good, and says what goes with it. */
export function DeleteDialog({ conversation, opened, onClose, onDeleted }: Props) {
  const remove = useDeleteConversation(() => {
    notifyDone("Conversation deleted.");
    onClose();
    onDeleted();
  });
  const { id, title, shared_at } = conversation;
  return (
    <Modal opened={opened} onClose={onClose} title="Delete this conversation?">
      <Stack gap="sm">
        <Text fw={550} style={{ overflowWrap: "anywhere" }}>
          {title}
        </Text>
        <Text c="dimmed">
          This permanently deletes its questions and answers, with all scripts, charts and generated files
          {shared_at ? ". Its link stops working" : ""}. Uploaded files are kept.
        </Text>
        {remove.error && <Failed error={remove.error} title="The conversation could not be deleted" />}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate(id)}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
