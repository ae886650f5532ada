import { expect, test } from "vitest";

import type { Message } from "../api/messages";
import { leafUnder, pathTo, treeOf } from "./tree";

function message(id: string, parent_id?: string): Message {
  return {
    id,
    parent_id,
    conversation_id: "c",
    role: id.startsWith("q") ? "user" : "assistant",
    state: "done",
    parts: [],
    files: [],
    generated_files: [],
    imported: false,
    pinned: false,
    created_at: "2026-01-01T00:00:00Z",
  };
}

// q1 → a1 → q2 → a2, with a second answer to q1, and q2 edited into q3.
const tree = treeOf([
  message("q1"),
  message("a1", "q1"),
  message("q2", "a1"),
  message("a2", "q2"),
  message("q3", "a1"),
  message("a3", "q3"),
  message("a1b", "q1"),
]);
const ids = (leaf?: string) => pathTo(tree, leaf).map(({ message: { id } }) => id);

test("the newest message ends the way that is shown at first", () => {
  expect(ids()).toEqual(["q1", "a1b"]);
});

test("a way goes from the first question to its leaf", () => {
  expect(ids("a2")).toEqual(["q1", "a1", "q2", "a2"]);
  expect(pathTo(tree, "a2")[2]?.siblings.map(({ id }) => id)).toEqual(["q2", "q3"]);
  expect(ids("gone")).toEqual(["q1", "a1b"]);
});

test("switching to a message goes on to the end of its newest way", () => {
  expect(leafUnder(tree, "a1")).toBe("a3");
  expect(leafUnder(tree, "q2")).toBe("a2");
  expect(leafUnder(tree, "a1b")).toBe("a1b");
});

test("an empty conversation has no way", () => {
  expect(pathTo(treeOf([]), undefined)).toEqual([]);
});
