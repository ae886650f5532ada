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
    <Modal opened={opened} onClose={onClose} title="Share with a link" size="lg">
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
      <Text>Anyone with the link can read this conversation, without an account. They cannot change anything.</Text>
      <List size="sm" c="dimmed" spacing={4}>
        <List.Item>They see all questions and answers, including later ones, with scripts, tables and charts.</List.Item>
        <List.Item>They can download files that scripts created.</List.Item>
        <List.Item>They see the names of the files you asked about, but cannot open them.</List.Item>
        <List.Item>They do not see your name, your feedback or anything else in the project.</List.Item>
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
    unshare.mutate(id, { onSuccess: () => notifyDone("The link no longer works.") });
  };
  return (
    <>
      {isShared && made && <Address url={new URL(`/share/${made.token}`, location.origin).href} />}
      {isShared && !made && (
        <Alert color="gray" variant="light">
          A link has existed since {formatMoment(shared_at)}. For security, it was shown only once. If you have lost it,
          create a new one: the old link then stops working.
        </Alert>
      )}
      {error && <Failed error={error} />}
      <Group justify="flex-end">
        {isShared && (
          <Button variant="default" c="var(--mantine-color-error)" loading={unshare.isPending} onClick={end}>
            Revoke link
          </Button>
        )}
        {!made && (
          <Button variant={isShared ? "default" : "filled"} loading={share.isPending} onClick={make} data-autofocus>
            {isShared ? "Create new link" : "Create link"}
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
          Copy it now. It is not shown again after you leave this page.
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
          Open shared page
        </Button>
      </Group>
    </Stack>
  );
}
