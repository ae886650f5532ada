// Between `useChat` and the server: a question is asked, and then its answer is followed. The answer is worked on
// whether or not anybody follows it, so ending the stream here ends nothing there; `stopAnswer` does.
import type { ChatTransport } from "ai";

import { type AskedQuestion, ask, type NewQuestion } from "../api/messages";
import { type ChatChunk, Chunks } from "./chunks";
import { follow } from "./events";
import type { ChatMessage } from "./message";
import { beginningOf, startedBefore } from "./run-clock";

export interface Hooks {
  /** The conversation, which a first question begins. */
  conversation: () => Promise<string>;
  onAsked: (asked: AskedQuestion) => void;
  onConnected: (connected: boolean) => void;
}

type Send = Parameters<ChatTransport<ChatMessage>["sendMessages"]>[0];
type Reconnect = Parameters<ChatTransport<ChatMessage>["reconnectToStream"]>[0];

export class GloveboxTransport implements ChatTransport<ChatMessage> {
  #hooks: Hooks | undefined;
  #answerId: string | undefined;

  /** The answer that is followed, or that `reconnectToStream` is to follow. */
  get answerId(): string | undefined {
    return this.#answerId;
  }

  follow(answerId: string | undefined) {
    this.#answerId = answerId;
  }

  /** Who hears of what happens, from now on. */
  tell(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** `body` is the question as the API has it. */
  async sendMessages({ body, abortSignal }: Send): Promise<ReadableStream<ChatChunk>> {
    const hooks = this.#hooks;
    if (!hooks) throw new Error("nobody asks");
    const asked = await ask(await hooks.conversation(), body as NewQuestion);
    this.#answerId = asked.answer.id;
    hooks.onAsked(asked);
    return this.#stream(asked.answer.id, abortSignal);
  }

  /** From its beginning: what was streamed before this page was loaded is told again. */
  reconnectToStream({ abortSignal }: Reconnect): Promise<ReadableStream<ChatChunk> | null> {
    if (this.#answerId === undefined) return Promise.resolve(null);
    startedBefore(this.#answerId);
    return Promise.resolve(this.#stream(this.#answerId, abortSignal));
  }

  #stream(answerId: string, signal: AbortSignal | undefined): ReadableStream<ChatChunk> {
    const onConnected = (connected: boolean) => this.#hooks?.onConnected(connected);
    const chunks = new Chunks();
    const gone = new AbortController();
    signal?.addEventListener("abort", () => gone.abort(signal.reason), { once: true });
    const told = follow(answerId, { signal: gone.signal, onConnected });
    return new ReadableStream<ChatChunk>({
      start(controller) {
        // A message to show the place in the queue at.
        controller.enqueue({ type: "start", messageId: answerId });
      },
      async pull(controller) {
        try {
          // Until there is something: a pull that brings nothing is not repeated.
          for (let fresh: ChatChunk[] = []; fresh.length === 0; ) {
            const next = await told.next();
            if (next.done) {
              controller.close();
              return;
            }
            fresh = chunks.of(next.value);
            for (const chunk of fresh) {
              if (chunk.type === "tool-input-available") beginningOf(chunk.toolCallId);
              controller.enqueue(chunk);
            }
          }
        } catch (thrown) {
          controller.error(thrown);
        }
      },
      cancel(reason) {
        gone.abort(reason);
      },
    });
  }
}
