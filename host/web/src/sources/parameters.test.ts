import { expect, test } from "vitest";

import { parametersOf } from "./parameters";

test("parameters are found once each, and not in texts or comments", () => {
  expect(parametersOf("select * from t where a = {{city}} and b in {{ ids }} or c = {{city}}")).toEqual(["city", "ids"]);
  expect(parametersOf("select '{{a}}', \"{{b}}\" -- {{c}}\n/* {{d}} */ where x = {{e}}")).toEqual(["e"]);
  expect(parametersOf("select '{{it''s}}', {{1}}")).toEqual([]);
});
