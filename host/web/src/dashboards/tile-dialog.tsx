// How a tile was made: what it shows in large, its script, its receipt, its data.
import { Button, Group, Modal, Skeleton, Tabs, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";

import { type Tile, tileAddress, type TileResult, useTileRecord } from "../api/dashboards";
import { ChartData, Reduced } from "../chat/chart-data";
import { CopyButton } from "../chat/copy-button";
import { isSpec } from "../chat/chart-spec";
import { chartTables } from "../chat/chart-tables";
import { Receipt } from "../chat/receipt";
import { ScriptView } from "../chat/script-view";
import { formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { Shown } from "./tile-card";
import styles from "./tile-dialog.module.css";

const AlertDialog = lazy(() => import("../alerts/alert-dialog"));

interface Props {
  projectId: string;
  mayChange: boolean;
  dashboardId: string;
  title: string;
  tile: Tile | undefined;
  result: TileResult | undefined;
  onClose: () => void;
}

export default function TileDialog({ projectId, mayChange, dashboardId, title, tile, result, onClose }: Props) {
  const [isAlerting, setAlerting] = useState(false);
  if (!tile) return null;
  const { output, key } = result ?? {};
  const isChart = output?.type === "chart";
  const spec = isChart && isSpec(output.spec) ? output.spec : undefined;
  const hasData = spec !== undefined && chartTables(spec).length > 0;
  const columns = output?.type === "table" ? output.columns.map(({ name }) => name) : [];
  if (isAlerting) {
    return (
      <Suspense>
        <AlertDialog projectId={projectId} tileId={tile.id} title={title} columns={columns} onClose={onClose} />
      </Suspense>
    );
  }
  return (
    <Modal opened onClose={onClose} title={title} size="xl">
      {mayChange && tile.kind !== "chart" && (
        <Group mb="sm">
          <Button size="xs" variant="default" onClick={() => setAlerting(true)}>
            Alert me…
          </Button>
        </Group>
      )}
      <Tabs defaultValue={output ? "result" : "script"}>
        <Tabs.List mb="sm">
          {output && <Tabs.Tab value="result">Result</Tabs.Tab>}
          {hasData && <Tabs.Tab value="data">Data</Tabs.Tab>}
          <Tabs.Tab value="script">Script</Tabs.Tab>
          <Tabs.Tab value="receipt">Receipt</Tabs.Tab>
        </Tabs.List>
        {output && (
          <Tabs.Panel value="result">
            {spec && <Reduced spec={spec} />}
            <div className={isChart ? styles.chart : undefined}>
              <Shown
                title={title}
                kind={tile.kind === "number" ? "table" : tile.kind}
                output={output}
                image={key ? tileAddress(dashboardId, tile.id, "image", key) : undefined}
                whole={key && !result?.earlier ? { address: tileAddress(dashboardId, tile.id, "table", key) } : undefined}
              />
            </div>
            {key && isChart && !result?.earlier && (
              <Group mt="sm">
                <Button
                  component="a"
                  size="xs"
                  variant="default"
                  href={tileAddress(dashboardId, tile.id, "image", key)}
                  download
                >
                  Image (PNG)
                </Button>
              </Group>
            )}
          </Tabs.Panel>
        )}
        <Tabs.Panel value="data">
          {spec && <ChartData spec={spec} title={title} />}
        </Tabs.Panel>
        <Tabs.Panel value="script">
          <Group justify="space-between" mb="xs">
            <Text size="sm" c="dimmed">
              {tile.inputs.length === 0
                ? "Reads no files."
                : `Reads the latest version of ${tile.inputs.map(({ name }) => name).join(", ")}.`}{" "}
              {result?.daily === true && "It may use the current time, so it runs again every day."}
            </Text>
            <CopyButton text={tile.script} label="Copy script" />
          </Group>
          <ScriptView script={tile.script} />
        </Tabs.Panel>
        <Tabs.Panel value="receipt">
          <Record dashboardId={dashboardId} tileId={tile.id} result={result} />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}

function Record({ dashboardId, tileId, result }: { dashboardId: string; tileId: string; result: TileResult | undefined }) {
  const isOver = result?.state === "done" || result?.state === "failed";
  const record = useTileRecord(dashboardId, tileId, isOver ? (result.key ?? undefined) : undefined);
  if (!isOver || !result.key) return <Text c="dimmed">There is no receipt yet.</Text>;
  if (record.error) return <Failed error={record.error} retry={record.refetch} />;
  if (!record.data) return <Skeleton height={200} />;
  const { receipt, outcome, made_at, problem, printed } = record.data;
  return (
    <>
      <Text size="sm" mb="xs">
        Generated {formatMoment(made_at)}. The same script is never run twice on the same files.
      </Text>
      {problem && <Text size="sm" c="var(--mantine-color-error)">{problem}</Text>}
      {receipt && <Receipt imported={false} receipt={{ type: "receipt", run_id: "", outcome, receipt }} />}
      {printed !== "" && <pre className={styles.printed}>{printed}</pre>}
    </>
  );
}
