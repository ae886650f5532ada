// Organisations, as their members see them.
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type Org = Schemas["Org"];
export type Role = Schemas["Role"];

/** From the one that may least to the one that may most. */
export const ROLES = ["viewer", "member", "admin", "owner"] as const satisfies readonly Role[];

/** Whether a role may do what `least` may. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

export const orgsQuery = queryOptions({
  queryKey: keys.orgs,
  queryFn: ({ signal }) => everyItem((query) => answer(api.GET("/api/v1/orgs", { params: { query }, signal }))),
});

export function useOrgs() {
  return useQuery(orgsQuery);
}

/** One of the organisations that the account belongs to; null where it does not. */
export function useOrg(orgId: string) {
  return useQuery({ ...orgsQuery, select: (orgs) => orgs.find((org) => org.id === orgId) ?? null });
}

export function useCreateOrg() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["OrgBody"]) => answer(api.POST("/api/v1/orgs", { body })),
    onSuccess: (org) => client.setQueryData(orgsQuery.queryKey, (orgs) => [...(orgs ?? []), org]),
  });
}

export function useRenameOrg(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["OrgBody"]) =>
      answer(api.PATCH("/api/v1/orgs/{org_id}", { params: { path: { org_id: orgId } }, body })),
    onSuccess: (org) =>
      client.setQueryData(orgsQuery.queryKey, (orgs) => orgs?.map((known) => (known.id === orgId ? org : known))),
  });
}

export function useDeleteOrg(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: () => answer(api.DELETE("/api/v1/orgs/{org_id}", { params: { path: { org_id: orgId } } })),
    onSuccess: () => leftOrg(client, orgId),
  });
}

/** The account belongs to an organisation no longer. */
export function leftOrg(client: QueryClient, orgId: string) {
  client.setQueryData(orgsQuery.queryKey, (orgs) => orgs?.filter((org) => org.id !== orgId));
  client.removeQueries({ queryKey: keys.projectsOf(orgId) });
}
