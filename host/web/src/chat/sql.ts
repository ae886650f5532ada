// SQL's words and their kinds. Loaded when the first query is shown.
import { MySQL, PostgreSQL } from "@codemirror/lang-sql";

import type { PartOf } from "./message";
import { type Token, tokensOf } from "./tokens";

/** Line by line. */
export function sqlTokens(sql: string, engine: PartOf<"query">["engine"]): Token[][] {
  const dialect = engine === "mysql" ? MySQL : PostgreSQL;
  return tokensOf(sql, dialect.language.parser.parse(sql));
}
