// The standing instructions of a project, in their order.
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type Prompt = Schemas["Prompt"];

export function promptsQuery(projectId: string) {
  return queryOptions({
    queryKey: keys.promptsOf(projectId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(
          api.GET("/api/v1/projects/{project_id}/prompts", {
            params: { path: { project_id: projectId }, query },
            signal,
          }),
        ),
      ),
  });
}

export function usePrompts(projectId: string) {
  return useQuery(promptsQuery(projectId));
}

export function useCreatePrompt(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewPrompt"]) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/prompts", { params: { path: { project_id: projectId } }, body }),
      ),
    onSuccess: (made) =>
      client.setQueryData(promptsQuery(projectId).queryKey, (prompts) => [...(prompts ?? []), made]),
  });
}

/** For the editor, which shows what is wrong next to its fields. */
export function useChangePrompt(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: ({ id, ...body }: Schemas["PromptChanges"] & { id: string }) => change(id, body),
    onSuccess: (changed) => put(client, projectId, changed),
  });
}

/** On or off, shown at once. */
export function useEnablePrompt(projectId: string) {
  const client = useQueryClient();
  const { queryKey } = promptsQuery(projectId);
  return useMutation({
    mutationFn: ({ prompt, enabled }: { prompt: Prompt; enabled: boolean }) => change(prompt.id, { enabled }),
    onMutate: async ({ prompt, enabled }) => {
      await client.cancelQueries({ queryKey });
      put(client, projectId, { ...prompt, enabled });
    },
    onError: (_error, { prompt }) => put(client, projectId, prompt),
  });
}

export function useDeletePrompt(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (promptId: string) =>
      answer(api.DELETE("/api/v1/prompts/{prompt_id}", { params: { path: { prompt_id: promptId } } })),
    onSuccess: (_, promptId) =>
      client.setQueryData(promptsQuery(projectId).queryKey, (prompts) => prompts?.filter(({ id }) => id !== promptId)),
  });
}

/** Another order, shown at once and put back where the server does not take it. */
export function useOrderPrompts(projectId: string) {
  const client = useQueryClient();
  const { queryKey } = promptsQuery(projectId);
  return useMutation({
    // One after the other, so that the last order is the one that stays.
    scope: { id: `prompts-${projectId}` },
    mutationFn: (prompts: Prompt[]) =>
      answer(
        api.PUT("/api/v1/projects/{project_id}/prompts/order", {
          params: { path: { project_id: projectId } },
          body: { prompt_ids: prompts.map(({ id }) => id) },
        }),
      ),
    onMutate: async (prompts) => {
      await client.cancelQueries({ queryKey });
      client.setQueryData(queryKey, prompts);
    },
    onError: () => client.invalidateQueries({ queryKey }),
  });
}

function change(promptId: string, body: Schemas["PromptChanges"]): Promise<Prompt> {
  return answer(api.PATCH("/api/v1/prompts/{prompt_id}", { params: { path: { prompt_id: promptId } }, body }));
}

function put(client: QueryClient, projectId: string, changed: Prompt) {
  client.setQueryData(promptsQuery(projectId).queryKey, (prompts) =>
    prompts?.map((prompt) => (prompt.id === changed.id ? changed : prompt)),
  );
}
