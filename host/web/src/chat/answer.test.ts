import { expect, test } from "vitest";

import type { Message, MessagePart } from "../api/messages";
import { type Block, blocksOf, isWhole, wordsOf } from "./answer";
import { type ChatMessage, chatMessageOf } from "./message";

function stored(parts: MessagePart[], state: Message["state"] = "done"): ChatMessage {
  return chatMessageOf({
    id: "m",
    conversation_id: "c",
    role: "assistant",
    state,
    parts,
    files: [],
    generated_files: [],
    imported: false,
    pinned: false,
    created_at: "2026-01-01T00:00:00Z",
  });
}

const script = (run_id: string): MessagePart => ({ type: "script", run_id, script: `print(${run_id})` });
const receipt = (run_id: string, outcome: "done" | "fault" | "stopped"): MessagePart => ({
  type: "receipt",
  run_id,
  outcome,
  receipt: {},
});
const fault = (run_id?: string): MessagePart => ({ type: "error", run_id, code: "KeyError", message: "no such column" });

function phases(blocks: Block[]) {
  return blocks.map((block) => (block.kind === "run" ? `${block.phase}${block.isAttempt ? " attempt" : ""}` : block.kind));
}

test("a run gathers what belongs to it, wherever it stands", () => {
  const blocks = blocksOf(
    stored([
      { type: "text", text: "Let me look." },
      script("1"),
      { type: "output", run_id: "1", text: "hi\n", truncated: false },
      { type: "table", run_id: "1", table: { columns: [{ name: "a", dtype: "i64" }], row_count: 1, rows: [[1]] } },
      { type: "text", text: "Done." },
      receipt("1", "done"),
    ]),
  );
  expect(phases(blocks)).toEqual(["text", "done", "text"]);
  expect(blocks[1]).toMatchObject({ script: "print(1)", output: { text: "hi\n" }, tables: [{ row_count: 1 }] });
});

test("a failed run before another one is an attempt", () => {
  const parts = [script("1"), fault("1"), receipt("1", "fault"), script("2"), receipt("2", "done")];
  expect(phases(blocksOf(stored(parts)))).toEqual(["fault attempt", "done"]);
  expect(phases(blocksOf(stored(parts.slice(0, 3))))).toEqual(["fault"]);
});

test("a query is one block, whose end takes the place of its beginning", () => {
  const query = (more: object): MessagePart => ({
    type: "query",
    run_id: "1",
    source_id: "s",
    source: "Shop",
    engine: "postgresql",
    sql: "select 1",
    ...more,
  });
  const failed = { error: "Only queries are allowed." };
  const queries = (parts: MessagePart[], state?: Message["state"]) =>
    blocksOf(stored(parts, state)).map((block) => (block.kind === "query" ? block.phase : block.kind));
  expect(queries([query({})], "running")).toEqual(["running"]);
  expect(queries([query({})], "stopped")).toEqual(["not_run"]);
  expect(queries([query({}), query(failed)])).toEqual(["failed"]);
  const [block] = blocksOf(stored([query(failed), fault("1")]));
  expect(block).toMatchObject({ kind: "query", errors: [{ message: "no such column" }] });
});

test("an error without a run is trouble of the answer", () => {
  const blocks = blocksOf(stored([script("1"), receipt("1", "done"), fault()], "failed"));
  expect(phases(blocks)).toEqual(["done", "trouble"]);
});

test("what has no receipt when the answer ends was not run", () => {
  expect(phases(blocksOf(stored([script("1")], "stopped")))).toEqual(["not_run"]);
  expect(phases(blocksOf(stored([script("1")], "running")))).toEqual(["running"]);
});

test("a streaming script is being written, then runs", () => {
  const streaming = (state: "input-streaming" | "input-available"): ChatMessage => ({
    id: "m",
    role: "assistant",
    parts: [{ type: "tool-run_script", toolCallId: "1", state, input: { script: "x" } }],
  });
  expect(phases(blocksOf(streaming("input-streaming")))).toEqual(["writing"]);
  expect(phases(blocksOf(streaming("input-available")))).toEqual(["running"]);
});

test("the words are the texts alone", () => {
  expect(wordsOf(stored([{ type: "text", text: "One." }, script("1"), { type: "text", text: "Two.\n" }]))).toBe("One.\n\nTwo.");
});

test("an answer is whole where nothing is to be said about its end", () => {
  const parts = [script("1"), fault("1"), receipt("1", "fault")];
  expect(isWhole({ state: "done", parts })).toBe(true);
  expect(isWhole({ state: "done", parts: [...parts, fault()] })).toBe(false);
  expect(isWhole({ state: "stopped", parts })).toBe(false);
});
