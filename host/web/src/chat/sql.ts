// SQL's words and their kinds. Loaded when the first query is shown.
import { MySQL, PostgreSQL, SQLDialect } from "@codemirror/lang-sql";

import type { PartOf } from "./message";
import { type Token, tokensOf } from "./tokens";

type Engine = PartOf<"query">["engine"];

/** Words that the dialects count as keywords, that need no quotes as names, and that columns often have as names. */
const NAMES = new Set(
  (
    "action class code content data day depth description domain email event format hour id key label language level " +
    "link location minute month name names number owner parameter parent password path position priority role second " +
    "sequence size source state status subject title token type value version weight year zone"
  ).split(" "),
);

const DIALECTS: Record<Engine, SQLDialect> = { postgresql: withoutNames(PostgreSQL), mysql: withoutNames(MySQL) };

export function dialectOf(engine: Engine): SQLDialect {
  return DIALECTS[engine];
}

function withoutNames({ spec }: SQLDialect): SQLDialect {
  const keywords = (spec.keywords ?? "").split(/\s+/).filter((word) => !NAMES.has(word));
  return SQLDialect.define({ ...spec, keywords: keywords.join(" ") });
}

/** Line by line. */
export function sqlTokens(sql: string, engine: Engine): Token[][] {
  return tokensOf(sql, dialectOf(engine).language.parser.parse(sql));
}
