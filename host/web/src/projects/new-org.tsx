import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";

import { useCreateOrg } from "../api/orgs";
import { Dialog } from "../shell/dialog";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { notifyDone } from "../shell/notify";

interface Props { opened: boolean; onClose: () => void }

/** The dialog that makes an organisation. Its members are next. */
export function NewOrg({ opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New organisation">
      <NewOrgForm onClose={onClose} />
    </Dialog>
  );
}

function NewOrgForm({ onClose }: Pick<Props, "onClose">) {
  const create = useCreateOrg();
  const navigate = useNavigate();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "" },
    validate: { name: (name) => (name.trim() === "" ? "Give the organisation a name, such as Acme." : null) },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ name }) =>
          create.mutate(
            { name: name.trim() },
            {
              onSuccess: (org) => {
                onClose();
                notifyDone(`${org.name} created. Invite the people you work with.`);
                void navigate(`/org/${org.id}/members`);
              },
              onError: showFieldErrors(form),
            },
          ),
        focusFirst(form),
      )}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          Its members share projects, files and conversations. Your personal projects stay private.
        </Text>
        <TextInput
          label="Name"
          maxLength={100}
          data-autofocus
          key={form.key("name")}
          {...form.getInputProps("name")}
        />
        <FormFailure error={create.error} form={form} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create organisation
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
