// Between `useChat` and the server's stream of one answer.
//
// Questions are asked by the page itself (`use-turns.ts`), which so knows the answer's id before anything streams. The
// answer is worked on whether or not anybody follows it: ending the stream here ends nothing there, and every stream
// begins at the beginning, also after a reload.
import type { ChatTransport } from "ai";

import { contentAddress } from "../api/generated-files";
import { foresee } from "./chart-image";
import { type ChatChunk, Chunks } from "./chunks";
import { follow } from "./events";
import type { ChatMessage } from "./message";
import { beginningOf, startedBefore } from "./run-clock";

export class AnswerTransport implements ChatTransport<ChatMessage> {
  readonly resumeStreamIsReplay = true;
  readonly #answerId: string;
  readonly #isNew: boolean;
  readonly #onConnected: (connected: boolean) => void;

  /** `isNew`: it was asked for a moment ago, so that what is told first happens now. */
  constructor(answerId: string, isNew: boolean, onConnected: (connected: boolean) => void) {
    this.#answerId = answerId;
    this.#isNew = isNew;
    this.#onConnected = onConnected;
  }

  sendMessages({ abortSignal }: { abortSignal: AbortSignal | undefined }): Promise<ReadableStream<ChatChunk>> {
    return Promise.resolve(this.#stream(abortSignal));
  }

  reconnectToStream({ abortSignal }: { abortSignal?: AbortSignal }): Promise<ReadableStream<ChatChunk> | null> {
    return Promise.resolve(this.#stream(abortSignal));
  }

  #stream(signal: AbortSignal | undefined): ReadableStream<ChatChunk> {
    const answerId = this.#answerId;
    if (!this.#isNew) startedBefore(answerId);
    const chunks = new Chunks();
    const gone = new AbortController();
    signal?.addEventListener("abort", () => gone.abort(signal.reason), { once: true });
    const told = follow(answerId, { signal: gone.signal, onConnected: this.#onConnected });
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
              if (chunk.type === "data-chart") await foresee(chunk.data.file_id, contentAddress(chunk.data.file_id));
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
