import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { type StoredFile, useRenameFile } from "../api/files";
import { Dialog } from "../shell/dialog";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { stemLength } from "./names";

interface Props {
  file: StoredFile;
  opened: boolean;
  onClose: () => void;
}

/** Gives a file another name. */
export function RenameDialog({ file, opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Rename file">
      <RenameForm file={file} onClose={onClose} />
    </Dialog>
  );
}

function RenameForm({ file, onClose }: Pick<Props, "file" | "onClose">) {
  const rename = useRenameFile();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: file.name },
    validate: { name: (name) => (name.trim() === "" ? "Give the file a name." : null) },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ name }) =>
          rename.mutate({ id: file.id, name: name.trim() }, { onSuccess: onClose, onError: showFieldErrors(form) }),
        focusFirst(form),
      )}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Scripts use this name from now on. Earlier answers do not change."
          maxLength={255}
          data-autofocus
          key={form.key("name")}
          {...form.getInputProps("name")}
          onFocus={(event) => event.currentTarget.setSelectionRange(0, stemLength(event.currentTarget.value))}
        />
        <FormFailure error={rename.error} form={form} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={rename.isPending}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
