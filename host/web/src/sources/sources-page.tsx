// An organisation's data sources: which there are, and how one is added.
import { Button, Group } from "@mantine/core";
import IconDatabase from "@tabler/icons-react/dist/esm/icons/IconDatabase.mjs";
import { useState } from "react";
import { Link } from "react-router";

import { isAtLeast, type Org } from "../api/orgs";
import { type Source, useCheckSource, useDeleteSource, useSources } from "../api/sources";
import { OrgFrame } from "../projects/org-frame";
import { Confirm } from "../shell/confirm";
import { Dialog } from "../shell/dialog";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { CheckResult } from "./check-result";
import { EditSourceForm } from "./edit-source-form";
import { NewSourceForm } from "./new-source-form";

export const ENGINES: Record<Source["engine"], string> = { postgresql: "PostgreSQL", mysql: "MySQL or MariaDB" };

export default function SourcesPage() {
  return <OrgFrame title="Data sources">{(org) => <Sources key={org.id} org={org} />}</OrgFrame>;
}

function Sources({ org }: { org: Org }) {
  const sources = useSources(org.id);
  const mayChange = isAtLeast(org.role, "admin");
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Source>();
  const remove = useDeleteSource(org.id);
  const add = mayChange && <Button onClick={() => setAdding(true)}>Add data source</Button>;
  const all = sources.data ?? [];
  return (
    <>
      {sources.isPending && <RowsSkeleton label="Loading the data sources" count={3} />}
      {sources.error && !sources.data && (
        <Failed error={sources.error} title="The data sources could not be loaded" retry={sources.refetch} />
      )}
      {sources.isSuccess && all.length === 0 && (
        <Empty icon={IconDatabase} title="No data sources yet" action={add}>
          {mayChange
            ? "Connect a database, query it in SQL, and use the rows like any file. Glovebox never changes the database."
            : "Admins of the organisation can connect databases here."}
        </Empty>
      )}
      {all.length > 0 && (
        <Section title="Databases" lead="Glovebox only reads them and never changes them." action={add}>
          <Rows label="Data sources">
            {all.map((source) => (
              <Row
                key={source.id}
                wraps
                icon={<IconDatabase size={20} stroke={1.5} aria-hidden />}
                title={<Link to={`/org/${org.id}/sources/${source.id}`}>{source.name}</Link>}
                action={mayChange && <Tools source={source} onRemove={() => setRemoving(source)} />}
              >
                {ENGINES[source.engine]} · {source.database} at {source.host}
                {source.tls === "off" && " · not encrypted"}
              </Row>
            ))}
          </Rows>
        </Section>
      )}
      <Dialog opened={isAdding} onClose={() => setAdding(false)} title="Add data source">
        <NewSourceForm org={org} onDone={() => setAdding(false)} />
      </Dialog>
      <Confirm
        opened={removing !== undefined}
        title={`Delete ${removing?.name ?? ""}?`}
        action="Delete"
        mutation={remove}
        onClose={() => setRemoving(undefined)}
        onConfirm={() =>
          removing &&
          remove.mutate(removing.id, {
            onSuccess: () => {
              notifyDone(`${removing.name} deleted.`);
              setRemoving(undefined);
            },
          })
        }
      >
        This also deletes its receipts. Files created from it are kept, and the database itself is not touched.
      </Confirm>
    </>
  );
}

function Tools({ source, onRemove }: { source: Source; onRemove: () => void }) {
  const check = useCheckSource();
  const [isOpen, setOpen] = useState(false);
  const [isEditing, setEditing] = useState(false);
  return (
    <Group gap="xs">
      <Button
        size="compact-xs"
        variant="default"
        loading={check.isPending}
        aria-label={`Test ${source.name}`}
        onClick={() => {
          check.mutate(source.id, { onSettled: () => setOpen(true) });
        }}
      >
        Test
      </Button>
      <Button size="compact-xs" variant="default" aria-label={`Edit ${source.name}`} onClick={() => setEditing(true)}>
        Edit
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Delete ${source.name}`} onClick={onRemove}>
        Delete
      </Button>
      <Dialog opened={isEditing} onClose={() => setEditing(false)} title={`Edit ${source.name}`}>
        <EditSourceForm source={source} onDone={() => setEditing(false)} />
      </Dialog>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={`Test of ${source.name}`}>
        {check.error && <Failed error={check.error} />}
        {check.data && <CheckResult check={check.data} />}
      </Dialog>
    </Group>
  );
}
