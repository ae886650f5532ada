// A data source: its tables, an editor for SQL, the rows that come back, and the files that they became.
import { Badge, Button, Group, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState } from "react";
import { Link, useParams } from "react-router";

import { isAtLeast, type Org } from "../api/orgs";
import { projectsQuery } from "../api/projects";
import {
  type Source,
  type SourceExtract,
  type SourceQuery,
  type SourceRows,
  type SourceTable,
  useQuerySource,
  useRefreshExtract,
  useSource,
  useSourceExtracts,
  useSourceSchema,
  useTakeExtract,
} from "../api/sources";
import { useAccount } from "../api/session";
import { keepDraft, readDraft } from "../chat/drafts";
import { OrgFrame } from "../projects/org-frame";
import { formatAgo } from "../shell/dates";
import { Dialog } from "../shell/dialog";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { notifyDone } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { Catalogue } from "./catalogue";
import { parametersOf } from "./parameters";

const SqlEditor = lazy(() => import("./sql-editor"));

/** The same list each time, so that the editor is not made anew. */
const NO_TABLES: readonly SourceTable[] = [];

export default function SourcePage() {
  const { sourceId = "" } = useParams();
  return <OrgFrame title="Data sources">{(org) => <Loaded key={sourceId} org={org} sourceId={sourceId} />}</OrgFrame>;
}

function Loaded({ org, sourceId }: { org: Org; sourceId: string }) {
  const source = useSource(sourceId);
  if (source.error?.status === 404) return <NotFound what="data source" />;
  if (source.error && !source.data) {
    return <Failed error={source.error} title="The data source could not be loaded" retry={source.refetch} />;
  }
  if (!source.data) return <RowsSkeleton label="Loading the data source" count={3} />;
  const mayQuery = isAtLeast(org.role, source.data.members_may_query ? "member" : "admin");
  if (!mayQuery) {
    return (
      <Section title={source.data.name}>
        <Text size="sm">You do not have permission to query this data source. Ask an admin for access.</Text>
      </Section>
    );
  }
  return <Desk org={org} source={source.data} />;
}

function Desk({ org, source }: { org: Org; source: Source }) {
  const schema = useSourceSchema(source.id);
  const query = useQuerySource(source.id);
  const draftName = `${useAccount().id}-sql-${source.id}`;
  const [initial] = useState(() => readDraft(draftName).text);
  const [sql, setSql] = useState(initial);
  const type = (text: string) => {
    setSql(text);
    keepDraft(draftName, { text, files: [] });
  };
  const [values, setValues] = useState<Record<string, string>>({});
  const [isTaking, setTaking] = useState(false);
  const stop = useRef<AbortController>(null);
  const names = parametersOf(sql);
  const body = { sql, parameters: Object.fromEntries(names.map((name) => [name, values[name] ?? ""])) };
  const run = () => {
    if (sql.trim() === "" || query.isPending) return;
    stop.current = new AbortController();
    query.mutate({ body, signal: stop.current.signal });
  };
  // What made the rows that are shown, though the text may have changed since.
  const shown = query.data && query.variables.body;
  const wasStopped = query.isError && query.variables.signal.aborted;
  return (
    <>
      <Section title={source.name} lead="Read-only statements in the database's own SQL. Write {{name}} for a parameter.">
        <Stack gap="sm">
          <Suspense fallback={<RowsSkeleton label="Loading the editor" count={2} />}>
            <SqlEditor
              engine={source.engine}
              tables={schema.data?.tables ?? NO_TABLES}
              initial={initial}
              onChange={type}
              onRun={run}
            />
          </Suspense>
          {names.map((name) => (
            <TextInput
              key={name}
              label={name}
              size="xs"
              maw="20rem"
              value={values[name] ?? ""}
              onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
            />
          ))}
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              Press Ctrl+Enter to run.
            </Text>
            <Group gap="xs">
              {query.isPending && (
                <Button size="xs" variant="default" onClick={() => stop.current?.abort()}>
                  Stop
                </Button>
              )}
              <Button size="xs" variant="default" disabled={!shown} onClick={() => setTaking(true)}>
                Use as a table
              </Button>
              <Button size="xs" loading={query.isPending} disabled={sql.trim() === ""} onClick={run}>
                Run
              </Button>
            </Group>
          </Group>
          {wasStopped && <Text size="sm">The query was stopped.</Text>}
          {query.error && !wasStopped && <Failed error={query.error} title="The query failed" />}
          {query.data && <Result rows={query.data} />}
        </Stack>
      </Section>
      <Catalogue source={source} schema={schema} />
      <Extracts source={source} />
      <Dialog opened={isTaking} onClose={() => setTaking(false)} title="Use as a table">
        {shown && <TakeForm org={org} source={source} body={shown} onDone={() => setTaking(false)} />}
      </Dialog>
    </>
  );
}

function Result({ rows }: { rows: SourceRows }) {
  return (
    <Stack gap={4}>
      <Group gap="xs" role="status">
        <Text size="sm" c="dimmed">
          {rows.rows.length} rows in {rows.duration_ms} ms · {rows.server}
        </Text>
        {rows.truncated && (
          <Badge color="yellow" variant="light">
            More rows available
          </Badge>
        )}
      </Group>
      <Table.ScrollContainer minWidth={0} maxHeight={420}>
        <Table stickyHeader striped aria-label="Rows">
          <Table.Thead>
            <Table.Tr>
              {rows.columns.map((column, at) => (
                <Table.Th key={at} title={column.data_type}>
                  {column.name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.rows.map((row, at) => (
              <Table.Tr key={at}>
                {row.map((cell, column) => (
                  <Table.Td key={column}>{cell ?? <Text span size="xs" c="dimmed">null</Text>}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

interface TakeProps {
  org: Org;
  source: Source;
  body: SourceQuery;
  onDone: () => void;
}

function TakeForm({ org, source, body, onDone }: TakeProps) {
  const projects = useQuery(projectsQuery(org.id));
  const take = useTakeExtract(source.id);
  const [projectId, setProjectId] = useState<string | null>(null);
  const [name, setName] = useState("rows.csv");
  const chosen = projectId ?? projects.data?.[0]?.id ?? null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen === null) return;
        take.mutate(
          { ...body, project_id: chosen, file_name: name },
          {
            onSuccess: ({ extract }) => {
              const more = extract.truncated ? " More rows were left out." : "";
              notifyDone(`${extract.file_name} has ${extract.rows} rows.${more}`);
              onDone();
            },
          },
        );
      }}
    >
      <Stack>
        <Text size="sm">Saves all rows of the query that ran last as a file. The file does not change until you query again.</Text>
        <Select
          label="Project"
          data={(projects.data ?? []).map(({ id, name: label }) => ({ value: id, label }))}
          value={chosen}
          onChange={setProjectId}
          allowDeselect={false}
          required
        />
        <TextInput
          label="File"
          description="An existing file with this name gets a new version"
          maxLength={255}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {take.error && <Failed error={take.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={take.isPending} disabled={chosen === null}>
            Create file
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Extracts({ source }: { source: Source }) {
  const extracts = useSourceExtracts(source.id);
  const all = extracts.data ?? [];
  if (all.length === 0) return null;
  return (
    <Section title="Files from this source" lead="Each with the statement that created it.">
      <Rows label="Files from this source">
        {all.map((extract) => (
          <ExtractRow key={extract.id} source={source} extract={extract} />
        ))}
      </Rows>
    </Section>
  );
}

function ExtractRow({ source, extract }: { source: Source; extract: SourceExtract }) {
  const refresh = useRefreshExtract(source.id);
  const isVersion = typeof extract.file_version === "number";
  const name = isVersion ? `${extract.file_name}, version ${extract.file_version}` : `${extract.file_name}, for an answer`;
  return (
    <Row
      wraps
      title={extract.file_id ? <Link to={`/p/${extract.project_id}/files/${extract.file_id}`}>{name}</Link> : name}
      action={
        isVersion && (
        <Button
          size="compact-xs"
          variant="default"
          loading={refresh.isPending}
          aria-label={`Query again for ${name}`}
          onClick={() => refresh.mutate(extract.id)}
        >
          Query again
        </Button>
        )
      }
    >
      {extract.rows} rows{extract.truncated && ", more were left out"} · {formatAgo(extract.taken_at)} · {extract.server}
    </Row>
  );
}
