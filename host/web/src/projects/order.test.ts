import { expect, test } from "vitest";

import { moved } from "./order";

test.each([
  [0, 2, "bcad"],
  [3, 0, "dabc"],
  [1, 1, "abcd"],
  [1, 2, "acbd"],
  [9, 0, "abcd"],
])("from %d to %d is %s", (from, to, expected) => {
  expect(moved(Array.from("abcd"), from, to).join("")).toBe(expected);
});
