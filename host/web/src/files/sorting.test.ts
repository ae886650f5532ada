import { expect, test } from "vitest";

import type { StoredFile } from "../api/files";
import { sorted, type Sorting } from "./sorting";

function file(name: string, rows: number | null): StoredFile {
  const created_at = "2026-05-03T12:00:00Z";
  const latest = { version: 1, bytes: name.length, sha256: "", state: "table", row_count: rows, created_at } as const;
  return { id: name, project_id: "p", name, created_at, updated_at: created_at, reading: {}, latest };
}

const files = [file("b10.csv", 5), file("B2.csv", null), file("a.csv", 7)];

test.each<[Sorting, string[]]>([
  [{ by: "name", descending: false }, ["a.csv", "B2.csv", "b10.csv"]],
  [{ by: "name", descending: true }, ["b10.csv", "B2.csv", "a.csv"]],
  [{ by: "rows", descending: true }, ["a.csv", "b10.csv", "B2.csv"]],
  [{ by: "rows", descending: false }, ["b10.csv", "a.csv", "B2.csv"]],
  [{ by: "updated", descending: true }, ["a.csv", "B2.csv", "b10.csv"]],
])("by %j", (sorting, names) => {
  expect(sorted(files, sorting).map(({ name }) => name)).toEqual(names);
});
