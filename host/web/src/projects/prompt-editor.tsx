import { Button, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { type KeyboardEvent, useEffect } from "react";

import { type Prompt, useChangePrompt, useCreatePrompt } from "../api/prompts";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { formatNumber } from "../shell/numbers";
import styles from "./prompt-editor.module.css";

export interface Draft {
  name: string;
  text: string;
}

const NAME_MAX_CHARS = 100;
const TEXT_MAX_CHARS = 20_000;
/** From this share on the counter says how much is left. */
const COUNTS_FROM = 0.5;

interface Props {
  projectId: string;
  /** The one that is edited; without it a new one. */
  prompt?: Prompt;
  initial: Draft;
  /** What was typed so far, for the preview. */
  onDraft: (draft: Draft) => void;
  onDone: (saved: Prompt) => void;
  onCancel: () => void;
}

export function PromptEditor({ projectId, prompt, initial, onDraft, onDone, onCancel }: Props) {
  const create = useCreatePrompt(projectId);
  const change = useChangePrompt(projectId);
  const save = prompt ? change : create;
  const form = useForm({
    initialValues: { name: initial.name, text: initial.text },
    validate: {
      name: (name) => (name.trim() === "" ? "Give the prompt a name, such as House style." : null),
      text: (text) => {
        if (text.trim() === "") return "Write what the model should know or do.";
        const chars = length(text);
        const most = formatNumber(TEXT_MAX_CHARS);
        return chars > TEXT_MAX_CHARS ? `This has ${formatNumber(chars)} characters. Use ${most} or fewer.` : null;
      },
    },
  });
  const { values } = form;
  useEffect(() => onDraft(values), [values, onDraft]);

  const submit = form.onSubmit(({ name, text }) => {
    const how = { onSuccess: onDone, onError: showFieldErrors(form) };
    if (prompt) change.mutate({ id: prompt.id, name: name.trim(), text }, how);
    else create.mutate({ name: name.trim(), text, enabled: true }, how);
  }, focusFirst(form));
  const shortcuts = (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.currentTarget.form?.requestSubmit();
    } else if (event.key === "Escape") onCancel();
  };
  return (
    <form
      noValidate
      className={styles.editor}
      aria-label={prompt ? `Edit ${prompt.name}` : "New prompt"}
      onSubmit={submit}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          placeholder="House style"
          maxLength={NAME_MAX_CHARS}
          autoFocus
          onKeyDown={shortcuts}
          {...form.getInputProps("name")}
        />
        <div>
          <Textarea
            label="Instruction"
            description="Applies to every question of this project that a model answers, from the next one on"
            placeholder="Show money in euros, without cents."
            autosize
            minRows={5}
            maxRows={18}
            onKeyDown={shortcuts}
            {...form.getInputProps("text")}
          />
          <Counter text={values.text} />
        </div>
        <FormFailure error={save.error} form={form} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {prompt ? "Save" : "Add prompt"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Counter({ text }: { text: string }) {
  const chars = length(text);
  if (chars < TEXT_MAX_CHARS * COUNTS_FROM) return null;
  const isOver = chars > TEXT_MAX_CHARS;
  return (
    <Text size="xs" c={isOver ? "var(--mantine-color-error)" : "dimmed"} ta="end" mt={4}>
      {formatNumber(chars)} of {formatNumber(TEXT_MAX_CHARS)} characters
    </Text>
  );
}

/** Characters are code points, as the server counts them. */
function length(text: string): number {
  return Array.from(text).length;
}
