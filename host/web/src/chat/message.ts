// A message as the chat holds it, whether it is streaming or stored: parts of the AI SDK's message, in which a script is a
// call of the tool `run_script` and what runs make are `data-*` parts. What is shown of it is `answer.ts`.
import type { UIMessage } from "ai";

import type { Message, MessagePart, MessageState } from "../api/messages";

export type PartOf<Type extends MessagePart["type"]> = Extract<MessagePart, { type: Type }>;

/** How far a script's long piece of work has come. */
export interface Progress {
  run_id: string;
  done: number;
  total?: number | null;
  label?: string | null;
}

// The AI SDK wants types, not interfaces: only they have the index signature that it asks for.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type ChatData = {
  output: Omit<PartOf<"output">, "type">;
  table: PartOf<"table">;
  chart: PartOf<"chart">;
  file: PartOf<"file">;
  error: PartOf<"error">;
  receipt: PartOf<"receipt">;
  query: PartOf<"query">;
  progress: Progress;
};

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type ChatTools = {
  run_script: { input: { script: string }; output: unknown };
};

export interface ChatMetadata {
  /** Left out while it streams. */
  state?: MessageState | undefined;
  /** How many turns come before it while it waits; null once it is worked on. */
  before?: number | null | undefined;
}

export type ChatMessage = UIMessage<ChatMetadata, ChatData, ChatTools>;
export type ChatPart = ChatMessage["parts"][number];

/** A stored message in the form of a streamed one. */
export function chatMessageOf({ id, role, state, parts }: Message): ChatMessage {
  return { id, role, metadata: { state }, parts: parts.map(chatPartOf) };
}

/** The words of a question. */
export function textOf({ parts }: Message): string {
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

function chatPartOf(part: MessagePart): ChatPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "script":
      return {
        type: "tool-run_script",
        toolCallId: part.run_id,
        state: "input-available",
        input: { script: part.script },
      };
    case "output":
      return { type: "data-output", id: part.run_id, data: part };
    case "table":
      return { type: "data-table", data: part };
    case "chart":
      return { type: "data-chart", data: part };
    case "file":
      return { type: "data-file", data: part };
    case "error":
      return { type: "data-error", data: part };
    case "receipt":
      return { type: "data-receipt", data: part };
    case "query":
      return { type: "data-query", id: part.run_id, data: part };
  }
}
