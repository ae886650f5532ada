import { expect, test } from "vitest";

import { codeOf } from "./code";

test.each([
  ["123456", "123456"],
  [" 012 345 ", "012345"],
  ["Your code: 987654.", "987654"],
  ["12", "12"],
  ["1234567", "123456"],
  ["", ""],
])("the code in %j is %j", (text, expected) => {
  expect(codeOf(text)).toBe(expected);
});
