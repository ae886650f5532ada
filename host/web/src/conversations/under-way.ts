// Which answers are being given, in this browser tab, and which became ready while nobody looked.
//
// The list of conversations does not say it, so whoever asks a question tells it here: `watchAnswer(conversationId,
// answerId)`. From then on the answer's state is asked for until it has ended, whatever page is open. It is kept for the
// tab, so that a reload goes on with it.
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

import { answer, api } from "../api/client";
import { ApiError } from "../api/error";
import { keys } from "../api/keys";

/** `ready`: it ended, and its conversation has not been opened since. */
export type Stage = "queued" | "running" | "ready";

interface Watched {
  answerId: string;
  stage: Stage;
}

const STORED = "glovebox-answers";
const AGAIN_EVERY_MS = 2000;

let watched: ReadonlyMap<string, Watched> = stored();
const listeners = new Set<() => void>();

/** Follows an answer that has just been asked for. */
export function watchAnswer(conversationId: string, answerId: string, stage: Stage = "queued") {
  set(conversationId, { answerId, stage });
}

/** Forgets an answer: it has ended before somebody's eyes. */
export function forgetAnswer(conversationId: string) {
  if (watched.has(conversationId)) set(conversationId, undefined);
}

/** How far each conversation's answer is, of those that are followed. */
export function useStages(): ReadonlyMap<string, Watched> {
  return useSyncExternalStore(subscribe, () => watched);
}

/** Asks how far the followed answers are. `openId` is the conversation that is being looked at. */
export function useWatch(openId: string | undefined) {
  const client = useQueryClient();
  const all = useStages();
  const going = [...all].filter(([, { stage }]) => stage !== "ready");
  useQueries({
    queries: going.map(([conversationId, { answerId }]) => ({
      queryKey: ["answers", answerId],
      refetchInterval: AGAIN_EVERY_MS,
      retry: false,
      queryFn: async () => {
        let state: string;
        try {
          const params = { path: { message_id: answerId } };
          ({ state } = await answer(api.GET("/api/v1/messages/{message_id}", { params })));
        } catch (thrown) {
          // Deleted with its conversation, or not to be seen any more.
          if (ApiError.from(thrown).status === 404) forgetAnswer(conversationId);
          throw thrown;
        }
        // A newer question may have taken its place meanwhile.
        if (watched.get(conversationId)?.answerId !== answerId) return state;
        if (state === "queued" || state === "running") {
          set(conversationId, { answerId, stage: state });
        } else {
          set(conversationId, { answerId, stage: "ready" });
          void client.invalidateQueries({ queryKey: keys.conversations });
        }
        return state;
      },
    })),
  });

  const seen = openId !== undefined && all.get(openId)?.stage === "ready";
  useEffect(() => {
    if (seen) forgetAnswer(openId);
  }, [seen, openId]);
}

function set(conversationId: string, value: Watched | undefined) {
  const current = watched.get(conversationId);
  if (current?.answerId === value?.answerId && current?.stage === value?.stage) return;
  const next = new Map(watched);
  if (value) next.set(conversationId, value);
  else next.delete(conversationId);
  watched = next;
  sessionStorage.setItem(STORED, JSON.stringify([...next]));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function stored(): ReadonlyMap<string, Watched> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(STORED) ?? "[]") as [string, Watched][]);
  } catch {
    return new Map();
  }
}
