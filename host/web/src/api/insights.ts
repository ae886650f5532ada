// What stands out in a table. The server computes it when it is first asked for, and says so until it is there.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import type { StoredFile } from "./files";
import { keys } from "./keys";

export type Insight = Schemas["ShownFinding"];

const WAIT_MS = 1000;

/** The findings of a file's newest version, the strongest first. */
export function useInsights(file: StoredFile) {
  return useQuery({
    queryKey: [...keys.file(file.id), "insights", file.latest.version, file.reading] as const,
    queryFn: ({ signal }) => insightsOf(file.id, signal),
    staleTime: Infinity,
  });
}

async function insightsOf(fileId: string, signal: AbortSignal): Promise<Insight[]> {
  for (;;) {
    const found = await api.GET("/api/v1/files/{file_id}/insights", { params: { path: { file_id: fileId } }, signal });
    // Answers without success were thrown by the client.
    if (found.response.status !== 202 && found.data) return found.data.findings;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    signal.throwIfAborted();
  }
}

/** Adds the chart of a finding to a dashboard. */
export function useAddInsight() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dashboardId, ...body }: Schemas["NewInsightTile"] & { dashboardId: string }) =>
      answer(
        api.POST("/api/v1/dashboards/{dashboard_id}/insights", { params: { path: { dashboard_id: dashboardId } }, body }),
      ),
    onSuccess: (_, { dashboardId }) => client.invalidateQueries({ queryKey: keys.dashboard(dashboardId) }),
  });
}
