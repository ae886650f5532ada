// A conversation as it goes on: its messages as the server keeps them, the way through them that is shown, and the one
// answer that is being followed.
//
// `useChat` holds nothing but the answer that streams. Once it has ended, the stored message takes its place; both have
// the same form, so nothing moves.
import { useChat } from "@ai-sdk/react";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { answer, api } from "../api/client";
import type { Conversation } from "../api/conversations";
import { ApiError } from "../api/error";
import { keys } from "../api/keys";
import {
  type AskedQuestion,
  getMessage,
  hasEnded,
  keepMessages,
  messagesQuery,
  type NewQuestion,
  retryAnswer,
  stopAnswer,
} from "../api/messages";
import { notifyFailed } from "../shell/notify";
import type { ChatMessage } from "./message";
import { GloveboxTransport } from "./transport";
import { leafUnder, pathTo, treeOf } from "./tree";

/** How often the page is drawn while an answer streams. */
const THROTTLE_MS = 40;

/** A question on its way to the server. */
export interface Pending {
  text: string;
  files: { id: string; name: string }[];
  /** What it follows, as the API has it. */
  parentId: string | null;
  /** Set once it is asked. */
  questionId?: string;
}

export interface Question {
  text: string;
  files: { id: string; name: string }[];
  model?: NewQuestion["model"];
  /** Runs as it is, without a model. */
  script?: string;
  /** The answer that it follows; else the last one that is shown. */
  parentId?: string | null;
}

/** Where the conversation stands: nothing goes on, a question is on its way, or an answer is being given. */
export type Standing = "idle" | "asking" | "answering";

interface Options {
  projectId: string;
  /** Undefined for a chat that begins with its first question. */
  conversationId: string | undefined;
  /** A first question has begun a conversation. */
  onBegun: (conversation: Conversation) => void;
}

export function useTurns({ projectId, conversationId, onBegun }: Options) {
  const client = useQueryClient();
  const [leafId, setLeafId] = useState<string>();
  const [pending, setPending] = useState<Pending>();
  const [connected, setConnected] = useState(true);
  const [isStopping, setStopping] = useState(false);
  const [count, setCount] = useState(0);
  const begun = useRef<Conversation>(undefined);
  const settled = useRef<{ resolve: (asked: AskedQuestion) => void; reject: (error: ApiError) => void }>(undefined);

  const messages = useQuery({ ...messagesQuery(conversationId ?? "", setCount), enabled: conversationId !== undefined });
  const tree = useMemo(() => treeOf(messages.data ?? []), [messages.data]);

  const [transport] = useState(() => new GloveboxTransport());
  const chat = useChat<ChatMessage>({
    id: "turns",
    transport,
    throttle: THROTTLE_MS,
    onError: (thrown) => settled.current?.reject(ApiError.from(thrown)),
    onFinish: ({ isAbort }) => {
      if (!isAbort && transport.answerId !== undefined) void keepEnded(client, transport.answerId);
    },
  });

  useEffect(() => {
    transport.tell({
      conversation: async () => conversationId ?? (begun.current ??= await begin(projectId)).id,
      onAsked: (asked) => {
        const id = asked.answer.conversation_id;
        keepMessages(client, id, [asked.question, asked.answer]);
        setLeafId(asked.answer.id);
        setPending((waiting) => waiting && { ...waiting, questionId: asked.question.id });
        settled.current?.resolve(asked);
        if (begun.current && conversationId === undefined) {
          client.setQueryData(keys.conversation(id), begun.current);
          onBegun(begun.current);
        }
        void client.invalidateQueries({ queryKey: keys.conversations });
      },
      onConnected: setConnected,
    });
  }, [transport, client, projectId, conversationId, onBegun]);

  const isPendingShown = pending !== undefined && !(pending.questionId !== undefined && tree.byId.has(pending.questionId));
  const steps = useMemo(
    () => (isPendingShown ? (pending.parentId === null ? [] : pathTo(tree, pending.parentId)) : pathTo(tree, leafId)),
    [tree, leafId, pending, isPendingShown],
  );
  const leaf = isPendingShown ? undefined : steps.at(-1)?.message;
  const streamed = chat.messages.at(-1);
  const live = streamed?.role === "assistant" && streamed.id === leaf?.id ? streamed : undefined;
  const leafState = leaf?.role === "assistant" ? (hasEnded(leaf.state) ? leaf.state : live?.metadata?.state) : "done";
  const isAnswering = leaf !== undefined && !(leafState !== undefined && hasEnded(leafState));
  const followed = isAnswering ? leaf.id : undefined;

  // What goes on is followed from its beginning: after a reload, after asking again, on another branch.
  const { stop: leave, setMessages, resumeStream, clearError } = chat;
  const follow = useCallback(
    async (answerId: string) => {
      transport.follow(answerId);
      await leave();
      if (transport.answerId !== answerId) return;
      clearError();
      setMessages([]);
      await resumeStream();
    },
    [transport, leave, clearError, setMessages, resumeStream],
  );
  useEffect(() => {
    if (followed === undefined || transport.answerId === followed) return;
    void follow(followed);
    return () => {
      if (transport.answerId === followed) transport.follow(undefined);
    };
  }, [followed, transport, follow]);

  /** Resolves once it is asked; rejects where it could not be. */
  const ask = useCallback(
    async ({ text, files, model, script, parentId }: Question): Promise<void> => {
      const after = parentId === undefined ? (steps.at(-1)?.message.id ?? null) : parentId;
      transport.follow(undefined);
      setPending({ text, files, parentId: after });
      await chat.stop();
      chat.clearError();
      chat.setMessages([]);
      const asked = new Promise<AskedQuestion>((resolve, reject) => {
        settled.current = { resolve, reject };
      });
      const body: NewQuestion = {
        text,
        parent_id: after,
        ...(files.length > 0 ? { file_ids: files.map(({ id }) => id) } : {}),
        ...(model ? { model } : {}),
        ...(script === undefined ? {} : { script }),
      };
      void chat.sendMessage({ text }, { body });
      try {
        await asked;
      } catch (thrown) {
        setPending(undefined);
        chat.clearError();
        chat.setMessages([]);
        throw thrown;
      }
    },
    [chat, steps, transport],
  );

  const retry = useCallback(
    async (answerId: string, model: NewQuestion["model"]) => {
      try {
        const again = await retryAnswer(answerId, model);
        keepMessages(client, again.conversation_id, [again]);
        setPending(undefined);
        setLeafId(again.id);
      } catch (thrown) {
        notifyFailed(ApiError.from(thrown), "It could not be asked again");
      }
    },
    [client],
  );

  const stop = useCallback(async () => {
    if (followed === undefined) return;
    setStopping(true);
    try {
      const message = await stopAnswer(followed);
      if (hasEnded(message.state)) keepMessages(client, message.conversation_id, [message]);
    } catch (thrown) {
      notifyFailed(ApiError.from(thrown), "The answer could not be stopped");
    } finally {
      setStopping(false);
    }
  }, [client, followed]);

  const select = useCallback(
    (messageId: string) => {
      setPending(undefined);
      setLeafId(leafUnder(tree, messageId));
    },
    [tree],
  );

  const standing: Standing = isPendingShown ? "asking" : isAnswering ? "answering" : "idle";
  return {
    steps,
    live,
    pending: isPendingShown ? pending : undefined,
    standing,
    isStopping,
    connected: connected || !isAnswering,
    /** The stream cannot be had, though the answer may go on. */
    lost: isAnswering && chat.status === "error" ? ApiError.from(chat.error) : undefined,
    isLoading: conversationId !== undefined && messages.isPending,
    /** Messages read so far, while they load. */
    count,
    error: messages.data === undefined ? messages.error : null,
    refetch: messages.refetch,
    ask,
    retry,
    stop,
    select,
    /** Follows the answer that could not be followed. */
    again: () => (followed === undefined ? undefined : follow(followed)),
  };
}

function begin(projectId: string): Promise<Conversation> {
  const params = { path: { project_id: projectId } };
  return answer(api.POST("/api/v1/projects/{project_id}/conversations", { params, body: {} }));
}

/** Takes up the stored message of an answer that has ended. Without it, what was streamed stays and says the same. */
async function keepEnded(client: QueryClient, answerId: string) {
  try {
    const message = await getMessage(answerId);
    keepMessages(client, message.conversation_id, [message]);
    void client.invalidateQueries({ queryKey: keys.conversations });
  } catch (thrown) {
    if (ApiError.from(thrown).needsLogin) void client.invalidateQueries({ queryKey: keys.session });
  }
}
