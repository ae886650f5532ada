// Follows one answer while it is being given. Loaded with the messages: it brings the AI SDK along.
import { useChat } from "@ai-sdk/react";
import { useEffect, useEffectEvent, useState } from "react";

import { ApiError } from "../api/error";
import type { ChatMessage } from "./message";
import { AnswerTransport } from "./transport";

interface Props {
  answerId: string;
  /** It was asked for a moment ago, on this page. */
  isNew: boolean;
  /** The answer as far as it is. */
  onMessage: (message: ChatMessage) => void;
  onEnded: (answerId: string) => void;
  /** The stream cannot be had, though the answer may go on. */
  onLost: (answerId: string, error: ApiError) => void;
  onConnected: (answerId: string, connected: boolean) => void;
}

/** How often the page is drawn while an answer streams. */
const THROTTLE_MS = 40;

export function Follower({ answerId, isNew, onMessage, onEnded, onLost, onConnected }: Props) {
  const [transport] = useState(() => new AnswerTransport(answerId, isNew, (is) => onConnected(answerId, is)));
  const { messages } = useChat<ChatMessage>({
    id: answerId,
    transport,
    resume: true,
    throttle: THROTTLE_MS,
    onError: (thrown) => onLost(answerId, ApiError.from(thrown)),
    onFinish: ({ isAbort, isError }) => {
      if (!isAbort && !isError) onEnded(answerId);
    },
  });
  const message = messages.at(-1);
  const tell = useEffectEvent(onMessage);
  useEffect(() => {
    if (message) tell(message);
  }, [message]);
  return null;
}
