// Questions that could be asked next.
import { queryOptions } from "@tanstack/react-query";

import { answer, api } from "./client";
import { keys } from "./keys";

/** First questions about a project's files. They change with the files, of which `looked` says how they stand. */
export function projectSuggestionsQuery(projectId: string, looked: string) {
  return queryOptions({
    queryKey: [...keys.suggestions, "project", projectId, looked] as const,
    queryFn: async ({ signal }) => {
      const params = { path: { project_id: projectId } };
      return (await answer(api.GET("/api/v1/projects/{project_id}/suggestions", { params, signal }))).questions;
    },
  });
}

/** Questions that follow the newest answer of a conversation. */
export function followUpsQuery(conversationId: string, answerId: string) {
  return queryOptions({
    queryKey: [...keys.suggestions, "conversation", conversationId, answerId] as const,
    queryFn: async ({ signal }) => {
      const params = { path: { conversation_id: conversationId } };
      const path = "/api/v1/conversations/{conversation_id}/suggestions";
      return (await answer(api.GET(path, { params, signal }))).questions;
    },
    staleTime: Infinity,
  });
}
