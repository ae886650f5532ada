// What happened to the alerts of a project. Apart from the rest, since every page shows how much of it is new.
import { useQuery } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { keys } from "./keys";

export type AlertEvent = Schemas["AlertEvent"];

/** How often it is looked whether something has happened. */
const LOOK_MS = 30_000;
/** Events that are shown. */
const SHOWN = 50;

/** The newest first. */
export function useProjectEvents(projectId: string) {
  return useQuery({
    queryKey: [...keys.alertsOf(projectId), "events"] as const,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{project_id}/alert-events", {
          params: { path: { project_id: projectId }, query: { limit: SHOWN } },
          signal,
        }),
      ),
    select: ({ items }) => items,
    refetchInterval: LOOK_MS,
  });
}
