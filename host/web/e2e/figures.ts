// How fast the app is, as a table: `npm run figures`, on a machine that does nothing else if the figures are to mean much.
//
// Bytes are what the server sends. Times are medians, with the best beside them, which other work disturbed least. A
// frame is dropped where two that are drawn are more than a 60th of a second apart.
import { loadavg } from "node:os";

import type { Browser, Page } from "playwright-core";
import { inject } from "vitest";

import { test } from "./browser";
import { type Frames, framesDuring, median, shifted, watchShifts } from "./frames";
import { importLong } from "./long-conversation";
import { type Member, signUp } from "./people";
import { markUsable, scriptsOf, sum, usableAt } from "./scripts";
import { streamLong } from "./streamed";
import { uploadExample } from "./tables";

const RUNS = 5;
/** As many as a conversation may have. */
const MESSAGES = 10_000;
const TYPED = "how many are there by city and by year, and which of them has the most of all? ".repeat(3).slice(0, 200);
const KEY_MS = 25;
const STREAM_MS = 8000;
const SCROLL_MS = 4000;
const JUMPS = 20;
const ALL_MS = 15 * 60_000;

/** What has to be there for a page to be used. */
const USABLE = { login: "input[type=password]", newChat: "main textarea", conversation: "[data-message]" };

test("figures", { timeout: ALL_MS }, async ({ browser }) => {
  const print = (name: string, figure: string) => process.stdout.write(`${name.padEnd(44)} ${figure}\n`);
  const load = () => `load ${loadavg()[0]?.toFixed(1) ?? "?"}`;

  const { page, member, close } = await visitor(browser);
  const projectPath = `/p/${member.projectId}`;
  await uploadExample(page.context(), member.projectId, "cars.csv");
  const short = `${projectPath}/c/${await importLong(page.context(), member.projectId, 10)}`;
  const long = `${projectPath}/c/${await importLong(page.context(), member.projectId, MESSAGES)}`;
  const pages = [
    ["log-in page", "/login", USABLE.login],
    ["new chat", projectPath, USABLE.newChat],
    ["conversation of 10 messages", short, USABLE.conversation],
  ] as const;

  for (const [name, path, selector] of pages) {
    const cookies = path === "/login" ? [] : await page.context().cookies();
    const [one, leave] = await fresh(browser, cookies);
    const scripts = await scriptsOf(one, path, selector);
    await leave();
    const first = scripts.filter(({ isFirst }) => isFirst);
    const behind = scripts.filter(({ isFirst }) => !isFirst);
    const bytes = (some: typeof scripts) =>
      `${kilobytes(sum(some, "gzip"))} gzip, ${kilobytes(sum(some, "brotli"))} Brotli in ${some.length} files`;
    print(`${name}: script`, `${bytes(first)}; behind it ${bytes(behind)}`);

    const cold = [];
    const warm = [];
    for (let run = 0; run < RUNS; run += 1) {
      const [again, leaveAgain] = await fresh(browser, cookies);
      cold.push(await opened(again, path, selector));
      warm.push(await opened(again, path, selector));
      await leaveAgain();
    }
    print(`${name}: cold`, times(cold));
    print(`${name}: warm`, `${times(warm)}; ${load()}`);
  }

  await page.goto(projectPath);
  await page.waitForTimeout(2000);
  print("200 keys in a new chat", frames(await framesDuring(page, () => type(page))));

  await watchShifts(page);
  await page.goto(projectPath);
  await page.getByRole("link", { name: /cars\.csv/ }).waitFor();
  await ask(page, "Plot the average miles per gallon by year in cars.csv");
  await page.getByRole("img", { name: /^A line chart/ }).waitFor();
  await page.getByRole("button", { name: "Copy answer" }).waitFor();
  await page.waitForTimeout(500);
  print("an answer with a chart arrives", `layout shift ${(await shifted(page)).toFixed(4)}`);

  const [streaming, leaveStreaming] = await fresh(browser, await page.context().cookies());
  await streamLong(streaming, STREAM_MS);
  await streaming.goto(projectPath);
  await streaming.waitForTimeout(2000);
  await ask(streaming, "Say a lot");
  await streaming.getByText("The mean rises").first().waitFor();
  print("an answer streams, 100 pieces a second", frames(await framesDuring(streaming, () => streaming.waitForTimeout(STREAM_MS - 2000))));
  await leaveStreaming();

  const openings = [];
  for (let run = 0; run < 3; run += 1) {
    const [one, leave] = await fresh(browser, await page.context().cookies());
    openings.push(await opened(one, long, USABLE.conversation));
    await leave();
  }
  print(`${MESSAGES} messages: cold`, `${times(openings)}; ${load()}`);
  await page.goto(long);
  await page.locator(USABLE.conversation).first().waitFor();
  await page.waitForTimeout(1500);
  print(`${MESSAGES} messages: scrolled up steadily`, frames(await framesDuring(page, () => scroll(page))));
  print(`${MESSAGES} messages: ${JUMPS} jumps to any place`, frames(await framesDuring(page, () => jump(page))));
  print(`${MESSAGES} messages: 200 keys`, frames(await framesDuring(page, () => type(page))));
  await close();
});

async function visitor(browser: Browser) {
  const [page, close] = await fresh(browser, []);
  const member: Member = await signUp(page.context());
  return { page, member, close };
}

type Cookies = Awaited<ReturnType<ReturnType<Page["context"]>["cookies"]>>;

/** A page of a browser profile with an empty cache. */
async function fresh(browser: Browser, cookies: Cookies): Promise<[Page, () => Promise<void>]> {
  const context = await browser.newContext({ baseURL: inject("url"), viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  await context.addCookies(cookies);
  context.setDefaultTimeout(60_000);
  return [await context.newPage(), () => context.close()];
}

interface Opened {
  painted_ms: number;
  usable_ms: number;
}

async function opened(page: Page, path: string, selector: string): Promise<Opened> {
  await markUsable(page, selector);
  await page.goto(path);
  const usable_ms = await usableAt(page);
  const painted = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  return { painted_ms: (await painted.jsonValue()) ?? 0, usable_ms };
}

async function type(page: Page) {
  const question = page.getByRole("textbox", { name: "Your question" });
  await question.click();
  await page.keyboard.type(TYPED, { delay: KEY_MS });
}

async function ask(page: Page, text: string) {
  const question = page.getByRole("textbox", { name: "Your question" });
  await question.fill(text);
  await question.press("Enter");
}

/** Upwards from the end, 60 px a frame. */
async function scroll(page: Page) {
  await page.getByRole("region", { name: "Messages" }).evaluate(
    (element, length_ms) =>
      new Promise<void>((done) => {
        const begun = performance.now();
        const step = () => {
          element.scrollTop -= 60;
          if (performance.now() - begun < length_ms) requestAnimationFrame(step);
          else done();
        };
        step();
      }),
    SCROLL_MS,
  );
}

async function jump(page: Page) {
  const messages = page.getByRole("region", { name: "Messages" });
  for (let place = 0; place < JUMPS; place += 1) {
    await messages.evaluate((element, part) => element.scrollTo({ top: element.scrollHeight * part }), (place * 0.37) % 1);
    await page.waitForTimeout(200);
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function times(all: readonly Opened[]): string {
  const painted = all.map(({ painted_ms }) => painted_ms);
  const usable = all.map(({ usable_ms }) => usable_ms);
  const figure = (some: readonly number[]) => `${median(some).toFixed(0)} ms (best ${Math.min(...some).toFixed(0)})`;
  return `painted after ${figure(painted)}, usable after ${figure(usable)}`;
}

function frames({ count, dropped, p95_ms, longest_ms, longTasks, slowestKey_ms }: Frames): string {
  const tasks = longTasks.length === 0 ? "no long task" : `${longTasks.length} long tasks (${Math.max(...longTasks).toFixed(0)} ms)`;
  const key = slowestKey_ms > 0 ? `, slowest key ${slowestKey_ms.toFixed(0)} ms` : "";
  return `${dropped} of ${count + dropped} frames dropped, p95 ${p95_ms.toFixed(1)} ms, longest ${longest_ms.toFixed(0)} ms, ${tasks}${key}; load ${loadavg()[0]?.toFixed(1) ?? "?"}`;
}
