// Files: uploading them, small and large, what is in them, and taking a deletion back.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";
import { onTestFinished } from "vitest";

import { expect, expectAccessible, picture, test } from "./browser";

const CITIES = "city,temperature\nBerlin,19.5\nParis,22.1\nRome,27.3\n";

/** Of tests that look at many pages, on a machine that does other things as well. */
const LONG_MS = 180_000;

function csv(name: string, text: string) {
  return { name, mimeType: "text/csv", buffer: Buffer.from(text) };
}

async function upload(page: Page, ...files: ReturnType<typeof csv>[] | [string]) {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload files" }).click();
  await (await chooser).setFiles(files);
}

function rowOf(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

test("several files at once: tables get their figures, and what is none says why", { timeout: LONG_MS }, async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  await upload(page, csv("cities.csv", CITIES), csv("ragged.csv", "a,b,c\n1,2,3\n1,2\n1,2,3,4,5\n"));
  await page.getByText("2 files uploaded").waitFor();
  await rowOf(page, "cities.csv").getByRole("cell", { name: "3", exact: true }).waitFor();
  await rowOf(page, "ragged.csv").getByText("Line 4: This row has 5 fields").waitFor();
  await expectAccessible(page);
  await picture(page, "files");

  // The same name again is a new version.
  await upload(page, csv("cities.csv", `${CITIES}Madrid,31.0\n`));
  await rowOf(page, "cities.csv").getByText("Version 2").waitFor();
  await page.getByRole("link", { name: "cities.csv" }).click();
  await page.getByRole("cell", { name: "Madrid" }).waitFor();
  await page.getByRole("button", { name: /^temperature: Numbers/ }).click();
  await page.getByText("Median", { exact: true }).waitFor();
  await expectAccessible(page);
  await picture(page, "file");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Version 2 of 2" }).click();
  await page.getByRole("button", { name: /^Version 1/ }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Version 1/ }).click();
  await page.getByRole("cell", { name: "Madrid" }).waitFor({ state: "detached" });
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Version 1 of 2" }).click();
  await page.getByRole("link", { name: "Download version 1" }).click();
  expect((await download).suggestedFilename()).toBe("cities.csv");
});

test("what is no table says what to do, and odd names are names", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  const odd = "<img src=x onerror=alert(1)> 😀 تقرير.csv";
  await upload(page, csv("empty.csv", ""), csv("header.csv", "a,b\n"), csv(odd, CITIES), csv("same.csv", "a\n1\n"), csv("same.csv", "a\n2\n"));
  await rowOf(page, "empty.csv").getByText("The file is empty.").waitFor();
  await rowOf(page, "same.csv").getByText("Version 2").waitFor();
  await expectAccessible(page);
  await picture(page, "files-odd");

  await page.getByRole("link", { name: "empty.csv" }).click();
  await page.getByRole("heading", { name: "This is not a table" }).waitFor();
  await expectAccessible(page);
  await picture(page, "file-no-table");
  await page.goBack();
  await page.getByRole("link", { name: "header.csv" }).click();
  await page.getByText("This table has columns, but no rows.").waitFor();
  await expectAccessible(page);
  await page.goBack();

  // By keyboard alone: the menu, another name, and back where one was.
  await rowOf(page, odd).getByRole("button").last().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Rename…" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "Rename…" }).press("Enter");
  const name = page.getByRole("dialog", { name: "Rename file" }).getByRole("textbox", { name: "Name" });
  await name.fill("same.csv");
  await name.press("Enter");
  await expect.poll(() => name.getAttribute("aria-invalid")).toBe("true");
  await expectAccessible(page);
  await picture(page, "file-rename");
  await name.fill("cities.csv");
  await name.press("Enter");
  await rowOf(page, "cities.csv").waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  await expect.poll(focused).toBe("Actions for cities.csv");
});

test("the rows of a table are gone through by keyboard", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  await upload(page, csv("many.csv", `id,note\n${Array.from({ length: 500 }, (_, at) => `${at},note of ${at}`).join("\n")}\n`));
  await page.getByRole("link", { name: "many.csv" }).click();
  const row = (number: number) => page.getByRole("button", { name: `All of row ${number}`, exact: true });
  await row(1).focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => row(2).evaluate((it) => it === document.activeElement)).toBe(true);
  await page.keyboard.press("End");
  await expect.poll(() => row(500).evaluate((it) => it === document.activeElement)).toBe(true);
  await page.getByRole("cell", { name: "note of 499" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Row 500" }).getByText("note of 499").waitFor();
  await expectAccessible(page);
  await picture(page, "file-row");
  await page.keyboard.press("Escape");
  await expect.poll(() => row(500).evaluate((it) => it === document.activeElement)).toBe(true);
});

test("an upload that was turned away goes on after the log-in", async ({ page, context, member }) => {
  const made = await context.request.post(`/api/v1/orgs/${member.orgId}/projects`, { data: { name: "Cities" } });
  const { id } = (await made.json()) as { id: string };
  await page.goto(`/p/${id}/files`);
  await page.getByText("No files yet").waitFor();
  await expectAccessible(page);
  await picture(page, "files-empty");
  await context.clearCookies();
  await upload(page, csv("cities.csv", CITIES));
  const again = page.getByRole("dialog", { name: "Log in again" });
  await again.getByRole("textbox", { name: "Password" }).fill(member.password);
  await page.keyboard.press("Enter");
  await rowOf(page, "cities.csv").getByRole("cell", { name: "3", exact: true }).waitFor();
});

test("a deletion is taken back by one click", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  await upload(page, csv("cities.csv", CITIES));
  await rowOf(page, "cities.csv").getByRole("cell", { name: "3", exact: true }).waitFor();
  await page.getByRole("button", { name: "Actions for cities.csv" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await rowOf(page, "cities.csv").waitFor({ state: "detached" });
  // The offer to undo does not stay for ever, and looking for flaws takes its time.
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("cities.csv restored.").waitFor();
  await expectAccessible(page);
  await rowOf(page, "cities.csv").waitFor();
  // Deleted from its own page, and for good where nobody takes it back.
  await page.getByRole("link", { name: "cities.csv" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith("/files"));
  await page.getByRole("button", { name: "Actions for cities.csv" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.waitForURL(`**/p/${member.projectId}/files`);
  await page.reload();
  await page.getByRole("heading", { name: "Files", exact: true }).waitFor();
  await rowOf(page, "cities.csv").waitFor({ state: "detached" });
});

test("a large upload goes on after a reload, when the same file is chosen again", { timeout: LONG_MS }, async ({ page, context, member }) => {
  const text = `id,word\n${Array.from({ length: 1_200_000 }, (_, at) => `${at},word${at % 10}`).join("\n")}\n`;
  expect(text.length).toBeGreaterThan(8 << 20);
  // The same file is one of the same name, size and time.
  const folder = await mkdtemp(join(tmpdir(), "glovebox-large-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const large = join(folder, "large.csv");
  await writeFile(large, text);
  await page.goto(`/p/${member.projectId}/files`);
  const line = await context.newCDPSession(page);
  await line.send("Network.enable");
  const throttle = (uploadThroughput: number) =>
    line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await throttle(500_000);
  await upload(page, large);
  await page.getByText(/of \d+ MB · [1-9]\d%/).waitFor();
  await expectAccessible(page);
  await picture(page, "uploading");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.getByText("Choose the same file again").waitFor();
  await expectAccessible(page);
  await picture(page, "unfinished-upload");
  await throttle(-1);
  // What was read once is sent as the rest alone.
  const offset = page.waitForRequest((request) => request.method() === "PATCH");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Resume" }).click();
  await (await chooser).setFiles(large);
  expect(Number((await offset).headers()["upload-offset"])).toBeGreaterThan(0);
  await page.getByText("1 file uploaded").waitFor();
  await rowOf(page, "large.csv").getByRole("cell", { name: "1,200,000" }).waitFor();

  await page.getByRole("link", { name: "large.csv" }).click();
  await page.getByRole("cell", { name: "word0" }).first().waitFor();
  await page.getByLabel("Go to row").fill("1199999");
  await page.keyboard.press("Enter");
  await page.getByRole("cell", { name: "1199999", exact: true }).waitFor();
  await picture(page, "file-end");
});

test("what a server refuses stands next to the file, and can be tried again", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  const detail = "The organisation has no room for this file. Delete files, or ask for more room.";
  const address = `**/api/v1/projects/${member.projectId}/files`;
  await page.route(address, (route, request) =>
    request.method() === "POST"
      ? route.fulfill({
          status: 403,
          contentType: "application/problem+json",
          body: JSON.stringify({ code: "quota_bytes", title: "Forbidden", status: 403, detail }),
        })
      : route.continue(),
  );
  await upload(page, csv("cities.csv", CITIES));
  await page.getByRole("alert").filter({ hasText: detail }).waitFor();
  await expectAccessible(page);
  await picture(page, "upload-refused");
  await page.unroute(address);
  await page.getByRole("button", { name: "Try again" }).click();
  await rowOf(page, "cities.csv").waitFor();
});

test("a new chat begins with the file that is asked about", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  await upload(page, csv("cities.csv", CITIES));
  await rowOf(page, "cities.csv").getByRole("cell", { name: "3", exact: true }).waitFor();
  await page.getByRole("link", { name: "cities.csv" }).click();
  await page.getByRole("link", { name: "Ask about this file" }).click();
  await page.getByRole("list", { name: "Attached files" }).getByText("cities.csv").waitFor();
  await page.getByRole("textbox", { name: "Your question" }).or(page.getByLabel("Your question")).first().waitFor();
  expect(new URL(page.url()).search).toBe("");
});
