import { expect, test } from "vitest";

import { sqlTokens } from "./sql";

test("names of columns are no keywords", () => {
  for (const engine of ["postgresql", "mysql"] as const) {
    const tokens = sqlTokens("select id, name, type, state from orders where year = 2019", engine).flat();
    const keywords = tokens.filter(({ kind }) => kind === "tok-keyword").map(({ text }) => text);
    expect(keywords).toEqual(["select", "from", "where"]);
  }
});
