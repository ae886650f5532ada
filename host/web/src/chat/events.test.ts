import { afterEach, expect, test, vi } from "vitest";

import { ApiError } from "../api/error";
import { events, follow } from "./events";

afterEach(() => vi.useRealTimers());

function bytes(...pieces: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
}

/** Answers request after request; the addresses that were asked for. */
function answering(...answers: (() => Response)[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(address);
    const next = answers.shift();
    return next ? Promise.resolve(next()) : Promise.reject(new TypeError("Failed to fetch"));
  });
  return asked;
}

const stream = (...pieces: string[]) => () => new Response(bytes(...pieces), { status: 200 });

test("events come out of bytes that are cut anywhere", async () => {
  const body = bytes("id: 1\nda", 'ta: {"a":', "1}\n", "\n: still there\n\nid: 2\ndata: [DONE]\n\n", "id: 3\ndata: half");
  expect(await all(events(body))).toEqual([
    { id: 1, data: '{"a":1}' },
    { id: 2, data: "[DONE]" },
  ]);
});

test("a character that is cut in two comes out whole", async () => {
  const whole = new TextEncoder().encode('data: "é"\n\n');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(whole.slice(0, 8));
      controller.enqueue(whole.slice(8));
      controller.close();
    },
  });
  expect(await all(events(body))).toEqual([{ id: undefined, data: '"é"' }]);
});

test("a broken connection is taken up behind the last event", async () => {
  vi.useFakeTimers();
  const asked = answering(
    stream('id: 1\ndata: "a"\n\nid: 2\ndata: "b"\n\n'),
    () => {
      throw new TypeError("Failed to fetch");
    },
    stream('id: 3\ndata: "c"\n\ndata: [DONE]\n\n'),
  );
  const connected: boolean[] = [];
  const told = all(follow("x", { onConnected: (is) => connected.push(is) }));
  await vi.advanceTimersByTimeAsync(3000);
  expect(await told).toEqual(["a", "b", "c"]);
  expect(asked).toEqual(["0", "2", "2"].map((after) => `/api/v1/messages/x/stream?after=${after}`));
  expect(connected).toEqual([true, false, false, true]);
});

test("an answer that ended long ago tells nothing", async () => {
  answering(() => new Response(null, { status: 204 }));
  expect(await all(follow("x", {}))).toEqual([]);
});

test("a refusal is not tried again", async () => {
  const asked = answering(() => new Response("{}", { status: 404, headers: { "content-type": "application/problem+json" } }));
  await expect(all(follow("x", {}))).rejects.toBeInstanceOf(ApiError);
  expect(asked).toHaveLength(1);
});

test("whoever has had enough ends it", async () => {
  const gone = new AbortController();
  answering(stream('id: 1\ndata: "a"\n\n'));
  const told = follow("x", { signal: gone.signal });
  expect((await told.next()).value).toBe("a");
  const next = told.next();
  gone.abort();
  await expect(next).rejects.toThrow();
});
