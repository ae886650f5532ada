// Organisations, as their members see them.
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type Org = Schemas["Org"];

export const orgsQuery = queryOptions({
  queryKey: keys.orgs,
  queryFn: ({ signal }) => everyItem((query) => answer(api.GET("/api/v1/orgs", { params: { query }, signal }))),
});

export function useOrgs() {
  return useQuery(orgsQuery);
}
