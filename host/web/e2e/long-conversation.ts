// A conversation of thousands of messages, taken in by the import of an export, as the server has it.
import { randomUUID } from "node:crypto";

import type { BrowserContext } from "playwright-core";

const BEGUN = Date.UTC(2026, 0, 1);

/** Questions and answers by turns: most answers have a text, some a table, all of them a script. Gives its id. */
export async function importLong(context: BrowserContext, projectId: string, messageCount: number): Promise<string> {
  const messages: { id: string }[] = [];
  for (let at = 0; at < messageCount; at += 1) {
    const isQuestion = at % 2 === 0;
    messages.push({
      id: randomUUID(),
      ...{
        parent_id: messages.at(-1)?.id ?? null,
        role: isQuestion ? "user" : "assistant",
        state: "done",
        parts: isQuestion ? [{ type: "text", text: `Question ${at / 2 + 1}: how many are there by city?` }] : answer(at),
        created_at: new Date(BEGUN + at * 60_000).toISOString(),
      },
    });
  }
  const now = new Date(BEGUN).toISOString();
  const data = { format: "glovebox.conversation", version: 1, title: "A long one", created_at: now, exported_at: now, messages };
  const taken = await context.request.post(`/api/v1/projects/${projectId}/conversations/import`, { data, timeout: 120_000 });
  if (!taken.ok()) throw new Error(await taken.text());
  return ((await taken.json()) as { id: string }).id;
}

function answer(at: number): object[] {
  const run_id = `run-${at}`;
  const cities = ["Berlin", "Paris", "Rome", "Oslo", "Lima"];
  const columns = [
    { name: "city", dtype: "str" },
    { name: "count", dtype: "int64" },
  ];
  const rows = cities.map((city, place) => [city, (at * 7 + place * 13) % 100]);
  return [
    { type: "script", run_id, script: `df = read("cities.csv")\nshow(df.group_by("city").count())\n# ${at}\n` },
    { type: "output", run_id, text: `rows: ${at}\n`, truncated: false },
    ...(at % 6 === 1 ? [{ type: "table", run_id, table: { columns, rows, row_count: rows.length } }] : []),
    { type: "text", text: `**${cities[at % 5] ?? ""}** has the most.\n\n- first: ${at}\n- second: ${at * 3}\n\nThat is \`${at}\` in all.` },
  ];
}
