// A tile as it is seen: its title, what it shows, how old that is, and what is wrong where it shows nothing.
import { Badge, Button, Skeleton, Text, UnstyledButton } from "@mantine/core";
import { useElementSize, useInViewport } from "@mantine/hooks";
import { type CSSProperties, type ReactNode, useMemo, useState } from "react";

import type { Item, TileKind, TileOutput, TileResult } from "../api/dashboards";
import type { WholeTable } from "../api/whole-tables";
import { isSpec } from "../chat/chart-spec";
import { reductionOf } from "../chat/chart-tables";
import { shownColumn } from "../chat/columns";
import { DataTable } from "../chat/data-table";
import { Markdown } from "../chat/markdown";
import { VegaChart } from "../chat/vega-chart";
import { formatAgo } from "../shell/dates";
import { markedBy } from "./cross-filter";
import { type CrossFilter, CrossFilterMenu } from "./cross-filter-menu";
import styles from "./tile-card.module.css";

/** Room below a chart, whose height includes its axes and labels. */
const BELOW_PX = 8;

interface Props {
  item: Item;
  /** The tile's own title and kind; left out for texts. */
  tile?: { title: string; kind: TileKind } | undefined;
  result: TileResult | undefined;
  /** The address of a chart's image, where its specification is not kept. */
  image?: string | undefined;
  /** All rows of a table. */
  whole?: WholeTable | undefined;
  /** Left out where a tile sets no filters. */
  crossFilter?: CrossFilter | undefined;
  onOpen?: (() => void) | undefined;
  onRetry?: (() => void) | undefined;
}

export function TileCard({ item, tile, result, image, whole, crossFilter, onOpen, onRetry }: Props) {
  if (item.content.type === "text") {
    return (
      <div className={styles.card} data-plain>
        <div className={styles.text}>
          <Markdown text={item.content.text} />
        </div>
      </div>
    );
  }
  const title = titleOf(item, tile);
  return (
    <article className={styles.card} aria-label={title}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          {onOpen ? (
            <UnstyledButton className={styles.open} fz="inherit" fw="inherit" onClick={onOpen} title="View details">
              {title}
            </UnstyledButton>
          ) : (
            title
          )}
        </h2>
        <Reduced output={result?.output} />
        <Age result={result} />
        {crossFilter && <CrossFilterMenu title={title} crossFilter={crossFilter} />}
      </div>
      <div className={styles.body}>
        <Body
          title={title}
          kind={tile?.kind ?? "table"}
          result={result}
          image={image}
          whole={result?.earlier ? undefined : whole}
          crossFilter={crossFilter}
          onRetry={onRetry}
        />
      </div>
    </article>
  );
}

export function titleOf(item: Item, tile: { title: string; kind: TileKind } | undefined): string {
  const own = item.content.type === "tile" ? item.content.title : undefined;
  if (typeof own === "string" && own !== "") return own;
  if (tile !== undefined && tile.title !== "") return tile.title;
  return tile?.kind === "chart" ? "Chart" : tile?.kind === "number" ? "Number" : "Table";
}

/** Marks a chart that is drawn from a part of its data. */
function Reduced({ output }: { output: TileResult["output"] }) {
  const reduction = output?.type === "chart" && isSpec(output.spec) ? reductionOf(output.spec) : undefined;
  if (reduction === undefined) return null;
  return (
    <Badge size="xs" color="gray" variant="light" title={reduction}>
      Reduced data
    </Badge>
  );
}

function Age({ result }: { result: TileResult | undefined }) {
  if (result?.state === "running" || result?.state === "waiting") {
    return <span className={styles.age}>{result.earlier ? "Updating…" : ""}</span>;
  }
  if (typeof result?.made_at !== "string") return null;
  return (
    <span className={styles.age}>
      {result.earlier && <Badge size="xs" color="gray" variant="light" mr={6}>Outdated</Badge>}
      {formatAgo(result.made_at)}
    </span>
  );
}

interface BodyProps {
  title: string;
  kind: TileKind;
  result: TileResult | undefined;
  image: string | undefined;
  whole: WholeTable | undefined;
  crossFilter: CrossFilter | undefined;
  onRetry: (() => void) | undefined;
}

function Body({ title, kind, result, image, whole, crossFilter, onRetry }: BodyProps) {
  if (result === undefined) return <Skeleton height="100%" aria-label={`${title} is loading`} />;
  const problem = result.state === "failed" && (
    <div className={styles.problem} role="alert">
      <Text size="sm" c="var(--mantine-color-error)">{result.problem ?? "This tile could not be updated."}</Text>
      {onRetry && (
        <Button size="compact-xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
  if (result.output) {
    return (
      <>
        {problem}
        <Shown title={title} kind={kind} output={result.output} image={image} whole={whole} crossFilter={crossFilter} />
      </>
    );
  }
  if (problem) return problem;
  if (result.state === "empty") return <Note>No rows match the filters.</Note>;
  if (result.state === "not_kept") return <Note>There is no stored result yet. It appears once a member opens the dashboard.</Note>;
  return (
    <div role="status" aria-label={`${title} is updating`} style={{ height: "100%" }}>
      <Skeleton height="100%" />
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}

interface ShownProps {
  title: string;
  kind: TileKind;
  output: TileOutput;
  image?: string | undefined;
  whole?: WholeTable | undefined;
  crossFilter?: CrossFilter | undefined;
}

export function Shown({ title, kind, output, image, whole, crossFilter }: ShownProps) {
  if (output.type === "chart") return <ChartBody output={output} title={title} image={image} crossFilter={crossFilter} />;
  if (kind === "number") return <NumberBody output={output} />;
  return <DataTable columns={output.columns} rows={output.rows} rowCount={output.row_count} title={title} whole={whole} />;
}

type OfType<Type extends TileOutput["type"]> = Extract<TileOutput, { type: Type }>;

function NumberBody({ output: { columns, rows } }: { output: OfType<"table"> }) {
  const row = rows[0] ?? [];
  const at = Math.max(0, row.findIndex((cell) => typeof cell === "number"));
  const column = columns[at];
  if (column === undefined) return <Note>No number to show.</Note>;
  const value: unknown = row[at];
  const text = value === null || value === undefined ? "–" : shownColumn(column, [value]).format(value);
  return (
    <span className={styles.number} title={JSON.stringify(value)} style={{ "--characters": text.length } as CSSProperties}>
      {text}
    </span>
  );
}

interface ChartProps {
  output: OfType<"chart">;
  title: string;
  image: string | undefined;
  crossFilter: CrossFilter | undefined;
}

/** Drawn once it is in view: a page of charts would freeze otherwise. */
function ChartBody({ output, title, image, crossFilter }: ChartProps) {
  const { ref, height } = useElementSize();
  const { ref: inViewRef, inViewport } = useInViewport();
  const spec = useMemo(() => {
    // The tile has the title.
    const entries = Object.entries(output.spec ?? {}).filter(([name]) => name !== "title");
    return Object.fromEntries(entries);
  }, [output.spec]);
  const alt = output.alt === "" ? title : output.alt;
  const hasSpec = output.spec !== null && output.spec !== undefined;
  const drawn = useWasTrue(inViewport);
  const onMark = (datum: unknown) => {
    if (crossFilter === undefined || "reason" in crossFilter.choices) return;
    const marked = markedBy(datum, spec, crossFilter.choices.choices);
    if (marked) crossFilter.onToggle(marked.filter, marked.value);
  };
  return (
    <div ref={inViewRef} style={{ height: "100%", minHeight: 160 }}>
      <div ref={ref} className={styles.plot} style={{ height: "100%", minHeight: 160 }}>
        {!hasSpec && image !== undefined && <img className={styles.image} src={image} alt={alt} />}
        {!hasSpec && image === undefined && <Note>{alt}</Note>}
        {hasSpec && drawn && height > 0 && <VegaChart spec={spec} alt={alt} height={Math.max(80, Math.floor(height) - BELOW_PX)} onMark={onMark} />}
        {hasSpec && !drawn && <Skeleton height="100%" />}
      </div>
    </div>
  );
}

function useWasTrue(now: boolean): boolean {
  const [was, setWas] = useState(now);
  if (now && !was) setWas(true);
  return was || now;
}
