// What a test gets: `test("…", async ({ page, member }) => …)`, with a page of its own in a fresh browser profile.
//
// A test fails as well when the app threw, or when the page's own policy stopped something.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect, inject, test as base } from "vitest";

import { type Member, signUp } from "./people";

export { expect };

const CHROMIUM = process.env["GLOVEBOX_CHROMIUM"] ?? "/usr/bin/chromium";
const SCREENSHOTS = join(import.meta.dirname, "screenshots");

/** How a page is looked at. */
const VIEWS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "narrow", colorScheme: "light", viewport: { width: 360, height: 740 } },
  { name: "narrow-dark", colorScheme: "dark", viewport: { width: 360, height: 740 } },
] as const;

export interface Fixtures {
  browser: Browser;
  /** The server that is tried: its address, and its data folder. */
  server: { url: string; data: string };
  /** A browser profile: cookies, storage, and requests with them (`context.request`). */
  context: BrowserContext;
  page: Page;
  /** Somebody who is logged in in `page`, which has not gone anywhere yet. */
  member: Member;
}

export const test = base.extend<Fixtures>({
  browser: [
    async ({}, use) => {
      // Containers and root have no sandbox of Chromium's own; the pages are ours.
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
      await use(browser);
      await browser.close();
    },
    { scope: "file" },
  ],
  server: [async ({}, use) => use({ url: inject("url"), data: inject("data") }), { scope: "file" }],
  context: async ({ browser, server }, use) => {
    const context = await browser.newContext({
      baseURL: server.url,
      viewport: VIEWS[0].viewport,
      colorScheme: "light",
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(10_000);
    await use(context);
    await context.close();
  },
  page: async ({ context }, use) => {
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) wrong.push(message.text());
    });
    await use(page);
    expect(wrong).toEqual([]);
  },
  member: async ({ context }, use) => use(await signUp(context)),
});

/** Keeps pictures of the page in `e2e/screenshots`, light and dark, wide and narrow. */
export async function picture(page: Page, name: string) {
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const view of VIEWS) {
    await colour(page, view.colorScheme);
    await page.setViewportSize(view.viewport);
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${view.name}.png`) });
  }
  await colour(page, VIEWS[0].colorScheme);
  await page.setViewportSize(VIEWS[0].viewport);
}

/** Fails with what axe finds wrong by WCAG 2.2 AA, in light and in dark. */
export async function expectAccessible(page: Page) {
  for (const colorScheme of ["dark", "light"] as const) {
    await colour(page, colorScheme);
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      // Menus stand beside the landmarks, in a place of their own.
      .disableRules(["region"])
      .analyze();
    const found = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`) }));
    expect(found, colorScheme).toEqual([]);
  }
}

/** As the system would, and waits until the app has followed. */
async function colour(page: Page, colorScheme: "light" | "dark") {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
}
