import { expect, test } from "vitest";

import { dayHeading, withHeadings } from "./days";

const now = new Date(2026, 4, 20, 9, 30);
const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour).toISOString();

test.each([
  [at(2026, 5, 20, 0), "Today"],
  [at(2026, 5, 21), "Today"],
  [at(2026, 5, 19, 23), "Yesterday"],
  [at(2026, 5, 18), "Previous 7 days"],
  [at(2026, 5, 13), "Previous 7 days"],
  [at(2026, 5, 12), "Previous 30 days"],
  [at(2026, 4, 20), "Previous 30 days"],
  [at(2026, 4, 19), "April"],
  [at(2025, 12, 31), "December 2025"],
])("what was said at %s stands under %s", (iso, heading) => {
  expect(dayHeading(iso, now)).toBe(heading);
});

test("a heading comes once, before the first item of its days", () => {
  const items = [at(2026, 5, 20), at(2026, 5, 20, 1), at(2026, 5, 19)];
  const rows = withHeadings(items, (item) => item, now);
  expect(rows.map((row) => (row.kind === "heading" ? row.text : "item"))).toEqual(["Today", "item", "item", "Yesterday", "item"]);
});
