// Data sources: databases that are queried, their tables, and the files that their rows became.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { ApiError } from "./error";
import { keys } from "./keys";

export type Source = Schemas["Source"];
export type NewSource = Schemas["NewSource"];
export type SourceCheck = Schemas["SourceCheck"];
export type SourceSchema = Schemas["TakenSchema"];
export type SourceTable = Schemas["SourceTable"];
export type SourceQuery = Schemas["SourceQuery"];
export type SourceRows = Schemas["SourceRows"];
export type SourceExtract = Schemas["SourceExtract"];

export const sourcesQuery = (orgId: string) =>
  queryOptions({
    queryKey: keys.sourcesOf(orgId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(api.GET("/api/v1/orgs/{org_id}/sources", { params: { path: { org_id: orgId }, query }, signal })),
      ),
  });

const at = (sourceId: string) => ({ path: { source_id: sourceId } });

export function useSources(orgId: string) {
  return useQuery(sourcesQuery(orgId));
}

export function useSource(sourceId: string) {
  return useQuery({
    queryKey: keys.source(sourceId),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/sources/{source_id}", { params: at(sourceId), signal })),
  });
}

export function useCheckNewSource(orgId: string) {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: NewSource) =>
      answer(api.POST("/api/v1/orgs/{org_id}/source-checks", { params: { path: { org_id: orgId } }, body })),
  });
}

export function useCheckSource() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (sourceId: string) => answer(api.POST("/api/v1/sources/{source_id}/check", { params: at(sourceId) })),
  });
}

export function useCreateSource(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: NewSource) =>
      answer(api.POST("/api/v1/orgs/{org_id}/sources", { params: { path: { org_id: orgId } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sourcesOf(orgId) }),
  });
}

export function useUpdateSource(sourceId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["SourceChanges"]) =>
      answer(api.PATCH("/api/v1/sources/{source_id}", { params: at(sourceId), body })),
    onSuccess: async (source) => {
      client.setQueryData(keys.source(sourceId), source);
      // A source that moved has other tables.
      await client.invalidateQueries({ queryKey: keys.sourceSchema(sourceId) });
      await client.invalidateQueries({ queryKey: keys.sourcesOf(source.org_id) });
    },
  });
}

export function useDeleteSource(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (sourceId: string) => answer(api.DELETE("/api/v1/sources/{source_id}", { params: at(sourceId) })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sourcesOf(orgId) }),
  });
}

/** The tables as they were looked up last; null before the first time. */
export function useSourceSchema(sourceId: string) {
  return useQuery({
    queryKey: keys.sourceSchema(sourceId),
    queryFn: async ({ signal }) => {
      try {
        return await answer(api.GET("/api/v1/sources/{source_id}/schema", { params: at(sourceId), signal }));
      } catch (error) {
        if (error instanceof ApiError && error.code === "schema_missing") return null;
        throw error;
      }
    },
  });
}

export function useRefreshSchema(sourceId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: () => answer(api.POST("/api/v1/sources/{source_id}/schema", { params: at(sourceId) })),
    onSuccess: (schema) => client.setQueryData(keys.sourceSchema(sourceId), schema),
  });
}

/** Whoever stops waiting by the signal stops the query at the source. */
export function useQuerySource(sourceId: string) {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: ({ body, signal }: { body: SourceQuery; signal: AbortSignal }) =>
      answer(api.POST("/api/v1/sources/{source_id}/query", { params: at(sourceId), body, signal })),
  });
}

export function useSourceExtracts(sourceId: string) {
  return useQuery({
    queryKey: keys.sourceExtracts(sourceId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(
          api.GET("/api/v1/sources/{source_id}/extracts", { params: { path: { source_id: sourceId }, query }, signal }),
        ),
      ),
  });
}

export function useTakeExtract(sourceId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewExtract"]) =>
      answer(api.POST("/api/v1/sources/{source_id}/extracts", { params: at(sourceId), body })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.files });
      await client.invalidateQueries({ queryKey: keys.sourceExtracts(sourceId) });
    },
  });
}

export function useRefreshExtract(sourceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (extractId: string) =>
      answer(
        api.POST("/api/v1/sources/{source_id}/extracts/{extract_id}/refresh", {
          params: { path: { source_id: sourceId, extract_id: extractId } },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.files });
      await client.invalidateQueries({ queryKey: keys.sourceExtracts(sourceId) });
    },
  });
}
