// Read-only links to conversations, from both ends: who makes one, and who follows one.
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { patchConversation } from "./conversations";

export type SharedMessage = Schemas["Page_SharedMessage"]["items"][number];

/** How often a shared conversation is asked for while an answer is being given in it. */
const GOING_MS = 4000;

const linkKey = (conversationId: string) => ["share-links", conversationId] as const;

/** The link that was made in this tab; the server shows one only once. */
export function useMadeLink(conversationId: string): Schemas["ShareLink"] | undefined {
  const { data } = useQuery<Schemas["ShareLink"]>({
    queryKey: linkKey(conversationId),
    enabled: false,
    gcTime: Infinity,
    queryFn: () => Promise.reject(new Error("a link is made, never read")),
  });
  return data;
}

/** Makes a link. The one before leads nowhere then. */
export function useShareConversation() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (id: string) =>
      answer(api.PUT("/api/v1/conversations/{conversation_id}/share", { params: { path: { conversation_id: id } } })),
    onSuccess: (link, id) => {
      client.setQueryDefaults(linkKey(id), { gcTime: Infinity });
      client.setQueryData(linkKey(id), link);
      patchConversation(client, id, (one) => ({ ...one, shared_at: new Date().toISOString() }));
    },
  });
}

export function useUnshareConversation() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (id: string) =>
      answer(
        api.DELETE("/api/v1/conversations/{conversation_id}/share", { params: { path: { conversation_id: id } } }),
      ),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: linkKey(id) });
      patchConversation(client, id, (one) => ({ ...one, shared_at: null }));
    },
  });
}

export function sharedQuery(token: string) {
  return infiniteQueryOptions({
    queryKey: ["shared", token] as const,
    queryFn: ({ signal, pageParam }) =>
      answer(
        api.GET("/api/v1/shares/{share_token}", {
          params: {
            path: { share_token: token },
            query: { limit: 100, ...(pageParam === "" ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.messages.next_cursor ?? undefined,
    // Somebody who looks on while an answer is given sees it as it is complete.
    refetchInterval: ({ state }) => (state.data?.pages.at(-1)?.messages.items.some(isGoing) === true ? GOING_MS : false),
  });
}

/** A conversation as its link shows it. */
export function useShared(token: string) {
  return useInfiniteQuery(sharedQuery(token));
}

/** The bytes of a file that a script made, by the link. */
export function sharedFileAddress(token: string, fileId: string): string {
  return `/api/v1/shares/${encodeURIComponent(token)}/files/${encodeURIComponent(fileId)}/content`;
}

function isGoing({ state }: SharedMessage): boolean {
  return state === "queued" || state === "running";
}
