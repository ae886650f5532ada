// Where the account is logged in.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type LoggedIn = Schemas["Session"];

const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: ({ signal }) => everyItem((query) => answer(api.GET("/api/v1/sessions", { params: { query }, signal }))),
});

export function useSessions() {
  return useQuery(sessionsQuery);
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sessionId: string) =>
      answer(api.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: sessionId } } })),
    onSuccess: (_, sessionId) =>
      client.setQueryData(sessionsQuery.queryKey, (sessions) => sessions?.filter(({ id }) => id !== sessionId)),
  });
}

/** Logs the account out everywhere but here. */
export function useEndOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: () => answer(api.DELETE("/api/v1/sessions")),
    onSuccess: () =>
      client.setQueryData(sessionsQuery.queryKey, (sessions) => sessions?.filter(({ current }) => current)),
  });
}
