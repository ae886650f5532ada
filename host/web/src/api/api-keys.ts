// Keys by which programs work for the account.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type ApiKey = Schemas["ApiKey"];

const apiKeysQuery = queryOptions({
  queryKey: keys.apiKeys,
  queryFn: ({ signal }) => everyItem((query) => answer(api.GET("/api/v1/api-keys", { params: { query }, signal }))),
});

export function useApiKeys() {
  return useQuery(apiKeysQuery);
}

/** The answer has the key's text, this once. It is not kept among the answers. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    gcTime: 0,
    mutationFn: (body: Schemas["NewApiKey"]) => answer(api.POST("/api/v1/api-keys", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

export function useDeleteApiKey() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (apiKeyId: string) =>
      answer(api.DELETE("/api/v1/api-keys/{api_key_id}", { params: { path: { api_key_id: apiKeyId } } })),
    onSuccess: (_, apiKeyId) =>
      client.setQueryData(apiKeysQuery.queryKey, (apiKeys) => apiKeys?.filter(({ id }) => id !== apiKeyId)),
  });
}
