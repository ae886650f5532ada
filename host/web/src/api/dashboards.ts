// Dashboards: their documents and versions, and what their tiles show.
import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { save } from "../chat/save";
import { answer, api, everyItem, type Schemas } from "./client";
import type { ApiError } from "./error";
import { keys } from "./keys";

export type Dashboard = Schemas["Dashboard"];
export type WholeDashboard = Schemas["WholeDashboard"];
export type Document = Schemas["DashboardDocument"];
export type Tab = Schemas["DashboardTab"];
export type Item = Schemas["DashboardItem"];
export type Filter = Schemas["DashboardFilter"];
export type Condition = Schemas["FilterCondition"];
export type Tile = Schemas["Tile"];
export type TileKind = Schemas["TileKind"];
export type TileResult = Schemas["TileResult"];
export type TileOutput = Schemas["TileOutput"];
export type DashboardVersion = Schemas["DashboardVersion"];
export type DashboardShare = Schemas["DashboardShare"];

/** Conditions by the filters' ids. */
export type Conditions = Record<string, Condition>;

/** How often results are asked for while some are being made. */
const GOING_MS = 400;

export function dashboardsQuery(projectId: string) {
  return queryOptions({
    queryKey: keys.dashboardsOf(projectId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(
          api.GET("/api/v1/projects/{project_id}/dashboards", {
            params: { path: { project_id: projectId }, query },
            signal,
          }),
        ),
      ),
  });
}

export function useDashboards(projectId: string, enabled = true) {
  return useQuery({ ...dashboardsQuery(projectId), enabled });
}

export function dashboardQuery(dashboardId: string) {
  return queryOptions({
    queryKey: keys.dashboard(dashboardId),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/dashboards/{dashboard_id}", { params: { path: { dashboard_id: dashboardId } }, signal })),
  });
}

export function useDashboard(dashboardId: string) {
  return useQuery(dashboardQuery(dashboardId));
}

/** What the tiles of a version show; asked for again as long as some are being made. */
export function useResults(dashboardId: string, version: number | undefined, filters: Conditions) {
  return useQuery({
    queryKey: [...keys.dashboard(dashboardId), "results", version, filters] as const,
    enabled: version !== undefined,
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/dashboards/{dashboard_id}/results", {
          params: { path: { dashboard_id: dashboardId } },
          body: { filters, retry: false },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.results.some(isGoing) === true ? GOING_MS : false),
    refetchOnWindowFocus: true,
  });
}

export function isGoing({ state }: TileResult): boolean {
  return state === "waiting" || state === "running";
}

/** Asks for everything anew, and runs what failed once more. */
export function useRefresh(dashboardId: string, filters: Conditions) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/v1/dashboards/{dashboard_id}/results", {
          params: { path: { dashboard_id: dashboardId } },
          body: { filters, retry: true },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: [...keys.dashboard(dashboardId), "results"] }),
  });
}

export function useCreateDashboard(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (name: string) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/dashboards", {
          params: { path: { project_id: projectId } },
          body: { name, description: "" },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.dashboardsOf(projectId) }),
  });
}

export function useGenerateDashboard(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: { file_id: string; name?: string }) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/dashboards/generate", {
          params: { path: { project_id: projectId } },
          body,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.dashboardsOf(projectId) }),
  });
}

export function useImportDashboard(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: { yaml: string; name?: string }) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/dashboards/import", {
          params: { path: { project_id: projectId } },
          body,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.dashboardsOf(projectId) }),
  });
}

export function useDeleteDashboard(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (dashboardId: string) =>
      answer(api.DELETE("/api/v1/dashboards/{dashboard_id}", { params: { path: { dashboard_id: dashboardId } } })),
    onSuccess: (_, dashboardId) => {
      client.removeQueries({ queryKey: keys.dashboard(dashboardId) });
      client.setQueryData(dashboardsQuery(projectId).queryKey, (all) => all?.filter(({ id }) => id !== dashboardId));
    },
  });
}

interface Save {
  document: Document;
  /** The version that was changed. */
  of: number;
  note?: string;
}

export function useSaveDashboard(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: ({ document, of, note = "" }: Save) =>
      answer(
        api.PUT("/api/v1/dashboards/{dashboard_id}", {
          params: { path: { dashboard_id: dashboardId }, header: { "If-Match": `"${of}"` } },
          body: { document, note },
        }),
      ),
    onSuccess: ({ version }, { document }) => {
      client.setQueryData(dashboardQuery(dashboardId).queryKey, (known) => known && { ...known, document, version });
      void client.invalidateQueries({ queryKey: keys.dashboard(dashboardId), exact: true });
      void client.invalidateQueries({ queryKey: [...keys.dashboard(dashboardId), "versions"] });
    },
  });
}

/** Somebody else has saved since. */
export function isOutdated(error: ApiError | null): boolean {
  return error?.code === "outdated";
}

export function useVersions(dashboardId: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.dashboard(dashboardId), "versions"] as const,
    enabled,
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(
          api.GET("/api/v1/dashboards/{dashboard_id}/versions", {
            params: { path: { dashboard_id: dashboardId }, query },
            signal,
          }),
        ),
      ),
  });
}

export function useRevertDashboard(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (version: number) =>
      answer(
        api.POST("/api/v1/dashboards/{dashboard_id}/revert", {
          params: { path: { dashboard_id: dashboardId } },
          body: { version },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.dashboard(dashboardId) }),
  });
}

export interface Displayed {
  message_id: string;
  run_id: string;
  output: "chart" | "table";
  number: number;
}

export function useAddTile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dashboardId, ...body }: Displayed & { dashboardId: string }) =>
      answer(
        api.POST("/api/v1/dashboards/{dashboard_id}/tiles", { params: { path: { dashboard_id: dashboardId } }, body }),
      ),
    onSuccess: (_, { dashboardId }) => client.invalidateQueries({ queryKey: keys.dashboard(dashboardId) }),
  });
}

/** How a result was made. */
export function useTileRecord(dashboardId: string, tileId: string, key: string | undefined) {
  return useQuery({
    queryKey: [...keys.dashboard(dashboardId), "record", tileId, key] as const,
    enabled: key !== undefined,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/result", {
          params: { path: { dashboard_id: dashboardId, tile_id: tileId }, query: { key: key ?? "" } },
          signal,
        }),
      ),
  });
}

/** The address of all rows of a table as CSV, or of a chart's image. */
export function tileAddress(dashboardId: string, tileId: string, what: "table" | "image", key: string): string {
  return `/api/v1/dashboards/${encodeURIComponent(dashboardId)}/tiles/${encodeURIComponent(tileId)}/${what}?key=${key}`;
}

export function exportAddress(dashboardId: string): string {
  return `/api/v1/dashboards/${encodeURIComponent(dashboardId)}/export`;
}

/** The dashboard on pages, with the filters as they are set, from stored results. */
export function pdfAddress(dashboardId: string, filters: Conditions): string {
  const set = Object.keys(filters).length === 0 ? "" : `&filters=${encodeURIComponent(JSON.stringify(filters))}`;
  return `${exportAddress(dashboardId)}?format=pdf${set}`;
}

/** Downloads the pages of a shared dashboard. Its password cannot stand in a link. */
export function useDownloadShared(token: string, password: string | undefined) {
  return useMutation({
    mutationFn: async (name: string) => {
      const blob = await answer(
        api.POST("/api/v1/shared-dashboards/{share_token}/export", {
          params: { path: { share_token: token } },
          body: password === undefined ? {} : { password },
          parseAs: "blob",
        }),
      );
      save(`${name}.pdf`, blob);
    },
  });
}

export function useDashboardShares(dashboardId: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.dashboard(dashboardId), "shares"] as const,
    enabled,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/dashboards/{dashboard_id}/shares", {
          params: { path: { dashboard_id: dashboardId } },
          signal,
        }),
      ),
  });
}

export function useShareDashboard(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewDashboardShare"]) =>
      answer(
        api.POST("/api/v1/dashboards/{dashboard_id}/shares", { params: { path: { dashboard_id: dashboardId } }, body }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: [...keys.dashboard(dashboardId), "shares"] }),
  });
}

export function useUnshareDashboard(dashboardId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (shareId: string) =>
      answer(
        api.DELETE("/api/v1/dashboards/{dashboard_id}/shares/{share_id}", {
          params: { path: { dashboard_id: dashboardId, share_id: shareId } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: [...keys.dashboard(dashboardId), "shares"] }),
  });
}

/** A dashboard as its link shows it. */
/** Where all rows of a tile's table are, for whoever has the link. */
export function sharedTileTableAddress(token: string, tileId: string): string {
  return `/api/v1/shared-dashboards/${encodeURIComponent(token)}/tiles/${encodeURIComponent(tileId)}/table`;
}

export function useSharedDashboard(token: string, password: string | undefined) {
  return useQuery({
    queryKey: ["shared-dashboard", token, password] as const,
    retry: false,
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/shared-dashboards/{share_token}", {
          params: { path: { share_token: token } },
          body: password === undefined ? {} : { password },
          signal,
        }),
      ),
  });
}
