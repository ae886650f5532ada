import { expect, test } from "vitest";

import { stemLength } from "./names";

test.each([
  ["sales.csv", 5],
  ["sales.2026.csv.gz", 10],
  ["notes", 5],
  [".csv", 4],
  ["v1.2 final", 10],
])("%s keeps its ending when %d characters change", (name, length) => {
  expect(stemLength(name)).toBe(length);
});
