import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { useOrgs } from "../api/orgs";
import { type Project, useCreateProject } from "../api/projects";
import { useAccount } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (project: Project) => void;
}

/** The dialog that makes a project. */
export function NewProject({ opened, onClose, onMade }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New project">
      <NewProjectForm onMade={onMade} />
    </Modal>
  );
}

export function NewProjectForm({ onMade }: Pick<Props, "onMade">) {
  const account = useAccount();
  const orgs = useOrgs();
  const create = useCreateProject();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", orgId: account.personal_org_id },
    validate: { name: (name) => (name.trim() === "" ? "Give the project a name, such as Sales 2026." : null) },
  });
  const writable = (orgs.data ?? []).filter((org) => org.role !== "viewer");
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ name, orgId }) =>
          create.mutate({ name: name.trim(), orgId }, { onSuccess: onMade, onError: showFieldErrors(form) }),
        focusFirst(form),
      )}
    >
      <Stack>
        <TextInput
          label="Name"
          maxLength={100}
          data-autofocus
          key={form.key("name")}
          {...form.getInputProps("name")}
        />
        {writable.length > 1 && (
          <Select
            label="Organisation"
            description="Its members see the project."
            data={writable.map((org) => ({ value: org.id, label: org.personal ? `${org.name} (only you)` : org.name }))}
            allowDeselect={false}
            key={form.key("orgId")}
            {...form.getInputProps("orgId")}
          />
        )}
        <FormFailure error={create.error} form={form} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Make the project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
