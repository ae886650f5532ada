// Name and deletion of an organisation.
import { Button, Group, List, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { useMembers } from "../api/members";
import { isAtLeast, type Org, useDeleteOrg, useRenameOrg } from "../api/orgs";
import { projectsQuery } from "../api/projects";
import { useUsage } from "../api/usage";
import { Confirm } from "../shell/confirm";
import { formatDate } from "../shell/dates";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { LeaveGuard } from "../shell/leave-guard";
import { notifyDone } from "../shell/notify";
import { counted, formatBytes } from "../shell/numbers";
import { Section } from "../shell/section";
import { OrgFrame } from "./org-frame";

export default function OrgSettingsPage() {
  return (
    <OrgFrame title="Settings">
      {(org) => (
        <>
          <NameSection key={org.id} org={org} />
          {org.role === "owner" && !org.personal && <Deletion org={org} />}
        </>
      )}
    </OrgFrame>
  );
}

function NameSection({ org }: { org: Org }) {
  const rename = useRenameOrg(org.id);
  const mayChange = isAtLeast(org.role, "admin");
  const form = useForm({
    initialValues: { name: org.name },
    validate: { name: (name) => (name.trim() === "" ? "Give the organisation a name, such as Acme." : null) },
  });
  const isDirty = form.values.name.trim() !== org.name;
  return (
    <Section
      title="Name"
      lead={org.personal ? "Your personal organisation, which nobody else sees." : `Created on ${formatDate(org.created_at)}.`}
    >
      <LeaveGuard when={isDirty && !rename.isPending} />
      <form
        noValidate
        onSubmit={form.onSubmit(
          ({ name }) =>
            rename.mutate(
              { name: name.trim() },
              {
                onSuccess: (renamed) => {
                  form.setValues({ name: renamed.name });
                  notifyDone("Name saved.");
                },
                onError: showFieldErrors(form),
              },
            ),
          focusFirst(form),
        )}
      >
        <Stack maw="28rem">
          <TextInput aria-label="Name" maxLength={100} readOnly={!mayChange} {...form.getInputProps("name")} />
          <FormFailure error={rename.error} form={form} />
          {mayChange && (
            <Group>
              <Button type="submit" disabled={!isDirty} loading={rename.isPending}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

function Deletion({ org }: { org: Org }) {
  const [asking, { open, close }] = useDisclosure(false);
  const remove = useDeleteOrg(org.id);
  const navigate = useNavigate();
  return (
    <Section
      title="Delete organisation"
      lead="Deletes the organisation and all its projects, for all members."
      action={
        <Button variant="default" c="var(--mantine-color-error)" onClick={open}>
          Delete organisation…
        </Button>
      }
    >
      <Confirm
        opened={asking}
        onClose={close}
        title={`Delete ${org.name}?`}
        action="Delete organisation"
        typed={org.name}
        mutation={remove}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              notifyDone(`${org.name} deleted.`);
              void navigate("/");
            },
          })
        }
      >
        <WhatGoes org={org} />
      </Confirm>
    </Section>
  );
}

/** Shown when the dialog is open, and so read then. */
function WhatGoes({ org }: { org: Org }) {
  const projects = useQuery(projectsQuery(org.id));
  const members = useMembers(org.id);
  const usage = useUsage(org.id);
  const others = (members.data?.length ?? 1) - 1;
  if (!projects.data || !members.data || !usage.data) return "This cannot be undone.";
  if (projects.data.length === 0 && others === 0) return "It is empty. This cannot be undone.";
  return (
    <>
      This permanently deletes the following and cannot be undone:
      <List mt="xs" size="sm">
        {projects.data.length > 0 && (
          <List.Item>{counted(projects.data.length, "project")} with all conversations and prompts</List.Item>
        )}
        {usage.data.bytes > 0 && (
          <List.Item>
            {counted(usage.data.files, "file")}, {formatBytes(usage.data.bytes)} in total
          </List.Item>
        )}
        {others > 0 && (
          <List.Item>the access of {counted(others, "other member")}, and what they created here</List.Item>
        )}
      </List>
    </>
  );
}
