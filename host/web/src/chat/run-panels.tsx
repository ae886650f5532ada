// What stands behind the tabs of a run's card.
import { Skeleton, Text } from "@mantine/core";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import { lazy, Suspense, useState } from "react";

import { AddToDashboard } from "../dashboards/add-to-dashboard";
import { useAddresses } from "./addresses";
import type { Run } from "./answer";
import { Chart } from "./chart";
import { CopyButton } from "./copy-button";
import { DataTable } from "./data-table";
import { Fault } from "./fault";
import { Delete, GeneratedFile, Tombstone } from "./generated-file";
import { IconAction } from "./icon-action";
import { Receipt } from "./receipt";
import type { RunSurroundings } from "./run-card";
import styles from "./run-card.module.css";
import { ScriptView } from "./script-view";

const ScriptEditor = lazy(() => import("./script-editor"));

interface Props extends RunSurroundings {
  run: Run;
}

export function ResultPanel({ run, answerId, kept, imported, onRunScript, onLine }: Props & { onLine: (line: number | null | undefined) => void }) {
  const find = (fileId: string) => kept.find(({ id }) => id === fileId);
  const { wholeTable } = useAddresses();
  // Nothing vouches for what was imported.
  const hasWhole = run.receipt !== undefined && !imported;
  const canAdd = run.phase === "done" && run.receipt !== undefined;
  return (
    <div className={styles.result}>
      {run.errors.map((error, at) => (
        <Fault key={at} error={error} onLine={run.script === "" ? undefined : () => onLine(error.line)} />
      ))}
      {run.charts.map((chart, at) => {
        const image = find(chart.file_id);
        if (image?.deleted_at) return <Tombstone key={chart.file_id} name={image.name} deletedAt={image.deleted_at} />;
        return (
          <Chart
            key={chart.file_id}
            chart={chart}
            extra={
              <>
                {canAdd && <AddToDashboard run_id={run.id} output="chart" number={at} name={chart.title === "" ? "Chart" : chart.title} />}
                {image && onRunScript && <Delete kept={image} />}
              </>
            }
          />
        );
      })}
      {run.tables.map((table, at) => (
        <DataTable
          key={at}
          columns={table.columns}
          rows={table.rows}
          rowCount={table.row_count}
          title={run.tables.length > 1 ? `Table ${at + 1}` : "Table"}
          whole={hasWhole ? wholeTable(answerId, run.id, at) : undefined}
          extra={
            canAdd && (
              <AddToDashboard
                run_id={run.id}
                output="table"
                number={at}
                name={run.tables.length > 1 ? `Table ${at + 1}` : "Table"}
              />
            )
          }
        />
      ))}
      {run.files.map((file) => (
        <GeneratedFile key={file.file_id} file={file} kept={find(file.file_id)} readOnly={!onRunScript} />
      ))}
    </div>
  );
}

export function ScriptPanel({ run, faultyLine, onRunScript }: Props & { faultyLine: number | undefined }) {
  const [isEdited, setEdited] = useState(false);
  if (isEdited && onRunScript) {
    return (
      <Suspense fallback={<Skeleton height={200} />}>
        <ScriptEditor
          script={run.script}
          onCancel={() => setEdited(false)}
          onRun={(script) => {
            setEdited(false);
            onRunScript(script);
          }}
        />
      </Suspense>
    );
  }
  return (
    <div className={styles.script}>
      <div className={styles.scriptActions}>
        {onRunScript && run.phase !== "running" && (
          <IconAction label="Edit and run again" onClick={() => setEdited(true)}>
            <IconPencil size={16} />
          </IconAction>
        )}
        <CopyButton text={run.script} label="Copy script" />
      </div>
      <ScriptView script={run.script} faultyLine={faultyLine} />
    </div>
  );
}

export function OutputPanel({ run: { output } }: { run: Run }) {
  if (!output) return <Text p="md">The script printed nothing.</Text>;
  return (
    <div className={styles.script}>
      <div className={styles.scriptActions}>
        <CopyButton text={output.text} label="Copy output" />
      </div>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.output} tabIndex={0} role="region" aria-label="Output">
        {output.text}
      </pre>
      {output.truncated && (
        <Text size="xs" c="dimmed" px="md" py={6}>
          The output was too long. Only the beginning is kept.
        </Text>
      )}
    </div>
  );
}

export function ReceiptPanel({ run: { receipt }, imported }: Props) {
  return receipt ? <Receipt receipt={receipt} imported={imported} /> : <Text p="md">There is no receipt.</Text>;
}
