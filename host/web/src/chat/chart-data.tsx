// The data behind a chart, as tables, and what is said where it is not all of it.
import { Text } from "@mantine/core";

import type { Spec } from "./chart-spec";
import { chartTables, reductionOf } from "./chart-tables";
import { DataTable } from "./data-table";

/** The tables behind a chart. Files that are made of them say by their names that they are not all of the data. */
export function ChartData({ spec, title }: { spec: Spec; title: string }) {
  const tables = chartTables(spec);
  if (tables.length === 0) return <Text c="dimmed">This chart has no data to show as a table.</Text>;
  const reduced = reductionOf(spec) === undefined ? "" : " (reduced)";
  return (
    <>
      <Reduced spec={spec} />
      {tables.map(({ columns, rows }, at) => (
        <DataTable
          key={at}
          columns={columns}
          rows={rows}
          rowCount={rows.length}
          title={`Data of ${title}${reduced}`}
          guessed
        />
      ))}
    </>
  );
}

/** Says that a chart, or the table behind it, has only a part of the data. */
export function Reduced({ spec }: { spec: Spec }) {
  const reduction = reductionOf(spec);
  if (reduction === undefined) return null;
  return (
    <Text size="xs" c="dimmed" role="note" mb={4}>
      {reduction} The image is drawn from all of it.
    </Text>
  );
}
