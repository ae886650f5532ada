// The dialog that makes, shows and ends the read-only link to a conversation.
import { Alert, Button, CopyButton, Group, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconCopy from "@tabler/icons-react/dist/esm/icons/IconCopy.mjs";
import IconExternalLink from "@tabler/icons-react/dist/esm/icons/IconExternalLink.mjs";

import type { Conversation } from "../api/conversations";
import { useMadeLink, useShareConversation, useUnshareConversation } from "../api/shares";
import { formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";

interface Props {
  conversation: Conversation;
  opened: boolean;
  onClose: () => void;
}

export function ShareDialog({ conversation, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Share by a link" size="lg">
      <Stack>
        <WhoSees />
        <Link conversation={conversation} />
      </Stack>
    </Modal>
  );
}

function WhoSees() {
  return (
    <Stack gap="xs">
      <Text>Whoever has the link can read this conversation, without an account and without changing anything.</Text>
      <List size="sm" c="dimmed" spacing={4}>
        <List.Item>They see the questions and answers, what is added later as well, with scripts, tables and charts.</List.Item>
        <List.Item>They can download the files that scripts made.</List.Item>
        <List.Item>They see the names of the files you asked about, but cannot open these.</List.Item>
        <List.Item>They do not see your name, your feedback or anything else of the project.</List.Item>
      </List>
    </Stack>
  );
}

function Link({ conversation: { id, shared_at } }: Pick<Props, "conversation">) {
  const made = useMadeLink(id);
  const share = useShareConversation();
  const unshare = useUnshareConversation();
  const error = share.error ?? unshare.error;
  const isShared = shared_at !== null && shared_at !== undefined;
  const make = () => {
    unshare.reset();
    share.mutate(id);
  };
  const end = () => {
    share.reset();
    unshare.mutate(id, { onSuccess: () => notifyDone("The link leads nowhere any more.") });
  };
  return (
    <>
      {isShared && made && <Address url={new URL(`/share/${made.token}`, location.origin).href} />}
      {isShared && !made && (
        <Alert color="gray" variant="light">
          There is a link since {formatMoment(shared_at)}. For safety it was shown only once, when it was made. If you have
          lost it, make a new one: the old one stops working.
        </Alert>
      )}
      {error && <Failed error={error} />}
      <Group justify="flex-end">
        {isShared && (
          <Button variant="default" c="var(--mantine-color-error)" loading={unshare.isPending} onClick={end}>
            End the link
          </Button>
        )}
        {!made && (
          <Button variant={isShared ? "default" : "filled"} loading={share.isPending} onClick={make} data-autofocus>
            {isShared ? "Make a new link" : "Make a link"}
          </Button>
        )}
      </Group>
    </>
  );
}

function Address({ url }: { url: string }) {
  return (
    <Stack gap={6}>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          label="Link"
          value={url}
          readOnly
          flex={1}
          onFocus={(event) => event.currentTarget.select()}
          styles={{ input: { textOverflow: "ellipsis" } }}
        />
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button onClick={copy} leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} miw={104}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          Copy it now: once this page is closed it is not shown again.
        </Text>
        <Button
          component="a"
          href={url}
          target="_blank"
          rel="noopener"
          size="compact-xs"
          variant="subtle"
          rightSection={<IconExternalLink size={14} />}
        >
          See what they see
        </Button>
      </Group>
    </Stack>
  );
}
