// The tables of a source, with a search over tables and columns.
import { Accordion, Badge, Button, Table, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";

import { type Source, type SourceTable, useRefreshSchema, type useSourceSchema } from "../api/sources";
import { formatAgo } from "../shell/dates";
import { Failed } from "../shell/failed";
import { formatNumber } from "../shell/numbers";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";

/** Tables that are listed at once; a search finds the others. */
const SHOWN_MAX = 200;

interface Props {
  source: Source;
  schema: ReturnType<typeof useSourceSchema>;
}

export function Catalogue({ source, schema }: Props) {
  const refresh = useRefreshSchema(source.id);
  const [words, setWords] = useState("");
  const isNew = schema.data === null;
  const lookUp = refresh.mutate;
  useEffect(() => {
    // Questions in the chat need them as well.
    if (isNew) lookUp();
  }, [isNew, lookUp]);
  const tables = schema.data?.tables ?? [];
  const found = tables.filter((table) => matches(table, words.trim().toLowerCase()));
  return (
    <Section
      title="Tables"
      lead={schema.data ? `Loaded ${formatAgo(schema.data.taken_at)}.` : "The tables have not been loaded yet."}
      action={
        <Button variant="default" loading={refresh.isPending} onClick={() => refresh.mutate()}>
          {schema.data ? "Refresh" : "Load tables"}
        </Button>
      }
    >
      {schema.isPending && <RowsSkeleton label="Loading the tables" count={3} />}
      {schema.error && <Failed error={schema.error} title="The tables could not be loaded" retry={schema.refetch} />}
      {refresh.error && <Failed error={refresh.error} title="The tables could not be read from the database" />}
      {tables.length > 0 && (
        <TextInput
          aria-label="Search tables and columns"
          placeholder="Search tables and columns"
          mb="sm"
          maw="20rem"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {(found.length > SHOWN_MAX || schema.data?.truncated === true) && (
        <Text size="sm" c="dimmed" mb="xs">
          {schema.data?.truncated === true
            ? "The database has more tables than can be listed."
            : `${SHOWN_MAX} of ${found.length} tables are shown.`}
        </Text>
      )}
      <Accordion variant="separated">
        {found.slice(0, SHOWN_MAX).map((table) => (
          <Accordion.Item key={`${table.schema}.${table.name}`} value={`${table.schema}.${table.name}`}>
            <Accordion.Control>
              {table.schema}.{table.name}{" "}
              <Text span size="xs" c="dimmed">
                {table.kind === "view" ? "view" : ""}
                {typeof table.estimated_rows === "number" && ` about ${formatNumber(table.estimated_rows)} rows`}
                {table.comment !== "" && ` · ${table.comment}`}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Columns table={table} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Section>
  );
}

function Columns({ table }: { table: SourceTable }) {
  const target = (column: string) =>
    table.foreign_keys
      .filter(({ columns }) => columns.includes(column))
      .map((key) => `${key.to_table}.${key.to_columns[key.columns.indexOf(column)] ?? ""}`)
      .join(", ");
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table aria-label={`Columns of ${table.name}`}>
        <Table.Tbody>
          {table.columns.map((column) => (
            <Table.Tr key={column.name}>
              <Table.Td>
                {column.name}{" "}
                {column.primary_key && (
                  <Badge size="xs" variant="light">
                    key
                  </Badge>
                )}
              </Table.Td>
              <Table.Td>{column.data_type}</Table.Td>
              <Table.Td>
                {target(column.name) !== "" && `→ ${target(column.name)} `}
                {column.comment}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function matches(table: SourceTable, words: string): boolean {
  return (
    words === "" ||
    table.name.toLowerCase().includes(words) ||
    table.columns.some(({ name }) => name.toLowerCase().includes(words))
  );
}
