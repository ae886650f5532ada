// Tables to ask about, uploaded by the API alone.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { BrowserContext } from "playwright-core";
import { expect } from "vitest";

const EXAMPLES = resolve(import.meta.dirname, "../../../examples/data");

/** Uploads one of the example files, and waits until the server has looked at it. */
export async function uploadExample(context: BrowserContext, projectId: string, name: string): Promise<string> {
  const buffer = await readFile(join(EXAMPLES, name));
  const answer = await context.request.post(`/api/v1/projects/${projectId}/files`, {
    multipart: { file: { name, mimeType: "text/csv", buffer } },
  });
  const { id } = (await answer.json()) as { id: string };
  const state = async () => {
    const file = await context.request.get(`/api/v1/files/${id}`);
    return ((await file.json()) as { latest: { state: string } }).latest.state;
  };
  await expect.poll(state, { timeout: 10_000 }).toBe("table");
  return id;
}
