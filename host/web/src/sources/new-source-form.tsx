// A database is connected: fields, a test in words, and only then the source.
import { Button, Checkbox, Group, NumberInput, PasswordInput, Select, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

import type { Org } from "../api/orgs";
import { type NewSource, type Source, useCheckNewSource, useCreateSource } from "../api/sources";
import { Failed } from "../shell/failed";
import { CheckResult } from "./check-result";

const PORTS: Record<Source["engine"], number> = { postgresql: 5432, mysql: 3306 };

export interface Values {
  name: string;
  engine: Source["engine"];
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  encrypted: boolean;
  ca: string;
  members: boolean;
}

export function NewSourceForm({ org, onDone }: { org: Org; onDone: () => void }) {
  const navigate = useNavigate();
  const check = useCheckNewSource(org.id);
  const create = useCreateSource(org.id);
  const form = useForm<Values>({
    initialValues: {
      name: "",
      engine: "postgresql",
      host: "",
      port: PORTS.postgresql,
      database: "",
      user: "",
      password: "",
      encrypted: true,
      ca: "",
      members: true,
    },
    // What was found is of what was entered then.
    onValuesChange: () => check.reset(),
  });
  const submit = form.onSubmit((values) =>
    create.mutate(bodyOf(values), {
      onSuccess: ({ id }) => {
        onDone();
        void navigate(`/org/${org.id}/sources/${id}`);
      },
    }),
  );
  const test = () => check.mutate({ ...bodyOf(form.values), name: form.values.name.trim() || "Test" });
  const error = check.error ?? create.error;
  return (
    <form onSubmit={submit}>
      <Stack>
        <SourceFields
          form={form}
          passwordNote="Stored encrypted, never shown"
          engine={
            <Select
              label="Database system"
              data={[
                { value: "postgresql", label: "PostgreSQL" },
                { value: "mysql", label: "MySQL or MariaDB" },
              ]}
              allowDeselect={false}
              value={form.values.engine}
              onChange={(engine) => {
                if (engine !== "postgresql" && engine !== "mysql") return;
                form.setValues({ engine, port: PORTS[engine] });
              }}
            />
          }
        />
        {error && <Failed error={error} />}
        {check.data && <CheckResult check={check.data} />}
        <Group justify="flex-end">
          <Button variant="default" loading={check.isPending} onClick={test}>
            Test connection
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface FieldsProps {
  form: UseFormReturnType<Values>;
  passwordNote: string;
  /** The choice of the database system, where there is one. */
  engine?: ReactNode;
}

/** What a source is made of. */
export function SourceFields({ form, passwordNote, engine }: FieldsProps) {
  return (
    <>
      <TextInput label="Name" maxLength={100} required data-autofocus {...form.getInputProps("name")} />
      {engine}
      <Group grow align="flex-start">
        <TextInput label="Host" placeholder="db.example.com" maxLength={255} required {...form.getInputProps("host")} />
        <NumberInput label="Port" min={1} max={65_535} allowDecimal={false} required {...form.getInputProps("port")} />
      </Group>
      <TextInput label="Database" maxLength={255} required {...form.getInputProps("database")} />
      <Group grow align="flex-start">
        <TextInput
          label="User"
          description="Use a read-only user"
          maxLength={255}
          autoComplete="off"
          required
          {...form.getInputProps("user")}
        />
        <PasswordInput
          label="Password"
          description={passwordNote}
          maxLength={1_000}
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
      </Group>
      <Switch
        label="Use TLS and verify the certificate"
        {...form.getInputProps("encrypted", { type: "checkbox" })}
      />
      {form.values.encrypted && (
        <Textarea
          label="CA certificate (PEM)"
          description="Only if a private CA signed the database's certificate"
          autosize
          minRows={1}
          maxRows={6}
          {...form.getInputProps("ca")}
        />
      )}
      <Checkbox label="Members can query it, not only admins" {...form.getInputProps("members", { type: "checkbox" })} />
    </>
  );
}

export function bodyOf({ name, engine, host, port, database, user, password, encrypted, ca, members }: Values): NewSource {
  return {
    name: name.trim(),
    engine,
    host: host.trim(),
    port,
    database: database.trim(),
    user: user.trim(),
    password,
    tls: encrypted ? "verify_full" : "off",
    ...(encrypted && ca.trim() !== "" ? { tls_ca: ca } : {}),
    members_may_query: members,
  };
}
