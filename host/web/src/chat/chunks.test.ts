import { expect, test } from "vitest";

import { Chunks } from "./chunks";

const told = (...given: object[]) => {
  const chunks = new Chunks();
  return given.flatMap((chunk) => chunks.of(chunk));
};

test("printed text is gathered by run", () => {
  const printed = (run_id: string, text: string) => ({ type: "data-output", data: { run_id, text }, transient: true });
  const data = (run_id: string, text: string) => ({
    type: "data-output",
    id: run_id,
    data: { run_id, text, truncated: false },
  });
  expect(told(printed("1", "a"), printed("2", "x"), printed("1", "b"))).toEqual([
    data("1", "a"),
    data("2", "x"),
    data("1", "ab"),
  ]);
});

test("of much printed text the beginning is kept", () => {
  const chunk = { type: "data-output", data: { run_id: "1", text: "x".repeat(40_000) } };
  expect(told(chunk, chunk)[1]).toMatchObject({ data: { truncated: true } });
});

test("the end says how the answer stands", () => {
  expect(told({ type: "abort", reason: "Stopped." })).toEqual([
    { type: "finish", messageMetadata: { state: "stopped", before: null } },
  ]);
  expect(told({ type: "error", errorText: "no" }, { type: "finish", messageMetadata: { state: "failed" } })).toEqual([
    { type: "finish", messageMetadata: { state: "failed", before: null } },
  ]);
});

test("the end of a call that never began is left out", () => {
  expect(told({ type: "tool-output-error", toolCallId: "1", errorText: "no" })).toEqual([]);
});

test("the place in the queue belongs to the message", () => {
  expect(told({ type: "data-queue", data: { before: 3 } })).toEqual([
    { type: "message-metadata", messageMetadata: { before: 3 } },
  ]);
});
