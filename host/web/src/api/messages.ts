// The messages of a conversation: a tree of questions and answers, of which the cache holds every branch.
import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { ApiError } from "./error";
import { keys } from "./keys";

export type Message = Schemas["Message"];
export type MessagePart = Schemas["MessagePart"];
export type MessageState = Schemas["MessageState"];
export type NewQuestion = Schemas["NewQuestion"];
export type AskedQuestion = Schemas["AskedQuestion"];
export type GeneratedFile = Schemas["GeneratedFile"];

const PAGE_ITEMS = 100;
/** How often somebody who waits for a long conversation is told how far it is. */
const TELL_MS = 250;
/** A question is sent again under the same name when no answer came, so that it is never asked twice. */
const TRIES = 3;

/** Whether nothing more comes. */
export function hasEnded(state: MessageState): boolean {
  return state !== "queued" && state !== "running";
}

/**
 * All messages, each after what it follows. `onCount` hears now and then how many have been read, since the server gives
 * a hundred at a time, the oldest first.
 */
export function messagesQuery(conversationId: string, onCount?: (count: number) => void) {
  return queryOptions({
    queryKey: keys.messages(conversationId),
    queryFn: async ({ signal }) => {
      const messages: Message[] = [];
      let cursor: string | null | undefined;
      let told_at = performance.now();
      do {
        const query = { limit: PAGE_ITEMS, ...(cursor ? { cursor } : {}) };
        const params = { path: { conversation_id: conversationId }, query };
        const page = await answer(api.GET("/api/v1/conversations/{conversation_id}/messages", { params, signal }));
        messages.push(...page.items);
        cursor = page.next_cursor;
        if (performance.now() - told_at > TELL_MS) {
          told_at = performance.now();
          onCount?.(messages.length);
        }
      } while (cursor);
      return messages;
    },
    // What is streamed is put there as it ends. Another window's questions are seen when the conversation is opened.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/**
 * Puts messages into the cache: in the place of what they were, or behind the others. A read of the conversation that is
 * under way would put back what it found before, so it begins anew.
 */
export function keepMessages(client: QueryClient, conversationId: string, fresh: readonly Message[]) {
  client.setQueryData<Message[]>(keys.messages(conversationId), (known = []) => {
    const replaced = known.map((message) => fresh.find(({ id }) => id === message.id) ?? message);
    return [...replaced, ...fresh.filter(({ id }) => !known.some((message) => message.id === id))];
  });
  const queryKey = keys.messages(conversationId);
  if (client.isFetching({ queryKey }) > 0) void client.invalidateQueries({ queryKey });
}

export function getMessage(messageId: string): Promise<Message> {
  return answer(api.GET("/api/v1/messages/{message_id}", { params: { path: { message_id: messageId } } }));
}

/** Asks. A connection that breaks in between costs a moment, not a second question. */
export async function ask(conversationId: string, body: NewQuestion): Promise<AskedQuestion> {
  const params = { path: { conversation_id: conversationId }, header: { "Idempotency-Key": crypto.randomUUID() } };
  for (let tries = 1; ; tries += 1) {
    try {
      return await answer(api.POST("/api/v1/conversations/{conversation_id}/messages", { params, body }));
    } catch (thrown) {
      const error = ApiError.from(thrown);
      if (tries === TRIES || !error.passes || error.code === "rate_limited") throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * tries));
    }
  }
}

/** Ends an answer where it is worked on; what was made until then is kept. */
export function stopAnswer(answerId: string): Promise<Message> {
  return answer(api.POST("/api/v1/messages/{message_id}/stop", { params: { path: { message_id: answerId } } }));
}

/** Asks the question of an answer again: the new one stands beside it. */
export function retryAnswer(answerId: string, model: NewQuestion["model"]): Promise<Message> {
  const body = model ? { model } : {};
  return answer(api.POST("/api/v1/messages/{message_id}/retry", { params: { path: { message_id: answerId } }, body }));
}

/** What somebody thinks of an answer, shown at once. */
export function useRateAnswer(conversationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Schemas["NewFeedback"] & { id: string }) =>
      answer(api.PUT("/api/v1/messages/{message_id}/feedback", { params: { path: { message_id: id } }, body })),
    onMutate: ({ id, value, text }) => {
      const before = known(client, conversationId, id);
      if (before) {
        const feedback = value ? { value, text: text ?? "" } : null;
        keepMessages(client, conversationId, [{ ...before, feedback }]);
      }
      return before;
    },
    onSuccess: (message) => keepMessages(client, conversationId, [message]),
    onError: (_error, _change, before) => {
      if (before) keepMessages(client, conversationId, [before]);
    },
  });
}

/** Pins an answer or takes its pin away, shown at once. */
export function usePinAnswer(conversationId: string) {
  const client = useQueryClient();
  const keep = (id: string, pinned: boolean) => {
    const message = known(client, conversationId, id);
    if (message) keepMessages(client, conversationId, [{ ...message, pinned }]);
  };
  return useMutation({
    mutationFn: async ({ id, pinned }: { id: string; pinned: boolean }): Promise<void> => {
      const params = { path: { message_id: id } };
      if (pinned) await answer(api.PUT("/api/v1/messages/{message_id}/pin", { params }));
      else await answer(api.DELETE("/api/v1/messages/{message_id}/pin", { params }));
    },
    onMutate: ({ id, pinned }) => keep(id, pinned),
    onError: (_error, { id, pinned }) => keep(id, !pinned),
  });
}

/** Deletes the bytes of a file that a script made. Its name stays where it was shown. */
export function useDeleteGeneratedFile() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (file: GeneratedFile) =>
      answer(
        api.DELETE("/api/v1/generated-files/{generated_file_id}", { params: { path: { generated_file_id: file.id } } }),
      ),
    onSuccess: (_nothing, file) => {
      const message = known(client, file.conversation_id, file.message_id);
      if (!message) return;
      const deleted_at = new Date().toISOString();
      const generated_files = message.generated_files.map((one) => (one.id === file.id ? { ...one, deleted_at } : one));
      keepMessages(client, file.conversation_id, [{ ...message, generated_files }]);
    },
  });
}

function known(client: QueryClient, conversationId: string, messageId: string): Message | undefined {
  return client.getQueryData<Message[]>(keys.messages(conversationId))?.find(({ id }) => id === messageId);
}
