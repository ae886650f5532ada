import { expect, test } from "vitest";

import { formatValue } from "./numbers";

test("a value is not rounded", () => {
  expect([0.0005, 0.1 + 0.2, 1234.56789, -2, 0].map(formatValue)).toEqual(["0.0005", "0.3", "1,234.56789", "-2", "0"]);
});
