import { expect, test } from "vitest";

import { merged } from "./reading-settings";

test("a change of one column keeps those of the others", () => {
  expect(merged({ decimal: ",", columns: { a: "text" } }, { columns: { b: "date" } })).toEqual({
    decimal: ",",
    columns: { a: "text", b: "date" },
  });
  expect(merged({ totals: "keep" }, { totals: "leave_out" })).toEqual({ totals: "leave_out", columns: {} });
});
