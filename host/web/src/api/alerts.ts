// Alerts: what they watch, how they stand, and what happened.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type Alert = Schemas["Alert"];
export type WholeAlert = Schemas["WholeAlert"];
export type AlertState = Schemas["AlertState"];
export type AlertCondition = Schemas["AlertCondition"];
export type AlertPoint = Schemas["AlertPoint"];
export type AlertSettings = Schemas["AlertSettings"];
export type Delivery = Schemas["Delivery"];

/** How often a page looks whether something has happened. */
const LOOK_MS = 30_000;
/** How often it looks while a check is awaited. */
const CHECKING_MS = 1_000;
/** Events that a page shows. */
const SHOWN = 50;

const ofAlert = (alertId: string) => ({ path: { alert_id: alertId } });

export function useAlerts(projectId: string) {
  return useQuery({
    queryKey: keys.alertsOf(projectId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(api.GET("/api/v1/projects/{project_id}/alerts", { params: { path: { project_id: projectId }, query }, signal })),
      ),
    refetchInterval: LOOK_MS,
  });
}

export function useAlert(alertId: string) {
  return useQuery({
    queryKey: keys.alert(alertId),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/alerts/{alert_id}", { params: ofAlert(alertId), signal })),
    refetchInterval: LOOK_MS,
  });
}

/** Reads everything about alerts again and again, as long as `isChecking`. */
export function useAwaited(isChecking: boolean) {
  const client = useQueryClient();
  useEffect(() => {
    if (!isChecking) return undefined;
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: keys.alerts }), CHECKING_MS);
    return () => clearInterval(timer);
  }, [client, isChecking]);
}

export function useAlertEvents(alertId: string) {
  return useQuery({
    queryKey: [...keys.alert(alertId), "events"] as const,
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/alerts/{alert_id}/events", { params: { ...ofAlert(alertId), query: { limit: SHOWN } }, signal })),
    select: ({ items }) => items,
    refetchInterval: LOOK_MS,
  });
}

export function useAlertDeliveries(alertId: string) {
  return useQuery({
    queryKey: [...keys.alert(alertId), "deliveries"] as const,
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/alerts/{alert_id}/deliveries", { params: { ...ofAlert(alertId), query: { limit: SHOWN } }, signal })),
    select: ({ items }) => items,
    refetchInterval: LOOK_MS,
  });
}

/** What the last checks saw of a label, the oldest first. */
export function useHistory(alertId: string, label: string) {
  return useQuery({
    queryKey: [...keys.alert(alertId), "history", label] as const,
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/alerts/{alert_id}/history", { params: { ...ofAlert(alertId), query: { label } }, signal })),
    refetchInterval: LOOK_MS,
  });
}

export function useCreateAlert(projectId: string) {
  return useChange((body: Schemas["NewAlert"]) =>
    answer(api.POST("/api/v1/projects/{project_id}/alerts", { params: { path: { project_id: projectId } }, body })),
  );
}

export function useUpdateAlert(alertId: string) {
  return useChange((body: AlertSettings) =>
    answer(api.PUT("/api/v1/alerts/{alert_id}", { params: ofAlert(alertId), body })),
  );
}

export function useDeleteAlert(alertId: string) {
  return useChange(() => answer(api.DELETE("/api/v1/alerts/{alert_id}", { params: ofAlert(alertId) })));
}

export function useCheckAlert(alertId: string) {
  return useChange(() => answer(api.POST("/api/v1/alerts/{alert_id}/check", { params: ofAlert(alertId) })));
}

export function usePauseAlert(alertId: string) {
  return useChange((paused: boolean) =>
    answer(api.POST("/api/v1/alerts/{alert_id}/pause", { params: ofAlert(alertId), body: { paused } })),
  );
}

export function useSnoozeAlert(alertId: string) {
  return useChange((until: string | null) =>
    answer(api.POST("/api/v1/alerts/{alert_id}/snooze", { params: ofAlert(alertId), body: { until } })),
  );
}

export function useAcknowledge(alertId: string) {
  return useChange((note: string) =>
    answer(api.POST("/api/v1/alerts/{alert_id}/acknowledge", { params: ofAlert(alertId), body: { note } })),
  );
}

export function usePreviewAlert(projectId: string) {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["AlertPreviewQuestion"]) =>
      answer(api.POST("/api/v1/projects/{project_id}/alerts/preview", { params: { path: { project_id: projectId } }, body })),
  });
}

/** A change after which everything about alerts is read anew; its error is shown in place. */
function useChange<Body, Done>(change: (body: Body) => Promise<Done>) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.alerts }),
  });
}
