// How much script a page may fetch before somebody can use it. Bytes and not times: they are the same everywhere.
import type { Page } from "playwright-core";
import type { TestContext } from "vitest";

import { expect, test } from "./browser";
import { type Script, scriptsOf, sum } from "./scripts";

const LOGIN_MAX_GZIP_BYTES = 175_000;
const NEW_CHAT_MAX_GZIP_BYTES = 250_000;

test("the log-in page needs little script", async ({ page, skip }) => {
  expectWithin(await built(page, "/login", "input[type=password]", skip), LOGIN_MAX_GZIP_BYTES);
});

test("a new chat needs little script", async ({ page, member, skip }) => {
  expectWithin(await built(page, `/p/${member.projectId}`, "main textarea", skip), NEW_CHAT_MAX_GZIP_BYTES);
});

/** Of the app as it is built: a server for development sends every source file as it is. */
async function built(page: Page, path: string, selector: string, skip: TestContext["skip"]): Promise<Script[]> {
  const scripts = await scriptsOf(page, path, selector);
  skip(scripts.some(({ name }) => name.startsWith("/src/")), "the app is not built");
  return scripts.filter(({ isFirst }) => isFirst);
}

function expectWithin(scripts: readonly Script[], most: number) {
  const largest = [...scripts].sort((one, other) => other.gzip - one.gzip);
  const listed = largest.map(({ name, gzip }) => `${gzip} ${name}`).join("\n");
  expect(sum(scripts, "gzip"), listed).toBeLessThanOrEqual(most);
}
