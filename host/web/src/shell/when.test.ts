import { expect, test } from "vitest";

import { span, when } from "./when";

const NOW = Date.parse("2026-05-03T12:00:00Z");

test.each([
  ["2026-05-03T11:59:30Z", "just now"],
  ["2026-05-03T12:00:30Z", "in a moment"],
  ["2026-05-03T11:55:00Z", "5 minutes ago"],
  ["2026-05-03T09:10:00Z", "2 hours ago"],
  ["2026-05-02T11:00:00Z", "yesterday"],
  ["2026-05-09T13:00:00Z", "in 6 days"],
])("%s is %s", (time, expected) => {
  expect(when(time, NOW)).toBe(expected);
});

test("what is far away is a date", () => {
  expect(when("2025-01-31T12:00:00Z", NOW)).toMatch(/2025/);
});

test.each([
  [1, "1 second"],
  [119, "119 seconds"],
  [121, "3 minutes"],
  [900, "15 minutes"],
  [7200, "2 hours"],
])("%d seconds are %s", (seconds, expected) => {
  expect(span(seconds)).toBe(expected);
});
