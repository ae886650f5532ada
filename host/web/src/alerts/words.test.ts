import { expect, test } from "vitest";

import { describe } from "./words";

test("a condition is said in a sentence", () => {
  expect(describe({ type: "threshold", value_column: "amount", label_column: "region", is: "above", limit: 20 })).toBe(
    "amount is above 20, for each region",
  );
  expect(describe({ type: "change", direction: "down", by: 50, unit: "percent" })).toBe(
    "The number falls by 50 % or more from one check to the next",
  );
  expect(describe({ type: "threshold", is: "above", limit: 0.0005 })).toBe("The number is above 0.0005");
  expect(describe({ type: "any_row", label_column: "city" })).toBe("There are rows, for each city");
  expect(describe({ type: "no_data" })).toBe("There are no rows");
});
