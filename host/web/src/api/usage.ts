// What an organisation keeps and has used, and what it may.
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { keys } from "./keys";

/** What turns used in some time. */
export interface Totals {
  /** Scripts that were run. */
  runs: number;
  /** Units of WebAssembly fuel that the scripts burnt. */
  fuel: number;
  input_tokens: number;
  output_tokens: number;
  /** In millionths of a US dollar. */
  cost_micro_usd: number;
}

export interface DayUsed extends Totals {
  /** In UTC, such as "2026-05-03". */
  day: string;
}

export type Usage = Schemas["Usage"] & {
  /** The last days, today last. */
  days?: DayUsed[];
  /** This month so far. */
  month?: Totals & { from: string };
  limits?: { fuel_per_day: number };
};

export function usageQuery(orgId: string) {
  return queryOptions({
    queryKey: keys.usageOf(orgId),
    queryFn: async ({ signal }): Promise<Usage> =>
      answer(api.GET("/api/v1/orgs/{org_id}/usage", { params: { path: { org_id: orgId } }, signal })),
    // It grows with every question that somebody asks.
    staleTime: 0,
  });
}

export function useUsage(orgId: string) {
  return useQuery(usageQuery(orgId));
}
