// A query of a data source as a card: the statement, how many rows it gave, and the file that scripts read them from.
import { Badge, Loader, Tabs, Text } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";
import { memo, useState } from "react";

import type { GeneratedFile as Kept } from "../api/messages";
import { counted } from "../shell/numbers";
import type { Query } from "./answer";
import { CopyButton } from "./copy-button";
import { duration } from "./duration";
import { Fault } from "./fault";
import { GeneratedFile } from "./generated-file";
import type { PartOf } from "./message";
import receiptStyles from "./receipt.module.css";
import styles from "./run-card.module.css";
import { ScriptView } from "./script-view";

interface Props {
  query: Query;
  /** The file as the server keeps it. */
  kept: Kept | undefined;
  readOnly: boolean;
}

type Tab = "query" | "rows" | "receipt";

export const QueryCard = memo(function QueryCard({ query: block, kept, readOnly }: Props) {
  const [chosen, setChosen] = useState<Tab>();
  const { query, errors } = block;
  const { receipt } = query;
  const tab = chosen ?? "query";
  return (
    <Tabs
      value={tab}
      onChange={(value) => setChosen(value as Tab)}
      variant="pills"
      className={styles.card}
      classNames={{ list: styles.tabs ?? "", tab: styles.tab ?? "" }}
    >
      <div className={styles.head}>
        <Status query={block} />
        <Tabs.List aria-label="The query">
          <Tabs.Tab value="query">Query</Tabs.Tab>
          {receipt?.file_id && <Tabs.Tab value="rows">Rows</Tabs.Tab>}
          {receipt && <Tabs.Tab value="receipt">Receipt</Tabs.Tab>}
        </Tabs.List>
      </div>
      {query.error && (
        <Text size="sm" px="md" py="sm" role="alert">
          {query.error}
        </Text>
      )}
      {errors.map((error, at) => (
        <Fault key={at} error={error} />
      ))}
      {tab === "query" && (
        <div className={styles.script}>
          <div className={styles.scriptActions}>
            <CopyButton text={query.sql} label="Copy the query" />
          </div>
          <ScriptView script={query.sql} language={query.engine} />
        </div>
      )}
      {tab === "rows" && receipt?.file_id && (
        <div className={styles.result}>
          <GeneratedFile file={fileOf(query, receipt, receipt.file_id)} kept={kept} readOnly={readOnly} />
        </div>
      )}
      {tab === "receipt" && receipt && <Receipt query={query} receipt={receipt} />}
    </Tabs>
  );
});

type QueryReceipt = NonNullable<PartOf<"query">["receipt"]>;

function fileOf(query: PartOf<"query">, receipt: QueryReceipt, file_id: string): PartOf<"file"> {
  const { name, bytes } = receipt;
  return { type: "file", run_id: query.run_id, file_id, name, media_type: "text/csv", bytes };
}

function Status({ query: { phase, query } }: { query: Query }) {
  const Icon = phase === "done" ? IconCheck : phase === "failed" ? IconAlertTriangle : IconPlayerStop;
  return (
    <div className={styles.status} data-failed={phase === "failed" || undefined}>
      {phase === "running" ? <Loader size={14} color="gray" aria-hidden /> : <Icon size={16} aria-hidden />}
      <span>{statusOf(phase, query)}</span>
      {query.receipt?.truncated && (
        <Badge size="sm" color="orange" variant="light" title="The source has more rows, which were left out">
          Truncated
        </Badge>
      )}
    </div>
  );
}

function statusOf(phase: Query["phase"], { source, receipt }: PartOf<"query">): string {
  switch (phase) {
    case "running":
      return `Asking ${source}…`;
    case "failed":
      return `${source} gave no rows`;
    case "not_run":
      return `${source} was not asked`;
    case "done":
      return receipt ? `${counted(receipt.rows, "row")} from ${source} in ${duration(receipt.duration_ms)}` : source;
  }
}

function Receipt({ query, receipt }: { query: PartOf<"query">; receipt: QueryReceipt }) {
  const facts: [string, string][] = [
    ["Source", query.source],
    ["Server", receipt.server],
    ["Taken at", new Date(receipt.taken_at).toLocaleString()],
    ["Rows", receipt.truncated ? `${counted(receipt.rows, "row")}; there are more` : counted(receipt.rows, "row")],
    ["File", receipt.name],
  ];
  return (
    <div className={receiptStyles.receipt}>
      <dl className={receiptStyles.digests}>
        {facts.map(([label, value]) => (
          <Fact key={label} label={label} value={value} />
        ))}
        <dt>SHA-256 of the query</dt>
        <dd>
          <code title={receipt.sql_sha256}>{receipt.sql_sha256.slice(0, 12)}…</code>
          <CopyButton text={receipt.sql_sha256} label="Copy the SHA-256 of the query" size={24} />
        </dd>
      </dl>
    </div>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}
