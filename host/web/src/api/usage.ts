// What an organisation keeps and has used, and what it may.
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { keys } from "./keys";

export type Usage = Schemas["OrgUsage"];

/** What turns used in some time. */
export type Totals = Schemas["Totals"];

export function usageQuery(orgId: string) {
  return queryOptions({
    queryKey: keys.usageOf(orgId),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/orgs/{org_id}/usage", { params: { path: { org_id: orgId } }, signal })),
    // It grows with every question that somebody asks.
    staleTime: 0,
  });
}

export function useUsage(orgId: string) {
  return useQuery(usageQuery(orgId));
}
