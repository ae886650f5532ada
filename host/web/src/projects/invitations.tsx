// Inviting people by mail, and the invitations that wait.
import { Button, CopyButton, Group, List, Menu, ActionIcon, Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import IconCopy from "@tabler/icons-react/dist/esm/icons/IconCopy.mjs";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconMail from "@tabler/icons-react/dist/esm/icons/IconMail.mjs";
import IconMailX from "@tabler/icons-react/dist/esm/icons/IconMailX.mjs";
import { useState } from "react";

import { ApiError } from "../api/error";
import { type Invitation, useInvitations, useInvite, useRevokeInvitation } from "../api/members";
import type { Org, Role } from "../api/orgs";
import { projectsQuery } from "../api/projects";
import { formatAgo } from "../shell/dates";
import { Failed } from "../shell/failed";
import { notifyDone, notifyFailed } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { withoutWait } from "../shell/wait";
import { addressesIn, isAddress } from "./addresses";
import styles from "./invitations.module.css";
import { RoleSelect } from "./role-select";
import { givable, mayManage, ROLE_WORDS } from "./roles";

export function Invitations({ org }: { org: Org }) {
  const invitations = useInvitations(org.id, true);
  const revoke = useRevokeInvitation(org.id);
  // Here and not in the row, which is gone by the time that it is done.
  const takeBack = ({ id, email }: Invitation) =>
    revoke.mutate(id, { onSuccess: () => notifyDone(`Invitation for ${email} revoked.`) });
  return (
    <Section title="Invite people" lead="They get a link by email. It works for one week and only for their address.">
      <InviteForm org={org} />
      {invitations.error && !invitations.data && (
        <Failed error={invitations.error} title="The invitations could not be loaded" retry={invitations.refetch} />
      )}
      {invitations.data && invitations.data.length > 0 && (
        <div className={styles.waiting}>
          <Text size="sm" fw={550} mb="xs">
            Pending invitations
          </Text>
          <Rows label="Pending invitations">
            {invitations.data.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                org={org}
                invitation={invitation}
                onTakeBack={() => takeBack(invitation)}
              />
            ))}
          </Rows>
        </div>
      )}
    </Section>
  );
}

/** An address that could not be invited, with the reason. */
interface Refused {
  email: string;
  reason: string;
}

function InviteForm({ org }: { org: Org }) {
  const invite = useInvite(org.id);
  const projects = useQuery(projectsQuery(org.id));
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const [isSending, setSending] = useState(false);
  const form = useForm<{ email: string; role: Role; project_id: string | null }>({
    initialValues: { email: "", role: "member", project_id: null },
    validate: {
      email: (text) => {
        const addresses = addressesIn(text);
        if (addresses.length === 0) return "Enter an email address, such as ada@example.com.";
        const wrong = addresses.find((address) => !isAddress(address));
        return wrong === undefined ? null : `${wrong} is not an email address.`;
      },
    },
  });
  const send = async ({ email, role, project_id }: typeof form.values) => {
    setSending(true);
    const failed: Refused[] = [];
    const addresses = addressesIn(email);
    // One after the other: each is an invitation of its own, and one that fails stops no other.
    for (const address of addresses) {
      try {
        await invite.mutateAsync({ email: address, role, project_id });
      } catch (thrown) {
        failed.push({ email: address, reason: reasonOf(ApiError.from(thrown)) });
      }
    }
    setSending(false);
    setRefused(failed);
    // What failed stays, to be mended.
    form.setFieldValue("email", failed.map((each) => each.email).join(", "));
    const sent = addresses.length - failed.length;
    if (sent > 0) notifyDone(sent === 1 ? "Invitation sent." : `${sent} invitations sent.`);
  };
  return (
    <form noValidate onSubmit={form.onSubmit((values) => void send(values))}>
      <div className={styles.form}>
        <Textarea
          className={styles.addresses}
          label="Email addresses"
          placeholder="ada@example.com, bob@example.com"
          autosize
          minRows={1}
          maxRows={6}
          autoComplete="off"
          spellCheck={false}
          onKeyDown={(event) => {
            // A line of addresses; several come by commas or by pasting.
            if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }
          }}
          {...form.getInputProps("email")}
        />
        <RoleSelect
          label="Role"
          roles={givable(org.role)}
          value={form.values.role}
          onChange={(role) => form.setFieldValue("role", role)}
        />
        <Button type="submit" loading={isSending} className={styles.send}>
          Invite
        </Button>
      </div>
      {projects.data && projects.data.length > 1 && (
        <Select
          mt="xs"
          label="Start in project"
          placeholder="First project"
          data={projects.data.map(({ id, name }) => ({ value: id, label: name }))}
          clearable
          {...form.getInputProps("project_id")}
        />
      )}
      {refused.length > 0 && (
        <Stack gap={4} mt="xs" role="alert">
          <Text size="sm" c="var(--mantine-color-error)">
            {refused.length === 1 ? "This address was not invited:" : "These addresses were not invited:"}
          </Text>
          <List size="sm">
            {refused.map(({ email, reason }) => (
              <List.Item key={email}>
                <strong>{email}</strong>: {reason}
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
    </form>
  );
}

function reasonOf(error: ApiError): string {
  return error.fields[0]?.message ?? withoutWait(error);
}

interface RowProps { org: Org; invitation: Invitation; onTakeBack: () => void }

function InvitationRow({ org, invitation, onTakeBack }: RowProps) {
  const invite = useInvite(org.id);
  const { email, role, project_id } = invitation;
  const mayChange = role !== "owner" || mayManage(org.role, "owner");
  return (
    <Row
      icon={<IconMail size={20} stroke={1.25} aria-hidden />}
      title={email}
      action={
        <Menu position="bottom-end" withinPortal={false}>
          <Menu.Target>
            <ActionIcon aria-label={`Actions for the invitation for ${email}`} loading={invite.isPending}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconMail size={16} aria-hidden />}
              disabled={!mayChange}
              onClick={() =>
                invite.mutate(
                  { email, role, project_id: project_id ?? null },
                  {
                    onSuccess: () => notifyDone(`New email sent to ${email}. The previous link no longer works.`),
                    onError: (error) => notifyFailed(error, "The email was not sent"),
                  },
                )
              }
            >
              Send again
            </Menu.Item>
            <CopyButton value={email}>
              {({ copy }) => (
                <Menu.Item
                  leftSection={<IconCopy size={16} aria-hidden />}
                  onClick={() => {
                    copy();
                    notifyDone("Address copied.");
                  }}
                >
                  Copy address
                </Menu.Item>
              )}
            </CopyButton>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconMailX size={16} aria-hidden />}
              disabled={!mayChange}
              onClick={onTakeBack}
            >
              Revoke
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      }
    >
      <Group gap={4} component="span">
        {ROLE_WORDS[role].name} · expires {formatAgo(invitation.expires_at)}
      </Group>
    </Row>
  );
}
