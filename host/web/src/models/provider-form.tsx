// A model provider is added or changed: an address, a key that is never shown again, and the models that are offered.
import { Alert, Button, Checkbox, Group, PasswordInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";

import {
  type ModelCheck,
  type ModelProvider,
  type NewModelProvider,
  useCheckNewModelProvider,
  useCreateModelProvider,
  useUpdateModelProvider,
} from "../api/model-providers";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { type Kind, PRESETS } from "./presets";

interface Values {
  name: string;
  kind: Kind;
  url: string;
  key: string;
  /** One a line. */
  models: string;
  defaultModel: string | null;
  members: boolean;
}

export function NewProviderForm({ orgId, onDone }: { orgId: string; onDone: () => void }) {
  const check = useCheckNewModelProvider(orgId);
  const create = useCreateModelProvider(orgId);
  const [presetId, setPresetId] = useState("anthropic");
  const preset = PRESETS[presetId];
  const form = useForm<Values>({
    initialValues: {
      name: PRESETS["anthropic"]?.label ?? "",
      kind: "anthropic",
      url: PRESETS["anthropic"]?.url ?? "",
      key: "",
      models: "",
      defaultModel: null,
      members: true,
    },
    // What was found is of what was entered then.
    onValuesChange: () => check.reset(),
  });
  const take = (id: string | null) => {
    const next = PRESETS[id ?? ""];
    if (id === null || !next) return;
    setPresetId(id);
    const name = id === "other" ? "" : next.label;
    form.setValues({ name, kind: next.kind, url: next.url, models: "", defaultModel: null });
  };
  const submit = form.onSubmit((values) =>
    create.mutate(bodyOf(values), {
      onSuccess: ({ name }) => {
        notifyDone(`${name} added.`);
        onDone();
      },
    }),
  );
  const error = check.error ?? create.error;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label="Provider"
          description={preset?.note}
          data={Object.entries(PRESETS).map(([value, { label }]) => ({ value, label }))}
          allowDeselect={false}
          data-autofocus
          value={presetId}
          onChange={take}
        />
        <ProviderFields form={form} example={preset?.model ?? ""} keyNote="Stored encrypted, never shown again" />
        {error && <Failed error={error} />}
        {check.data && <CheckResult check={check.data} />}
        <Group justify="flex-end">
          <Button
            variant="default"
            loading={check.isPending}
            onClick={() => {
              if (!form.validate().hasErrors) check.mutate(bodyOf(form.values));
            }}
          >
            Test
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function EditProviderForm({ provider, onDone }: { provider: ModelProvider; onDone: () => void }) {
  const update = useUpdateModelProvider(provider);
  const form = useForm<Values>({
    initialValues: {
      name: provider.name,
      kind: provider.kind,
      url: provider.url,
      key: "",
      models: provider.models.join("\n"),
      defaultModel: provider.default_model ?? null,
      members: provider.members_may_use,
    },
  });
  const [forgets, setForgets] = useState(false);
  const submit = form.onSubmit((values) => {
    const { name, url, key, models, default_model = null, members_may_use } = bodyOf(values);
    const fields = { name, url, models, default_model, members_may_use };
    update.mutate(forgets ? { ...fields, key: null } : key == null ? fields : { ...fields, key }, {
      onSuccess: () => {
        notifyDone(`${name} is changed.`);
        onDone();
      },
    });
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <ProviderFields
          form={form}
          example=""
          keyNote={
            provider.has_key ? "A key is set. Leave it empty to keep it; enter it again where the address changes" : "No key is set"
          }
          afterKey={
            provider.has_key && (
              <Checkbox label="Remove the key" checked={forgets} onChange={(event) => setForgets(event.currentTarget.checked)} />
            )
          }
        />
        {update.error && <Failed error={update.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface FieldsProps {
  form: UseFormReturnType<Values>;
  example: string;
  keyNote: string;
  afterKey?: ReactNode;
}

function ProviderFields({ form, example, keyNote, afterKey }: FieldsProps) {
  const models = listed(form.values.models);
  return (
    <>
      <TextInput label="Name" maxLength={100} required {...form.getInputProps("name")} />
      <TextInput label="Address" type="url" maxLength={2_000} required {...form.getInputProps("url")} />
      <PasswordInput
        label="API key"
        description={keyNote}
        maxLength={1_000}
        autoComplete="new-password"
        {...form.getInputProps("key")}
      />
      {afterKey}
      <Textarea
        label="Models"
        description={example === "" ? "Their names at the provider, one per line" : `Their names at the provider, one per line, such as ${example}`}
        autosize
        minRows={1}
        maxRows={8}
        required
        {...form.getInputProps("models")}
      />
      <Select
        label="Default"
        description="Answers where nobody chooses a model"
        placeholder="None of these"
        clearable
        clearButtonProps={{ "aria-label": "No default" }}
        data={models}
        value={models.includes(form.values.defaultModel ?? "") ? form.values.defaultModel : null}
        onChange={(model) => form.setFieldValue("defaultModel", model)}
      />
      <Checkbox label="Members can use it, not only admins" {...form.getInputProps("members", { type: "checkbox" })} />
    </>
  );
}

/** What a test found, in words. */
export function CheckResult({ check }: { check: ModelCheck }) {
  if (check.problem != null) {
    return (
      <Alert color="red" variant="light" role="alert" title={`${check.model} did not answer`} style={{ overflowWrap: "anywhere" }}>
        {check.problem}
      </Alert>
    );
  }
  return (
    <Alert color="green" variant="light" role="status" title={`${check.model} answered`}>
      {`It took ${(check.duration_ms / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s.`}
    </Alert>
  );
}

function listed(text: string): string[] {
  const names = text.split("\n").map((line) => line.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

function bodyOf({ name, kind, url, key, models, defaultModel, members }: Values): NewModelProvider {
  const names = listed(models);
  return {
    name: name.trim(),
    kind,
    url: url.trim(),
    ...(key.trim() === "" ? {} : { key: key.trim() }),
    models: names,
    ...(defaultModel !== null && names.includes(defaultModel) ? { default_model: defaultModel } : {}),
    members_may_use: members,
  };
}
