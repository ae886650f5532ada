// Reports: dashboards that are mailed on a schedule.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type Report = Schemas["Report"];
export type ReportSettings = Schemas["ReportSettings"];
export type ReportSend = Schemas["ReportSend"];

/** How often what is being sent is looked at. */
const SENDING_MS = 1_000;

export function useReports(dashboardId: string) {
  return useQuery({
    queryKey: keys.reportsOf(dashboardId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(
          api.GET("/api/v1/dashboards/{dashboard_id}/reports", {
            params: { path: { dashboard_id: dashboardId }, query },
            signal,
          }),
        ),
      ),
  });
}

/** The newest sendings; asked for again as long as one is on its way. */
export function useReportSends(reportId: string) {
  return useQuery({
    queryKey: keys.reportSends(reportId),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/reports/{report_id}/sends", {
          params: { path: { report_id: reportId }, query: { limit: 10 } },
          signal,
        }),
      ),
    select: ({ items }) => items,
    refetchInterval: ({ state }) => (state.data?.items.some(isGoing) === true ? SENDING_MS : false),
  });
}

function isGoing({ state, mails }: ReportSend): boolean {
  return state === "running" || (state === "queued" && mails.length === 0);
}

export function useCreateReport(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: ReportSettings) =>
      answer(
        api.POST("/api/v1/dashboards/{dashboard_id}/reports", { params: { path: { dashboard_id: dashboardId } }, body }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.reportsOf(dashboardId) }),
  });
}

export function useUpdateReport(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: ({ id, settings }: { id: string; settings: ReportSettings }) =>
      answer(api.PUT("/api/v1/reports/{report_id}", { params: { path: { report_id: id } }, body: settings })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.reportsOf(dashboardId) }),
  });
}

export function useDeleteReport(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE("/api/v1/reports/{report_id}", { params: { path: { report_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.reportsOf(dashboardId) }),
  });
}

export function usePauseReport(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, paused }: { id: string; paused: boolean }) =>
      answer(api.POST("/api/v1/reports/{report_id}/pause", { params: { path: { report_id: id } }, body: { paused } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.reportsOf(dashboardId) }),
  });
}

/** Sends a report to whoever asks for it, and to nobody else. */
export function useSendReport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answer(api.POST("/api/v1/reports/{report_id}/send", { params: { path: { report_id: id } } })),
    onSuccess: (_, id) => client.invalidateQueries({ queryKey: keys.reportSends(id) }),
  });
}

/** The mail as a page. */
export function reportPreviewAddress(id: string): string {
  return `/api/v1/reports/${encodeURIComponent(id)}/preview`;
}
