import { expect, test } from "vitest";

import { span } from "./span";

test.each([
  [1, "1 second"],
  [119, "119 seconds"],
  [121, "3 minutes"],
  [900, "15 minutes"],
  [7200, "2 hours"],
])("%d seconds are %s", (seconds, expected) => {
  expect(span(seconds)).toBe(expected);
});
