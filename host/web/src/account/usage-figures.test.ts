import { expect, test } from "vitest";

import { formatDollars, formatPart } from "./usage-figures";

test.each([
  [0, "$0.00"],
  [1_234, "$0.0012"],
  [12_345_678, "$12.35"],
])("%d millionths are %j", (micro, expected) => {
  expect(formatDollars(micro)).toBe(expected);
});

test.each([
  [0, 10, "0%"],
  [1, 10_000, "< 1%"],
  [1, 4, "25%"],
  [9_999, 10_000, "99%"],
  [10, 10, "100%"],
  [12, 10, "120%"],
])("%d of %d is %j", (part, whole, expected) => {
  expect(formatPart(part, whole)).toBe(expected);
});
