import { expect, test } from "vitest";

import type { AlertCondition } from "../api/alerts";
import { conditionOf, draftOf, EMPTY } from "./condition-fields";

test("a condition comes out of its form as it went in", () => {
  const conditions: AlertCondition[] = [
    { type: "threshold", value_column: "amount", label_column: "region", is: "below", limit: 0 },
    { type: "change", direction: "up", unit: "absolute", by: 5 },
    { type: "any_row", label_column: "city" },
    { type: "any_row" },
    { type: "no_data" },
  ];
  for (const condition of conditions) expect(conditionOf(draftOf(condition))).toEqual(condition);
});

test("a limit that is missing makes no condition", () => {
  expect(conditionOf(EMPTY)).toBeUndefined();
  expect(conditionOf({ ...EMPTY, number: 0 })).toEqual({ type: "threshold", is: "above", limit: 0 });
});
