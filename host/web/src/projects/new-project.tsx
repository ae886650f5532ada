import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { isAtLeast, useOrgs } from "../api/orgs";
import { type Project, useCreateProject } from "../api/projects";
import { useAccount } from "../api/session";
import { Dialog } from "../shell/dialog";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";

interface Props {
  /** The organisation that is chosen to begin with; the personal one without it. */
  orgId?: string;
  opened: boolean;
  onClose: () => void;
  onMade: (project: Project) => void;
}

/** The dialog that makes a project. */
export function NewProject({ opened, onClose, ...rest }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New project">
      <NewProjectForm {...rest} onCancel={onClose} />
    </Dialog>
  );
}

interface FormProps extends Pick<Props, "orgId" | "onMade"> {
  onCancel?: () => void;
}

export function NewProjectForm({ orgId: preferred, onMade, onCancel }: FormProps) {
  const account = useAccount();
  const orgs = useOrgs();
  const create = useCreateProject();
  const writable = (orgs.data ?? []).filter((org) => isAtLeast(org.role, "member"));
  const chosen = writable.find((org) => org.id === preferred)?.id ?? account.personal_org_id;
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", orgId: chosen },
    validate: { name: (name) => (name.trim() === "" ? "Give the project a name, such as Sales 2026." : null) },
  });
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
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={create.isPending}>
            Create project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
