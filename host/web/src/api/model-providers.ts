// An organisation's own models: its providers, what they cost, and the cap on that.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type ModelProvider = Schemas["ModelProvider"];
export type NewModelProvider = Schemas["NewModelProvider"];
export type ModelCheck = Schemas["ModelCheck"];
export type ModelSpending = Schemas["ModelSpending"];
export type ModelMonthUsed = Schemas["ModelMonthUsed"];

const of = (orgId: string) => ({ path: { org_id: orgId } });
const at = (providerId: string) => ({ path: { model_provider_id: providerId } });

/** For admins: others may not see where the models are. */
export function useModelProviders(orgId: string) {
  return useQuery({
    queryKey: keys.modelProvidersOf(orgId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(
          api.GET("/api/v1/orgs/{org_id}/model-providers", { params: { path: { org_id: orgId }, query }, signal }),
        ),
      ),
  });
}

export function useCreateModelProvider(orgId: string) {
  const changed = useChanged(orgId);
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: NewModelProvider) =>
      answer(api.POST("/api/v1/orgs/{org_id}/model-providers", { params: of(orgId), body })),
    onSuccess: changed,
  });
}

export function useUpdateModelProvider({ id, org_id: orgId }: ModelProvider) {
  const changed = useChanged(orgId);
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["ModelProviderChanges"]) =>
      answer(api.PATCH("/api/v1/model-providers/{model_provider_id}", { params: at(id), body })),
    onSuccess: changed,
  });
}

export function useDeleteModelProvider(orgId: string) {
  const changed = useChanged(orgId);
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (id: string) =>
      answer(api.DELETE("/api/v1/model-providers/{model_provider_id}", { params: at(id) })),
    onSuccess: changed,
  });
}

export function useCheckNewModelProvider(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: NewModelProvider) =>
      answer(api.POST("/api/v1/orgs/{org_id}/model-provider-checks", { params: of(orgId), body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.modelSpendingOf(orgId) }),
  });
}

export function useCheckModelProvider(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (id: string) =>
      answer(api.POST("/api/v1/model-providers/{model_provider_id}/check", { params: at(id), body: {} })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.modelSpendingOf(orgId) }),
  });
}

export function useModelSpending(orgId: string) {
  return useQuery({
    queryKey: keys.modelSpendingOf(orgId),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/orgs/{org_id}/model-spending", { params: of(orgId), signal })),
    // It grows with every question that somebody asks.
    staleTime: 0,
  });
}

export function useSetModelCap(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewModelCap"]) =>
      answer(api.PUT("/api/v1/orgs/{org_id}/model-cap", { params: of(orgId), body })),
    onSuccess: (spending) => client.setQueryData(keys.modelSpendingOf(orgId), spending),
  });
}

/** What is offered changes with the providers. */
function useChanged(orgId: string) {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: keys.modelProvidersOf(orgId) });
    await client.invalidateQueries({ queryKey: keys.modelsOf(orgId) });
  };
}
