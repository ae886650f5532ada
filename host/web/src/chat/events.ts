// The events of an answer's stream, over as many connections as it takes.
//
// Every event that is kept has a number. When a connection breaks, the next one goes on behind the last number that
// was seen, so that nothing is told twice and nothing is missed; it is tried until the answer has ended or somebody
// gives up.
import { ApiError } from "../api/error";

/** The server keeps silent for at most 15 seconds; a connection that is silent for longer is dead. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

interface Options {
  signal?: AbortSignal | undefined;
  /** Hears whether there is a connection, from the second try on. */
  onConnected?: ((connected: boolean) => void) | undefined;
}

/** The JSON of each event. Ends with the answer; nothing at all comes of one that ended long ago. */
export async function* follow(answerId: string, { signal, onConnected }: Options): AsyncGenerator {
  let last = 0;
  let failures = 0;
  for (;;) {
    try {
      const response = await open(answerId, last, signal);
      if (response.status === 204 || response.body === null) return;
      onConnected?.(true);
      for await (const event of events(response.body)) {
        failures = 0;
        if (event.data === "[DONE]") return;
        if (event.id !== undefined) last = event.id;
        yield JSON.parse(event.data);
      }
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = ApiError.from(thrown);
      if (error.status !== 0 && !error.passes) throw error;
    }
    signal?.throwIfAborted();
    onConnected?.(false);
    await pause(Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS), signal);
    failures += 1;
  }
}

async function open(answerId: string, last: number, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(`/api/v1/messages/${encodeURIComponent(answerId)}/stream?after=${last}`, {
    credentials: "same-origin",
    headers: { accept: "text/event-stream" },
    signal: signal ?? null,
  });
  if (!response.ok) throw await ApiError.fromResponse(response);
  return response;
}

export interface StreamEvent {
  id: number | undefined;
  data: string;
}

/** Server-sent events out of bytes that may be cut anywhere. */
export async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), SILENCE_MS);
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    // Also when whoever reads has had enough.
    void reader.cancel().catch(() => undefined);
  }
}

/** Nothing of a comment, by which the server says that it is still there. */
function parse(block: string): StreamEvent | undefined {
  let id: number | undefined;
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("data:")) data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    else if (line.startsWith("id:")) id = Number(line.slice(3));
  }
  return data.length === 0 ? undefined : { id, data: data.join("\n") };
}

async function within<T>(promise: Promise<T>, limit_ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TypeError("The connection is silent.")), limit_ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, but not once the browser is online again. */
function pause(wait_ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener("online", over);
      signal?.removeEventListener("abort", over);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const timer = setTimeout(over, wait_ms);
    window.addEventListener("online", over);
    signal?.addEventListener("abort", over);
  });
}
