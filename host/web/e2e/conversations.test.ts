// Conversations in the sidebar and the archive, and the link by which one is shared.
import { readFile } from "node:fs/promises";

import type { BrowserContext } from "playwright-core";

import { expect, expectAccessible, picture, test } from "./browser";
import type { Member } from "./people";

const ANSWER_MS = 60_000;
/** Of tests that look at many pages, on a machine that does other things as well. */
const LONG_MS = 180_000;

async function call<T>(context: BrowserContext, method: "GET" | "POST", path: string, data?: object): Promise<T> {
  const answer = await context.request.fetch(`/api/v1${path}`, { method, ...(data ? { data } : {}) });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function begin(context: BrowserContext, { projectId }: Member, title: string): Promise<string> {
  const made = await call<{ id: string }>(context, "POST", `/projects/${projectId}/conversations`, { title });
  return made.id;
}

/** A question that is answered with a chart. */
async function asked(context: BrowserContext, member: Member): Promise<string> {
  const buffer = Buffer.from("city,temperature\nBerlin,19.5\nParis,22.1\nRome,27.3\n");
  const file = await context.request.post(`/api/v1/projects/${member.projectId}/files`, {
    multipart: { file: { name: "cities.csv", mimeType: "text/csv", buffer } },
  });
  const { id: fileId } = (await file.json()) as { id: string };
  await expect
    .poll(async () => (await call<{ latest: { state: string } }>(context, "GET", `/files/${fileId}`)).latest.state, {
      timeout: ANSWER_MS,
    })
    .toBe("table");
  const id = await begin(context, member, "Warm cities");
  const { answer } = await call<{ answer: { id: string } }>(context, "POST", `/conversations/${id}/messages`, {
    text: "What is the average temperature by city?",
    file_ids: [fileId],
  });
  await expect
    .poll(async () => (await call<{ state: string }>(context, "GET", `/messages/${answer.id}`)).state, {
      timeout: ANSWER_MS,
    })
    .toBe("done");
  return id;
}

test("found, renamed, archived, taken out again and deleted", { timeout: LONG_MS }, async ({ page, context, member }) => {
  await begin(context, member, "Sales by region");
  await begin(context, member, "Outliers");
  await page.goto(`/p/${member.projectId}/files`);
  const list = page.getByRole("navigation", { name: "Conversations" });
  await list.getByRole("heading", { name: "Today" }).waitFor();
  await list.getByLabel("Search the conversations").fill("reg");
  await list.getByRole("link", { name: "Outliers" }).waitFor({ state: "detached" });
  await list.getByRole("link", { name: "Sales by region" }).waitFor();
  await page.keyboard.press("Escape");

  await list.getByRole("link", { name: "Outliers" }).focus();
  await page.keyboard.press("F2");
  await page.keyboard.type("Outliers of May");
  await page.keyboard.press("Enter");
  const renamed = list.getByRole("link", { name: "Outliers of May" });
  await renamed.waitFor();
  await expectAccessible(page);

  await renamed.hover();
  await page.getByRole("button", { name: "Actions for Outliers of May" }).click();
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "Archive", exact: true }).click();
  await renamed.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await renamed.waitFor();
  await renamed.hover();
  await page.getByRole("button", { name: "Actions for Outliers of May" }).click();
  await page.getByRole("menuitem", { name: "Archive", exact: true }).click();
  await renamed.waitFor({ state: "detached" });

  await page.goto(`/p/${member.projectId}/archive`);
  await page.getByRole("main").getByRole("link", { name: /^Outliers of May/ }).waitFor();
  await expectAccessible(page);
  await picture(page, "archive");
  await page.getByRole("button", { name: "Restore Outliers of May from the archive" }).click();
  await renamed.waitFor();
  await page.getByRole("heading", { name: "The archive is empty" }).waitFor();

  await renamed.hover();
  await page.getByRole("button", { name: "Actions for Outliers of May" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByText("Uploaded files are kept.").waitFor();
  await expectAccessible(page);
  await picture(page, "conversation-delete");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await renamed.waitFor({ state: "detached" });
});

test("whoever has the link reads along until it ends", { timeout: LONG_MS }, async ({ page, context, browser, member }) => {
  await asked(context, member);
  await page.goto(`/p/${member.projectId}/files`);
  const entry = page.getByRole("link", { name: "Warm cities" });
  await entry.hover();
  const openMenu = () => page.getByRole("button", { name: "Actions for Warm cities" }).click();
  await openMenu();
  await page.getByRole("menuitem", { name: "Share…" }).click();
  await page.getByRole("button", { name: "Create link" }).click();
  const link = page.getByRole("textbox", { name: "Link" });
  await link.waitFor();
  await expectAccessible(page);
  await picture(page, "share-dialog");

  const stranger = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce" });
  const theirs = await stranger.newPage();
  await theirs.goto(await link.inputValue());
  await theirs.getByRole("heading", { name: "Warm cities" }).waitFor();
  await theirs.getByText("What is the average temperature by city?").waitFor();
  const chart = theirs.locator("main img").first();
  await chart.waitFor();
  expect(await chart.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(0);
  await expectAccessible(theirs);
  await picture(theirs, "shared");

  await page.getByRole("button", { name: "Revoke link" }).click();
  await page.getByText("The link no longer works.").waitFor();
  await theirs.reload();
  await theirs.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await expectAccessible(theirs);
  await stranger.close();
});

test("an export can be imported again", async ({ page, context, member }) => {
  await asked(context, member);
  await page.goto(`/p/${member.projectId}/files`);
  const entry = page.getByRole("link", { name: "Warm cities" });
  await entry.hover();
  await page.getByRole("button", { name: "Actions for Warm cities" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Export as JSON" }).click();
  const exported = await readFile(await (await download).path());

  const choose = async (name: string, buffer: Buffer) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Archive and import" }).click();
    await page.getByRole("menuitem", { name: "Import a conversation…" }).click();
    await (await chooser).setFiles([{ name, mimeType: "application/json", buffer }]);
  };
  await choose("other.json", Buffer.from("{}"));
  await page.getByText("The file is not an exported conversation.").waitFor();
  await choose("cities.json", exported);
  await page.getByText("“Warm cities” imported.").waitFor();
  await page.waitForURL(/\/c\//);
  expect(await page.getByRole("link", { name: "Warm cities" }).count()).toBe(2);
});

test("the palette leads anywhere by a few letters", async ({ page, context, member }) => {
  await begin(context, member, "Überblick");
  await page.goto(`/p/${member.projectId}/files`);
  await page.getByRole("heading", { name: "Files", exact: true }).waitFor();
  await page.keyboard.press("Control+k");
  const search = page.getByPlaceholder("Go to a conversation, file, project or page");
  await search.fill("prom");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/prompts");

  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Go to" }).getByText("Überblick").waitFor();
  await expectAccessible(page);
  await picture(page, "palette");
  await search.fill("switch dark");
  await page.keyboard.press("Enter");
  await page.locator("html[data-mantine-color-scheme=dark]").waitFor();
});
