// Conversations without their messages: the lists of a project, and what can be done to one of them.
import {
  infiniteQueryOptions,
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { keys } from "./keys";

export type Conversation = Schemas["Conversation"];

/** Which conversations of a project. */
export interface Which {
  archived?: boolean;
  /** Words in titles and in what was said; empty for all. */
  search?: string;
}

type Pages = InfiniteData<Schemas["Page_Conversation"]>;

const PAGE_ITEMS = 50;

export function conversationsQuery(projectId: string, { archived = false, search = "" }: Which = {}) {
  return infiniteQueryOptions({
    queryKey: [...keys.conversations, "of", projectId, { archived, search }] as const,
    queryFn: ({ signal, pageParam }) =>
      answer(
        api.GET("/api/v1/projects/{project_id}/conversations", {
          params: {
            path: { project_id: projectId },
            query: {
              limit: PAGE_ITEMS,
              archived,
              ...(search === "" ? {} : { search }),
              ...(pageParam === "" ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // While somebody types, what was found before stays until there is something new.
    placeholderData: keepPreviousData,
  });
}

/** The conversation in which something was said last comes first. */
export function useConversations(projectId: string, which: Which = {}) {
  return useInfiniteQuery(conversationsQuery(projectId, which));
}

export function conversationQuery(conversationId: string) {
  return queryOptions({
    queryKey: keys.conversation(conversationId),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/conversations/{conversation_id}", {
          params: { path: { conversation_id: conversationId } },
          signal,
        }),
      ),
  });
}

export function useConversation(conversationId: string) {
  return useQuery(conversationQuery(conversationId));
}

/** What each conversation in the cache becomes at once; `undefined` takes it out of the lists. */
export function patchConversation(
  client: QueryClient,
  id: string,
  patched: (conversation: Conversation) => Conversation | undefined,
) {
  client.setQueriesData<Pages>({ queryKey: [...keys.conversations, "of"] }, (lists) =>
    lists && {
      ...lists,
      pages: lists.pages.map((page) => ({
        ...page,
        items: page.items.flatMap((item) => (item.id === id ? (patched(item) ?? []) : [item])),
      })),
    },
  );
  client.setQueryData<Conversation>(keys.conversation(id), (one) => one && (patched(one) ?? one));
}

/** Changes the title at once; the server's refusal takes it back. */
export function useRenameConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) => change(id, { title }),
    onMutate: async ({ id, title }) => {
      await client.cancelQueries({ queryKey: keys.conversations });
      patchConversation(client, id, (one) => ({ ...one, title, titled: true }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}

interface Filed {
  id: string;
  title: string;
  archived: boolean;
}

/**
 * Into the archive or out of it, at once. `onDone` is called even where what asked for it is gone, as the entry of a
 * list is by then.
 */
export function useArchiveConversation(onDone: (filed: Filed) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, archived }: Filed) => change(id, { archived }),
    onMutate: async ({ id, archived }) => {
      await client.cancelQueries({ queryKey: keys.conversations });
      const one = client.getQueryData<Conversation>(keys.conversation(id));
      patchConversation(client, id, () => undefined);
      const archived_at = archived ? new Date().toISOString() : null;
      if (one) client.setQueryData(keys.conversation(id), { ...one, archived_at });
    },
    onSuccess: (_changed, filed) => onDone(filed),
    onSettled: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}

/** `onDeleted` is called even where what asked for it is gone. */
export function useDeleteConversation(onDeleted: () => void) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (id: string) =>
      answer(api.DELETE("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } } })),
    onSuccess: async (_nothing, id) => {
      onDeleted();
      patchConversation(client, id, () => undefined);
      client.removeQueries({ queryKey: keys.messages(id) });
      await client.invalidateQueries({ queryKey: [...keys.conversations, "of"] });
    },
  });
}

/** Makes a conversation of an export's JSON, which the server looks at. */
export function useImportConversation(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (exported: unknown) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/conversations/import", {
          params: { path: { project_id: projectId } },
          body: exported as Schemas["ConversationExport"],
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}

/** Where a browser downloads a conversation from. */
export function exportAddress(conversationId: string, format: "markdown" | "pdf" | "json" | "notebook"): string {
  return `/api/v1/conversations/${encodeURIComponent(conversationId)}/export?format=${format}`;
}

function change(id: string, body: Schemas["ConversationChanges"]) {
  return answer(
    api.PATCH("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } }, body }),
  );
}
