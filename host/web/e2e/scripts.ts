// The scripts that a page fetches, and when: before somebody can use it, or behind that.
import type { Page } from "playwright-core";

export interface Script {
  name: string;
  gzip: number;
  brotli: number;
  /** Whether it was asked for before the page could be used. */
  isFirst: boolean;
}

/** When no further script comes for this long, none will. */
const QUIET_MS = 1500;
const USABLE = "usable";

/**
 * Goes to an address with an empty cache. The page can be used in the first frame that has an element of `selector` in
 * it; until when is told by `performance.mark`, so that what the machine does besides changes nothing.
 */
export async function scriptsOf(page: Page, path: string, selector: string): Promise<Script[]> {
  await markUsable(page, selector);
  await page.goto(path);
  await usableAt(page);
  const read = () =>
    page.evaluate((mark) => {
      const usable_ms = performance.getEntriesByName(mark)[0]?.startTime ?? 0;
      return (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
        .filter(({ name }) => /\.m?[jt]sx?(\?|$)/.test(name))
        .map(({ name, startTime }) => ({ url: name, isFirst: startTime <= usable_ms }));
    }, USABLE);
  let found = await read();
  for (let count = -1; count !== found.length; found = await read()) {
    count = found.length;
    await page.waitForTimeout(QUIET_MS);
  }
  return Promise.all(
    found.map(async ({ url, isFirst }) => ({
      name: new URL(url).pathname.replace("/assets/", ""),
      gzip: await bytes(url, "gzip"),
      brotli: await bytes(url, "br"),
      isFirst,
    })),
  );
}

/** From the next page on, the moment is marked at which there is an element of `selector`. */
export async function markUsable(page: Page, selector: string) {
  await page.addInitScript(
    ([wanted, mark]) => {
      const look = () => {
        if (!document.querySelector(wanted)) return;
        observer.disconnect();
        requestAnimationFrame(() => performance.mark(mark));
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, subtree: true });
    },
    [selector, USABLE] as const,
  );
}

/** Milliseconds since the navigation began. */
export async function usableAt(page: Page): Promise<number> {
  // Asked seldom: it takes time from the page.
  const at = await page.waitForFunction((mark) => performance.getEntriesByName(mark)[0]?.startTime, USABLE, { polling: 50 });
  return (await at.jsonValue()) ?? 0;
}

export function sum(scripts: readonly Script[], encoding: "gzip" | "brotli"): number {
  return scripts.reduce((total, script) => total + script[encoding], 0);
}

async function bytes(url: string, encoding: string): Promise<number> {
  const answer = await fetch(url, { headers: { "accept-encoding": encoding } });
  const length = Number(answer.headers.get("content-length"));
  await answer.arrayBuffer();
  return length;
}
