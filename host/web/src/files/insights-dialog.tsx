// What stands out in a file's table: each finding with its sentence, how sure it is, and its chart.
import { Badge, Group, Loader, Stack, Text } from "@mantine/core";

import type { StoredFile } from "../api/files";
import { type Insight, useAddInsight, useInsights } from "../api/insights";
import { AddMenu } from "../dashboards/add-to-dashboard";
import { Shown } from "../dashboards/tile-card";
import { Dialog } from "../shell/dialog";
import { Failed } from "../shell/failed";
import styles from "./insights-dialog.module.css";

interface Props {
  file: StoredFile;
  mayChange: boolean;
  onClose: () => void;
}

const KINDS: Record<Insight["kind"], string> = {
  quality: "Quality",
  trend: "Trend",
  change_point: "Change",
  season: "Season",
  anomaly: "Anomaly",
  top: "Top",
  bottom: "Bottom",
  difference: "Difference",
  relation: "Relation",
};

const NEWS = {
  positive: { label: "Good news", color: "teal.9" },
  negative: { label: "Bad news", color: "red.9" },
} as const;

export default function InsightsDialog({ file, mayChange, onClose }: Props) {
  const insights = useInsights(file);
  return (
    <Dialog opened onClose={onClose} title={`Insights of ${file.name}`} size="xl">
      {insights.isPending && (
        <Group gap="sm" role="status">
          <Loader size="xs" /> <Text size="sm">Looking for what stands out…</Text>
        </Group>
      )}
      {insights.isError && <Failed error={insights.error} title="There are no insights" retry={insights.refetch} />}
      {insights.data?.length === 0 && <Text>Nothing stands out from noise in this table.</Text>}
      {insights.data !== undefined && insights.data.length > 0 && (
        <Stack component="ol" gap="lg" className={styles.list}>
          {insights.data.map((insight, number) => (
            <Finding key={insight.sentence} file={file} insight={insight} number={number} mayChange={mayChange} />
          ))}
        </Stack>
      )}
    </Dialog>
  );
}

interface FindingProps extends Pick<Props, "file" | "mayChange"> {
  insight: Insight;
  number: number;
}

function Finding({ file, insight, number, mayChange }: FindingProps) {
  const add = useAddInsight();
  const { kind, direction, sentence, drawn } = insight;
  return (
    <li>
      <Group gap="xs" mb={4}>
        <Badge size="sm" variant="light" color="gray">
          {KINDS[kind]}
        </Badge>
        {direction !== "neutral" && (
          <Badge size="sm" variant="light" color={NEWS[direction].color}>
            {NEWS[direction].label}
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {sureness(insight)}
        </Text>
        {mayChange && (
          <AddMenu
            name={`Insight ${number + 1}`}
            projectId={file.project_id}
            isAdding={add.isPending}
            add={(dashboardId, onSuccess) =>
              add.mutate({ dashboardId, file_id: file.id, number, sentence }, { onSuccess })
            }
          />
        )}
      </Group>
      <Text>{sentence}</Text>
      {drawn && (
        <div className={styles.chart}>
          <Shown title={sentence} kind="chart" output={{ type: "chart", spec: null, ...drawn, image: "" }} />
        </div>
      )}
    </li>
  );
}

/** How sure a finding is: what was counted is no guess. */
function sureness({ kind, significance, test }: Insight): string {
  if (kind === "quality") return "Counted";
  const percent = Math.floor(significance * 1000) / 10;
  return `${percent >= 99.9 ? "More than 99.9" : percent} % sure (${test})`;
}
