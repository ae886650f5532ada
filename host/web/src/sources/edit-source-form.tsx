// A data source is changed. The password is entered again where it would go elsewhere.
import { Button, Group, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";

import { type Source, useUpdateSource } from "../api/sources";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { bodyOf, SourceFields, type Values } from "./new-source-form";

export function EditSourceForm({ source, onDone }: { source: Source; onDone: () => void }) {
  const update = useUpdateSource(source.id);
  const form = useForm<Values>({
    initialValues: {
      name: source.name,
      engine: source.engine,
      host: source.host,
      port: source.port,
      database: source.database,
      user: source.user,
      password: "",
      encrypted: source.tls === "verify_full",
      ca: source.tls_ca ?? "",
      members: source.members_may_query,
    },
  });
  const submit = form.onSubmit((values) => {
    const { name, host, port, database, user, password, tls, tls_ca = null, members_may_query } = bodyOf(values);
    const fields = { name, host, port, database, user, tls, tls_ca, members_may_query };
    update.mutate(password === "" ? fields : { ...fields, password }, {
      onSuccess: () => {
        notifyDone(`${name} is changed.`);
        onDone();
      },
    });
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <SourceFields
          form={form}
          passwordNote="Leave it empty to keep it. Enter it again where host, port, database, user or encryption change"
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
