// A conversation as it goes on: its messages as the server keeps them, the way through them that is shown, and the
// answer that is being given.
//
// A question is asked first and followed then. So an answer that is followed after a reload, after asking again or on
// another branch comes about in the same way as one that was asked for here. While it streams, `follower.tsx` has it;
// once it has ended, the stored message takes its place. Both have the same form, so nothing moves.
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";

import { answer, api } from "../api/client";
import type { Conversation } from "../api/conversations";
import { ApiError } from "../api/error";
import { keys } from "../api/keys";
import {
  ask as askServer,
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
import { leafUnder, pathTo, treeOf } from "./tree";

export interface Question {
  text: string;
  files: { id: string; name: string }[];
  model?: NewQuestion["model"];
  /** Runs as it is, without a model. */
  script?: string;
  /** The answer that it follows; else the last one that is shown. */
  parentId?: string | null;
}

/** A question on its way to the server. */
export interface Pending {
  /** What its row of the list goes by; that of its answer is `answerRow(row)`. */
  row: string;
  text: string;
  files: { id: string; name: string }[];
  /** What it follows, as the API has it. */
  parentId: string | null;
  /** Set once it is asked. */
  questionId?: string;
}

export function answerRow(row: string): string {
  return `${row}-answer`;
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
  const [count, setCount] = useState(0);
  const messages = useQuery({ ...messagesQuery(conversationId ?? "", setCount), enabled: conversationId !== undefined });
  const tree = useMemo(() => treeOf(messages.data ?? []), [messages.data]);

  const [leafId, setLeafId] = useState<string>();
  const [waiting, setWaiting] = useState<Pending>();
  // Until its message is there, which comes with it or a moment later.
  const pending = waiting?.questionId !== undefined && tree.byId.has(waiting.questionId) ? undefined : waiting;
  const steps = useMemo(() => {
    if (!pending) return pathTo(tree, leafId);
    return pending.parentId === null ? [] : pathTo(tree, pending.parentId);
  }, [tree, leafId, pending]);
  const leaf = pending ? undefined : steps.at(-1)?.message;

  const [streamed, setStreamed] = useState<ChatMessage>();
  const live = streamed !== undefined && streamed.id === leaf?.id ? streamed : undefined;
  const followed = leaf?.role === "assistant" && !hasEnded(leaf.state) ? leaf.id : undefined;
  const liveState = live?.metadata?.state;
  const isAnswering = followed !== undefined && !(liveState !== undefined && hasEnded(liveState));

  const begun = useRef<Conversation>(undefined);
  const [askedHere, setAskedHere] = useState<string>();
  const [asked, setAsked] = useState(0);
  // Of messages that were rows of the list before they had ids: they stay the rows that they are.
  const [rows, setRows] = useState<ReadonlyMap<string, string>>(new Map());
  const ask = useCallback(
    async ({ text, files, model, script, parentId }: Question): Promise<void> => {
      const after = parentId === undefined ? (steps.at(-1)?.message.id ?? null) : parentId;
      const row = crypto.randomUUID();
      setWaiting({ row, text, files, parentId: after });
      setAsked((count) => count + 1);
      try {
        const id = conversationId ?? (begun.current ??= await begin(projectId)).id;
        const { question, answer: coming } = await askServer(id, {
          text,
          parent_id: after,
          ...(files.length > 0 ? { file_ids: files.map((file) => file.id) } : {}),
          ...(model ? { model } : {}),
          ...(script === undefined ? {} : { script }),
        });
        keepMessages(client, id, [question, coming]);
        setRows((known) => new Map([...known, [question.id, row], [coming.id, answerRow(row)]]));
        setLeafId(coming.id);
        setAskedHere(coming.id);
        setWaiting({ row, text, files, parentId: after, questionId: question.id });
        if (conversationId === undefined && begun.current) {
          client.setQueryData(keys.conversation(id), begun.current);
          onBegun(begun.current);
        }
        void client.invalidateQueries({ queryKey: keys.conversations });
      } catch (thrown) {
        setWaiting(undefined);
        throw thrown;
      }
    },
    [client, projectId, conversationId, onBegun, steps],
  );

  const [isRetrying, setRetrying] = useState(false);
  const retry = useCallback(
    async (answerId: string, model: NewQuestion["model"]) => {
      setRetrying(true);
      try {
        const again = await retryAnswer(answerId, model);
        keepMessages(client, again.conversation_id, [again]);
        setAskedHere(again.id);
        setLeafId(again.id);
        setAsked((count) => count + 1);
      } catch (thrown) {
        notifyFailed(ApiError.from(thrown), "The question could not be sent again");
      } finally {
        setRetrying(false);
      }
    },
    [client],
  );

  const [isStopping, setStopping] = useState(false);
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

  const select = useCallback((messageId: string) => setLeafId(leafUnder(tree, messageId)), [tree]);

  const standing: Standing = pending || isRetrying ? "asking" : isAnswering ? "answering" : "idle";
  const [line, setLine] = useState<Line>(STEADY);
  const { isConnected, lost } = line.of === followed ? line : STEADY;
  const [tries, setTries] = useState(0);
  return {
    steps,
    live,
    pending,
    rows,
    standing,
    /** How often something was asked here, for the first time or again. */
    asked,
    isStopping,
    isLoading: conversationId !== undefined && messages.isPending,
    /** Messages read so far, while they load. */
    count,
    error: messages.data === undefined ? messages.error : null,
    refetch: messages.refetch,
    ask,
    retry,
    stop,
    select,
    /** The answer that is to be followed, and what the follower tells. */
    following: followed === undefined ? undefined : { answerId: followed, isNew: followed === askedHere, tries },
    onMessage: setStreamed,
    onEnded: useCallback((answerId: string) => void keepEnded(client, answerId), [client]),
    onLost: useCallback((of: string, error: ApiError) => setLine({ of, isConnected: false, lost: error }), []),
    onConnected: useCallback((of: string, is: boolean) => setLine({ of, isConnected: is, lost: undefined }), []),
    /** False while the connection is tried again; the answer goes on meanwhile. */
    isConnected: isConnected || !isAnswering,
    /** Why the answer cannot be followed. */
    lost: isAnswering ? lost : undefined,
    /** Follows it again. */
    again: () => {
      setLine(STEADY);
      setTries(tries + 1);
    },
  };
}

/** How the stream of an answer is to be had. */
interface Line {
  of: string | undefined;
  isConnected: boolean;
  lost: ApiError | undefined;
}

const STEADY: Line = { of: undefined, isConnected: true, lost: undefined };

function begin(projectId: string): Promise<Conversation> {
  const params = { path: { project_id: projectId } };
  return answer(api.POST("/api/v1/projects/{project_id}/conversations", { params, body: {} }));
}

/** How long after a failure an ended answer is read again; twice as long after each further one, up to the most. */
const AGAIN_MS = 500;
const AGAIN_MAX_MS = 15_000;

/**
 * Takes up the stored message of an answer that has ended, on which its actions depend. Until it is there, what was
 * streamed stays.
 */
async function keepEnded(client: QueryClient, answerId: string) {
  for (let wait_ms = AGAIN_MS; ; wait_ms = Math.min(2 * wait_ms, AGAIN_MAX_MS)) {
    try {
      const message = await getMessage(answerId);
      keepMessages(client, message.conversation_id, [message]);
      void client.invalidateQueries({ queryKey: keys.conversations });
      return;
    } catch (thrown) {
      const error = ApiError.from(thrown);
      if (error.needsLogin) void client.invalidateQueries({ queryKey: keys.session });
      if (!error.passes) return;
      const asked_ms = (error.retryAfterSeconds ?? 0) * 1000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(wait_ms, asked_ms)));
    }
  }
}
