// What is shown of an answer: texts, runs and what went wrong, in order.
//
// Each run gathers what belongs to it, wherever it stands among the parts: its script, what it printed, showed and made,
// its fault and its receipt. A run that failed and was followed by another is an attempt, which the page folds away.
import { hasEnded, type Message, type MessageState } from "../api/messages";
import type { ChatMessage, PartOf, Progress } from "./message";

export type RunPhase =
  | "writing"
  | "running"
  | "done"
  /** The script raised. */
  | "fault"
  /** A limit was reached. */
  | "limit"
  | "stopped"
  /** The sandbox failed. */
  | "crashed"
  /** The answer ended before it was run. */
  | "not_run";

export interface Run {
  kind: "run";
  id: string;
  phase: RunPhase;
  script: string;
  output: Omit<PartOf<"output">, "type"> | undefined;
  tables: PartOf<"table">["table"][];
  charts: PartOf<"chart">[];
  files: PartOf<"file">[];
  errors: PartOf<"error">[];
  receipt: PartOf<"receipt"> | undefined;
  progress: Progress | undefined;
  /** It failed, and another one took its place. */
  isAttempt: boolean;
}

export interface Text {
  kind: "text";
  text: string;
}

/** What went wrong outside of a run. */
export interface Trouble {
  kind: "trouble";
  error: PartOf<"error">;
}

/** A query of a data source. */
export interface Query {
  kind: "query";
  id: string;
  phase: "running" | "done" | "failed" | "not_run";
  query: PartOf<"query">;
  /** Why its rows could not be kept. */
  errors: PartOf<"error">[];
}

export type Block = Text | Run | Query | Trouble;

const FAILED: readonly RunPhase[] = ["fault", "limit", "crashed"];

/** Whether its script did not come to its end for a reason of its own. */
export function hasFailed(run: Run): boolean {
  return FAILED.includes(run.phase);
}

/** Whether there is something to see beside what was printed. */
export function hasResult({ tables, charts, files }: Run): boolean {
  return tables.length + charts.length + files.length > 0;
}

export function blocksOf({ parts, metadata }: ChatMessage): Block[] {
  const blocks: Block[] = [];
  const runs = new Map<string, Run>();
  const queries = new Map<string, Query>();
  const run = (id: string): Run => {
    let found = runs.get(id);
    if (!found) {
      found = newRun(id);
      runs.set(id, found);
      blocks.push(found);
    }
    return found;
  };
  for (const part of parts) {
    switch (part.type) {
      case "text":
        if (part.text.trim() !== "") blocks.push({ kind: "text", text: part.text });
        break;
      case "tool-run_script": {
        const { script, phase } = scriptOf(part);
        Object.assign(run(part.toolCallId), { script, phase });
        break;
      }
      case "data-output":
        run(part.data.run_id).output = part.data;
        break;
      case "data-progress":
        run(part.data.run_id).progress = part.data;
        break;
      case "data-table":
        run(part.data.run_id).tables.push(part.data.table);
        break;
      case "data-chart":
        run(part.data.run_id).charts.push(part.data);
        break;
      case "data-file":
        run(part.data.run_id).files.push(part.data);
        break;
      case "data-receipt":
        Object.assign(run(part.data.run_id), { receipt: part.data, phase: part.data.outcome });
        break;
      case "data-query": {
        const query = newQuery(part.data, metadata?.state);
        if (!queries.has(query.id)) blocks.push(query);
        queries.set(query.id, Object.assign(queries.get(query.id) ?? query, query));
        break;
      }
      case "data-error":
        if (part.data.run_id && queries.has(part.data.run_id)) queries.get(part.data.run_id)?.errors.push(part.data);
        else if (part.data.run_id) run(part.data.run_id).errors.push(part.data);
        else blocks.push({ kind: "trouble", error: part.data });
        break;
    }
  }
  settle([...runs.values()], metadata?.state);
  return blocks;
}

/** The answer's words without its runs, for the clipboard. */
export function wordsOf(message: ChatMessage): string {
  return message.parts.flatMap((part) => (part.type === "text" ? [part.text.trim()] : [])).join("\n\n");
}

/** Whether an answer came to its end with nothing to say about how. */
export function isWhole({ state, parts }: Pick<Message, "state" | "parts">): boolean {
  return state === "done" && !parts.some((part) => part.type === "error" && !part.run_id);
}

type ScriptPart = Extract<ChatMessage["parts"][number], { type: "tool-run_script" }>;

function scriptOf(part: ScriptPart): { script: string; phase: RunPhase } {
  const script = part.input?.script ?? "";
  switch (part.state) {
    case "input-streaming":
      return { script, phase: "writing" };
    case "output-error":
      // A receipt says more, and comes before this for whatever was run.
      return { script, phase: "not_run" };
    case "output-available":
      return { script, phase: "done" };
    default:
      return { script, phase: "running" };
  }
}

/** What the end of the answer, and the runs behind a run, say about it. */
function settle(runs: readonly Run[], state: MessageState | undefined) {
  const over = state !== undefined && hasEnded(state);
  runs.forEach((run, at) => {
    if (run.receipt) run.phase = run.receipt.outcome;
    else if (over && (run.phase === "writing" || run.phase === "running")) run.phase = "not_run";
    run.isAttempt = at < runs.length - 1 && (hasFailed(run) || run.phase === "not_run");
  });
}

function newQuery(query: PartOf<"query">, state: MessageState | undefined): Query {
  const isOver = state !== undefined && hasEnded(state);
  const phase = query.receipt ? "done" : query.error ? "failed" : isOver ? "not_run" : "running";
  return { kind: "query", id: query.run_id, phase, query, errors: [] };
}

function newRun(id: string): Run {
  return {
    kind: "run",
    id,
    phase: "running",
    script: "",
    output: undefined,
    tables: [],
    charts: [],
    files: [],
    errors: [],
    receipt: undefined,
    progress: undefined,
    isAttempt: false,
  };
}
