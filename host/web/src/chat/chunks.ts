// From the server's chunks to those that the AI SDK makes a message of.
//
// They are the same but for what the page has to keep: printed text, which comes in pieces and is transient for the SDK,
// the place in the queue, and how the turn ended. What went wrong is a part of the message, and not an error of the
// stream, which would hide what was made before it.
import type { UIMessageChunk } from "ai";

import type { MessageState } from "../api/messages";
import type { ChatData, ChatMetadata, Progress } from "./message";

export type ChatChunk = UIMessageChunk<ChatMetadata, ChatData>;

/** Characters of printed text that a message keeps of a run, about as many as the server does. */
const OUTPUT_MAX = 64 << 10;

/** What the server sends beside chunks that stay as they are. */
type ServerChunk =
  | { type: "data-queue"; data: { before: number } }
  | { type: "data-output"; data: { run_id: string; text: string } }
  | { type: "data-progress"; data: Progress }
  | { type: "data-usage" | "error" | "file" }
  | { type: "start"; messageId: string }
  | { type: "abort"; reason?: string }
  | { type: "finish"; messageMetadata?: { state?: MessageState } }
  | { type: "tool-input-start"; toolCallId: string; toolName: string }
  | { type: "tool-output-available" | "tool-output-error"; toolCallId: string };

export class Chunks {
  readonly #outputs = new Map<string, ChatData["output"]>();
  readonly #calls = new Set<string>();

  /** What the message becomes by a chunk of the server. */
  of(given: unknown): ChatChunk[] {
    const chunk = given as ServerChunk;
    switch (chunk.type) {
      case "data-queue":
        return [{ type: "message-metadata", messageMetadata: { before: chunk.data.before } }];
      case "start":
        return [{ type: "start", messageId: chunk.messageId, messageMetadata: { before: null } }];
      case "data-output":
        return [this.#printed(chunk.data.run_id, chunk.data.text)];
      case "data-progress":
        return [{ type: "data-progress", id: chunk.data.run_id, data: chunk.data }];
      case "abort":
        return ended("stopped");
      case "finish":
        return ended(chunk.messageMetadata?.state ?? "done");
      case "data-usage":
      case "error":
      case "file":
        return [];
      case "tool-input-start":
        this.#calls.add(chunk.toolCallId);
        return [chunk];
      case "tool-output-available":
      case "tool-output-error":
        // A call that was refused before it was written is none to the SDK, which would give up.
        return this.#calls.has(chunk.toolCallId) ? [given as ChatChunk] : [];
      default:
        return [given as ChatChunk];
    }
  }

  /** All of what a run has printed so far, in the place of what was known of it. */
  #printed(run_id: string, more: string): ChatChunk {
    const { text, truncated } = this.#outputs.get(run_id) ?? { text: "", truncated: false };
    const kept = more.slice(0, Math.max(0, OUTPUT_MAX - text.length));
    const data = { run_id, text: text + kept, truncated: truncated || kept.length < more.length };
    this.#outputs.set(run_id, data);
    return { type: "data-output", id: run_id, data };
  }
}

function ended(state: MessageState): ChatChunk[] {
  return [{ type: "finish", messageMetadata: { state, before: null } }];
}
