import { expect, test } from "vitest";

import { matches } from "./matching";

test.each([
  ["", "anything", true],
  ["umsatze", "Umsätze 2026.csv", true],
  ["2026 UMS", "Umsätze 2026.csv", true],
  ["2025", "Umsätze 2026.csv", false],
  ["  weather ", "seattle_weather.csv", true],
])("%j in %j: %s", (query, text, expected) => {
  expect(matches(query, text)).toBe(expected);
});
