// What a reader sees move: the frames of a page while something goes on, and what kept the page from drawing them.
import type { Page } from "playwright-core";

export interface Frames {
  count: number;
  /** Frames of a 60th of a second that were not drawn. */
  dropped: number;
  p95_ms: number;
  longest_ms: number;
  /** Tasks of more than 50 ms, in milliseconds. */
  longTasks: number[];
  /** From a key to the end of the frame that has its letter; nothing where nobody typed. */
  slowestKey_ms: number;
}

const FRAME_MS = 1000 / 60;

/** Watches the frames while `act` goes on. */
export async function framesDuring(page: Page, act: () => Promise<unknown>): Promise<Frames> {
  await page.evaluate(() => {
    const seen = { frames: [] as number[], tasks: [] as number[], keys: [] as number[], isOver: false };
    Object.assign(window, { framesSeen: seen });
    const drawn = (at: number) => {
      seen.frames.push(at);
      if (!seen.isOver) requestAnimationFrame(drawn);
    };
    requestAnimationFrame(drawn);
    const tasks = new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration)));
    tasks.observe({ type: "longtask" });
    // Not by the browser's own event timing: without a screen Chromium puts off showing frames for seconds.
    addEventListener("input", ({ timeStamp }) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => seen.keys.push(performance.now() - timeStamp);
      requestAnimationFrame(() => port2.postMessage(undefined));
    });
  });
  await act();
  const { frames, tasks, keys } = await page.evaluate(async () => {
    const seen = (window as unknown as { framesSeen: { frames: number[]; tasks: number[]; keys: number[]; isOver: boolean } })
      .framesSeen;
    // What is told of the last frame comes with the next.
    await new Promise((done) => setTimeout(done, 100));
    seen.isOver = true;
    return seen;
  });
  const times = frames.slice(1).map((at, index) => at - (frames[index] ?? at));
  return {
    count: times.length,
    dropped: times.reduce((total, time) => total + Math.max(0, Math.round(time / FRAME_MS) - 1), 0),
    p95_ms: percentile(times, 0.95),
    longest_ms: Math.max(0, ...times),
    longTasks: tasks,
    slowestKey_ms: Math.max(0, ...keys),
  };
}

/** From the next page on, how far things that were there already are moved by what comes (cumulative layout shift). */
export async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    const seen = { shift: 0 };
    Object.assign(window, { shiftsSeen: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) seen.shift += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

export function shifted(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { shiftsSeen: { shift: number } }).shiftsSeen.shift);
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
