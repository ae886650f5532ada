import { Alert, Button, Code, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconCopy from "@tabler/icons-react/dist/esm/icons/IconCopy.mjs";

import { useCreateApiKey } from "../api/api-keys";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";

interface Props {
  /** The key is there to be seen. */
  onMade: () => void;
  onDone: () => void;
}

/** In a dialog: what the key is for, then the key itself, this once. */
export function NewApiKey({ onMade, onDone }: Props) {
  const create = useCreateApiKey();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "" },
    validate: { name: (name) => (name.trim() === "" ? "Give the key a name, such as Nightly upload." : null) },
  });
  if (create.data) return <Made token={create.data.token} onDone={onDone} />;
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ name }) => create.mutate({ name: name.trim() }, { onSuccess: onMade, onError: showFieldErrors(form) }),
        focusFirst(form),
      )}
    >
      <Stack>
        <TextInput
          label="Name"
          description="What the key is for, so that you can recognise it later."
          maxLength={100}
          data-autofocus
          key={form.key("name")}
          {...form.getInputProps("name")}
        />
        <FormFailure error={create.error} form={form} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface MadeProps { token: string; onDone: () => void }

function Made({ token, onDone }: MadeProps) {
  const example = `curl -H "Authorization: Bearer ${token}" ${location.origin}/api/v1/orgs`;
  return (
    <Stack>
      <Alert variant="light">
        Copy the key now and store it safely, for example in a password manager. It is not shown again.
      </Alert>
      <div>
        <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {token}
        </Code>
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button
              mt="xs"
              fullWidth
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            >
              {copied ? "Copied" : "Copy key"}
            </Button>
          )}
        </CopyButton>
      </div>
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          Try it:
        </Text>
        <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {example}
        </Code>
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          I have saved it
        </Button>
      </Group>
    </Stack>
  );
}
