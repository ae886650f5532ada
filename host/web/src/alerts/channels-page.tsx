// Where an organisation is told of its alerts: made, tried and deleted by its admins.
import { Alert as Box, Button, Code, CopyButton, Group, Select, Stack, TextInput } from "@mantine/core";
import IconSend from "@tabler/icons-react/dist/esm/icons/IconSend.mjs";
import { useState } from "react";

import {
  type Channel,
  type ChannelKind,
  useChannelDeliveries,
  useChannels,
  useCreateChannel,
  useDeleteChannel,
  useTestChannel,
} from "../api/channels";
import { isAtLeast, type Org } from "../api/orgs";
import { OrgFrame } from "../projects/org-frame";
import { Confirm } from "../shell/confirm";
import { Dialog } from "../shell/dialog";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { DeliveryRows } from "./deliveries";

const KINDS: Record<ChannelKind, string> = {
  email: "Email",
  webhook: "Webhook",
  slack: "Slack",
  teams: "Microsoft Teams",
};

export default function ChannelsPage() {
  return <OrgFrame title="Channels">{(org) => <Channels org={org} />}</OrgFrame>;
}

type Open = { what: "new" } | { what: "delete" | "history"; channel: Channel };

function Channels({ org }: { org: Org }) {
  const channels = useChannels(org.id);
  const mayChange = isAtLeast(org.role, "admin");
  const [open, setOpen] = useState<Open>();
  const test = useTestChannel();
  const close = () => setOpen(undefined);
  const button = mayChange && <Button onClick={() => setOpen({ what: "new" })}>New channel</Button>;
  return (
    <Section
      title="Channels"
      lead="Where alerts of the organisation's projects send notifications."
      action={(channels.data?.length ?? 0) > 0 && button}
    >
      {channels.isPending && <RowsSkeleton label="Loading the channels" count={2} />}
      {channels.error && !channels.data && (
        <Failed error={channels.error} title="The channels could not be loaded" retry={channels.refetch} />
      )}
      {channels.data?.length === 0 && (
        <Empty icon={IconSend} title="No channels yet" action={button}>
          {mayChange ? "Create one for the email address of a member, Slack, Microsoft Teams or your own program." : "Admins of the organisation can create them."}
        </Empty>
      )}
      {channels.data && channels.data.length > 0 && (
        <Rows label="Channels">
          {channels.data.map((channel) => (
            <Row
              key={channel.id}
              wraps
              icon={<IconSend size={20} stroke={1.25} aria-hidden />}
              title={channel.name}
              action={
                <Group gap="xs">
                  <Button size="xs" variant="default" aria-label={`History of ${channel.name}`} onClick={() => setOpen({ what: "history", channel })}>
                    History
                  </Button>
                  {mayChange && (
                    <>
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Test ${channel.name}`}
                        loading={test.isPending && test.variables === channel.id}
                        onClick={() => test.mutate(channel.id, { onSuccess: () => setOpen({ what: "history", channel }) })}
                      >
                        Test
                      </Button>
                      <Button size="xs" variant="default" aria-label={`Delete ${channel.name}`} onClick={() => setOpen({ what: "delete", channel })}>
                        Delete…
                      </Button>
                    </>
                  )}
                </Group>
              }
            >
              {KINDS[channel.kind]} · {channel.shown}
            </Row>
          ))}
        </Rows>
      )}
      {open?.what === "new" && <NewChannel orgId={org.id} onClose={close} />}
      {open?.what === "history" && <History channel={open.channel} onClose={close} />}
      <Delete orgId={org.id} channel={open?.what === "delete" ? open.channel : undefined} onClose={close} />
    </Section>
  );
}

function NewChannel({ orgId, onClose }: { orgId: string; onClose: () => void }) {
  const create = useCreateChannel(orgId);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<ChannelKind>("email");
  const [address, setAddress] = useState("");
  const secret = create.data?.secret;
  if (secret) {
    return (
      <Dialog opened onClose={onClose} title="Webhook secret" closeOnClickOutside={false} closeOnEscape={false}>
        <Stack>
          <Box variant="light">
            Copy it now for the program that verifies the signatures (Standard Webhooks). It is not shown again.
          </Box>
          <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {secret}
          </Code>
          <Group justify="flex-end">
            <CopyButton value={secret}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? "Copied" : "Copy"}</Button>}
            </CopyButton>
            <Button variant="default" onClick={onClose}>
              I have saved it
            </Button>
          </Group>
        </Stack>
      </Dialog>
    );
  }
  return (
    <Dialog opened onClose={onClose} title="New channel">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(
            { name: name.trim(), kind, address: address.trim() },
            { onSuccess: (made) => (made.secret ? undefined : onClose()) },
          );
        }}
      >
        <Stack>
          <Select
            label="Kind"
            allowDeselect={false}
            data={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
            value={kind}
            onChange={(value) => value && setKind(value as ChannelKind)}
          />
          <TextInput label="Name" maxLength={100} required data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <TextInput
            label={kind === "email" ? "Email address" : "Address (URL)"}
            description="Stored encrypted. It is not shown in full again."
            type={kind === "email" ? "email" : "url"}
            maxLength={2000}
            required
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          {create.error && <Failed error={create.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending}>
              Create channel
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function History({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const deliveries = useChannelDeliveries(channel.id);
  return (
    <Dialog opened onClose={onClose} title={`Messages to ${channel.name}`} size="lg">
      {deliveries.isPending && <RowsSkeleton label="Loading the messages" count={2} />}
      {deliveries.error && !deliveries.data && <Failed error={deliveries.error} retry={deliveries.refetch} />}
      {deliveries.data && <DeliveryRows deliveries={deliveries.data} />}
    </Dialog>
  );
}

function Delete({ orgId, channel, onClose }: { orgId: string; channel: Channel | undefined; onClose: () => void }) {
  const remove = useDeleteChannel(orgId);
  return (
    <Confirm
      opened={channel !== undefined}
      title={`Delete ${channel?.name ?? ""}?`}
      action="Delete"
      mutation={remove}
      onClose={onClose}
      onConfirm={() =>
        channel &&
        remove.mutate(channel.id, {
          onSuccess: () => {
            notifyDone(`${channel.name} deleted.`);
            onClose();
          },
        })
      }
    >
      Alerts stop using this channel and keep their other channels. This also deletes the list of messages sent to it.
    </Confirm>
  );
}
