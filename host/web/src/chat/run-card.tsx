// A run as one quiet card: that its script is being written, that it runs, and then what came of it.
import { Loader, Progress, Tabs, Text, UnstyledButton } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";
import { memo, useEffect, useState } from "react";

import type { GeneratedFile as Kept } from "../api/messages";
import { duration } from "./duration";
import { hasFailed, hasResult, type Run } from "./answer";
import { Elapsed } from "./elapsed";
import { forgetRun } from "./run-clock";
import styles from "./run-card.module.css";
import { OutputPanel, ReceiptPanel, ResultPanel, ScriptPanel } from "./run-panels";

export interface RunSurroundings {
  answerId: string;
  /** The files of the answer as the server keeps them. */
  kept: readonly Kept[];
  imported: boolean;
  /** Runs a changed script in the place of the question; left out where nothing can be asked. */
  onRunScript?: ((script: string) => void) | undefined;
}

interface Props extends RunSurroundings {
  run: Run;
  /** Which attempt it is, from 1. */
  attempt: number;
}

type Tab = "result" | "script" | "output" | "receipt";

export const RunCard = memo(function RunCard({ run, attempt, ...surroundings }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { id, phase, isAttempt } = run;
  useEffect(() => {
    if (phase !== "writing" && phase !== "running") forgetRun(id);
  }, [id, phase]);
  if (!isAttempt) return <OpenCard run={run} {...surroundings} />;
  return (
    <div className={styles.attempt}>
      <UnstyledButton className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <IconChevronRight size={14} className={styles.chevron} aria-hidden />
        {ORDINALS[attempt - 1] ?? `Attempt ${attempt}`} {phase === "not_run" ? "was not run" : `failed${reasonOf(run)}`}
      </UnstyledButton>
      {isOpen && <OpenCard run={run} {...surroundings} />}
    </div>
  );
});

const ORDINALS = ["First attempt", "Second attempt", "Third attempt"];

function reasonOf({ errors }: Run): string {
  const code = errors[0]?.code;
  return code === undefined ? "" : `: ${code}`;
}

function OpenCard({ run, ...surroundings }: RunSurroundings & { run: Run }) {
  const [chosen, setChosen] = useState<Tab>();
  const [faultyLine, setFaultyLine] = useState<number>();
  const { phase, output, receipt, errors } = run;
  const isGoing = phase === "writing" || phase === "running";
  const withResult = hasResult(run) || errors.length > 0;
  const usual: Tab = withResult ? "result" : output ? "output" : "script";
  const tab = chosen ?? usual;
  const showLine = (line: number | null | undefined) => {
    if (typeof line !== "number") return;
    setFaultyLine(line);
    setChosen("script");
  };
  return (
    <Tabs
      value={tab}
      onChange={(value) => setChosen(value as Tab)}
      variant="pills"
      className={styles.card}
      classNames={{ list: styles.tabs ?? "", tab: styles.tab ?? "" }}
    >
      <div className={styles.head}>
        <Status run={run} />
        {phase !== "writing" && (
          <Tabs.List aria-label="Run">
            {withResult && <Tabs.Tab value="result">Result</Tabs.Tab>}
            <Tabs.Tab value="script">Script</Tabs.Tab>
            {output && <Tabs.Tab value="output">Output</Tabs.Tab>}
            {receipt && <Tabs.Tab value="receipt">Receipt</Tabs.Tab>}
          </Tabs.List>
        )}
      </div>
      {/* What it makes on its way is shown with the end of it, in order: a chart takes no table's place. */}
      {isGoing && chosen === undefined ? (
        <Going run={run} />
      ) : (
        <>
          {tab === "result" && <ResultPanel run={run} onLine={showLine} {...surroundings} />}
          {tab === "script" && <ScriptPanel run={run} faultyLine={faultyLine ?? faultIn(run)} {...surroundings} />}
          {tab === "output" && <OutputPanel run={run} />}
          {tab === "receipt" && <ReceiptPanel run={run} {...surroundings} />}
        </>
      )}
    </Tabs>
  );
}

function faultIn({ errors }: Run): number | undefined {
  return errors.find(({ line }) => typeof line === "number")?.line ?? undefined;
}

function Status({ run }: { run: Run }) {
  const isGoing = run.phase === "writing" || run.phase === "running";
  const Icon = run.phase === "done" ? IconCheck : hasFailed(run) ? IconAlertTriangle : IconPlayerStop;
  return (
    <div className={styles.status} data-failed={hasFailed(run) || undefined}>
      {isGoing ? <Loader size={14} color="gray" aria-hidden /> : <Icon size={16} aria-hidden />}
      <span>{statusOf(run)}</span>
      {run.phase === "running" && <Elapsed runId={run.id} />}
    </div>
  );
}

function statusOf({ phase, receipt }: Run): string {
  const wall_us = receipt?.receipt["wall_us"];
  const time = typeof wall_us === "number" ? duration(wall_us / 1000) : undefined;
  const after = time === undefined ? "" : ` after ${time}`;
  switch (phase) {
    case "writing":
      return "Writing a script…";
    case "running":
      return "Running…";
    case "done":
      return time === undefined ? "Ran" : `Ran in ${time}`;
    case "fault":
      return `Failed${after}`;
    case "limit":
      return `Reached a limit${after}`;
    case "crashed":
      return `Crashed${after}`;
    case "stopped":
      return `Stopped${after}`;
    case "not_run":
      return "Not run";
  }
}

const TAIL_LINES = 6;

/** The last lines of what is written or printed, in a room that does not change. */
function Going({ run: { phase, script, output, progress } }: { run: Run }) {
  const text = phase === "running" && output ? output.text : script;
  const lines = text.trimEnd().split("\n").slice(-TAIL_LINES);
  const part = progress?.total ? (progress.done / progress.total) * 100 : undefined;
  return (
    <div className={styles.going}>
      {progress && (
        <div className={styles.progress}>
          <Text size="xs" c="dimmed">
            {progress.label ?? "Working"}
            {part !== undefined && ` ${Math.round(part)} %`}
          </Text>
          {part !== undefined && <Progress value={part} size={4} aria-label={progress.label ?? "Script progress"} />}
        </div>
      )}
      <pre className={styles.tail} aria-hidden>
        {lines.join("\n")}
      </pre>
    </div>
  );
}
