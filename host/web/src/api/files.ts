// Uploaded files: the lists, what is known of each, and what can be done to it.
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

/** What is not set is left out. */
export type ReadingSettings = Partial<Schemas["ReadingSettings"]>;
export type StoredFile = Omit<Schemas["File"], "reading"> & { reading: ReadingSettings };
export type Version = Schemas["Version"];
export type Profile = Schemas["Profile"];
export type ColumnProfile = Schemas["ColumnProfile"];

/** How often the server is asked whether it has looked at a file. */
const LOOKING_MS = 1500;

export function filesQuery(projectId: string) {
  return queryOptions({
    queryKey: keys.filesOf(projectId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(
          api.GET("/api/v1/projects/{project_id}/files", { params: { path: { project_id: projectId }, query }, signal }),
        ),
      ),
    refetchInterval: ({ state }) => (state.data?.some(isPending) === true ? LOOKING_MS : false),
  });
}

/** All files of a project, the newest first. While the server still looks at one, it is asked again. */
export function useFiles(projectId: string) {
  return useQuery(filesQuery(projectId));
}

export function fileQuery(fileId: string) {
  return queryOptions({
    queryKey: keys.file(fileId),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/files/{file_id}", { params: { path: { file_id: fileId } }, signal })),
    refetchInterval: ({ state }) => (state.data && isPending(state.data) ? LOOKING_MS : false),
  });
}

export function useFile(fileId: string) {
  return useQuery(fileQuery(fileId));
}

/** Versions of a file, the newest first. */
export function useVersions(file: StoredFile) {
  const { version, state } = file.latest;
  return useQuery({
    // A new version, or a look at one, makes it another list.
    queryKey: [...keys.file(file.id), "versions", version, state] as const,
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/files/{file_id}/versions", { params: { path: { file_id: file.id } }, signal })),
  });
}

/**
 * The names of what is read out of a version. It changes only with the settings of its reading, which anybody may set:
 * they are part of the names, so that nothing is shown as it was read before.
 */
function readKey(file: Readable, what: "profile" | "rows", version: number) {
  return [...keys.file(file.id), what, version, file.reading] as const;
}

/** A file, and how it is read. */
export type Readable = Pick<StoredFile, "id" | "reading">;

const NO_FILE: Readable = { id: "", reading: {} };

/** What is in a table, once it is known how the file is read. */
export function useProfile(file: Readable | undefined, version: number) {
  const { id: fileId } = file ?? NO_FILE;
  return useQuery({
    queryKey: readKey(file ?? NO_FILE, "profile", version),
    enabled: file !== undefined,
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/files/{file_id}/profile", { params: { path: { file_id: fileId }, query: { version } }, signal }),
      ),
  });
}

export type Cell = string | null;

/** Rows `from` up to `to` of a table. */
export function rowsQuery(file: Readable, version: number, from: number, to: number) {
  const { id: fileId } = file;
  return queryOptions({
    queryKey: [...readKey(file, "rows", version), from, to] as const,
    staleTime: Infinity,
    // Whoever scrolls through millions of rows does not keep them all.
    gcTime: 60_000,
    queryFn: async ({ signal }) => {
      const rows: Cell[][] = [];
      while (from + rows.length < to) {
        const offset = from + rows.length;
        const page = await answer(
          api.GET("/api/v1/files/{file_id}/rows", {
            params: { path: { file_id: fileId }, query: { version, offset, limit: to - offset } },
            signal,
          }),
        );
        // Long rows come fewer at a time.
        if (page.rows.length === 0) break;
        rows.push(...page.rows);
      }
      return rows;
    },
  });
}

/** Where a browser downloads a file from. */
export function contentAddress(fileId: string, version?: number): string {
  const query = version === undefined ? "" : `?version=${version}`;
  return `/api/v1/files/${encodeURIComponent(fileId)}/content${query}`;
}

export function useRenameFile() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      answer(api.PATCH("/api/v1/files/{file_id}", { params: { path: { file_id: id } }, body: { name } })),
    onSuccess: (file) => keepFile(client, file),
  });
}

/** Sets how a file is read; the server looks at it again. */
export function useSetReading() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reading }: { id: string; reading: ReadingSettings }) =>
      answer(
        api.PUT("/api/v1/files/{file_id}/reading", {
          params: { path: { file_id: id } },
          // What is left out is as if it were null.
          body: reading as Schemas["ReadingSettings"],
        }),
      ),
    onSuccess: (file) => keepFile(client, file),
  });
}

/**
 * Takes it out of the list at once; the server keeps it for a while, so that it can be restored. `onDeleted` is called
 * even where what asked for it is gone, as the row of a list is by then.
 */
export function useDeleteFile(onDeleted: (file: StoredFile) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: StoredFile) =>
      answer(api.DELETE("/api/v1/files/{file_id}", { params: { path: { file_id: id } } })),
    onMutate: async ({ id, project_id }) => {
      await client.cancelQueries({ queryKey: keys.filesOf(project_id) });
      client.setQueryData<StoredFile[]>(keys.filesOf(project_id), (files) => files?.filter((file) => file.id !== id));
    },
    onSuccess: (_nothing, file) => {
      onDeleted(file);
      client.removeQueries({ queryKey: keys.file(file.id) });
    },
    onSettled: (_nothing, _error, { project_id }) => client.invalidateQueries({ queryKey: keys.filesOf(project_id) }),
  });
}

export function useRestoreFile(onRestored: (file: StoredFile) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: StoredFile) =>
      answer(api.POST("/api/v1/files/{file_id}/restore", { params: { path: { file_id: id } } })),
    onSuccess: async (file) => {
      await keepFile(client, file);
      onRestored(file);
    },
  });
}

/** Puts what the server has just said of a file where it is shown. */
export async function keepFile(client: QueryClient, file: StoredFile) {
  client.setQueryData(keys.file(file.id), file);
  await client.invalidateQueries({ queryKey: keys.filesOf(file.project_id) });
}

function isPending(file: StoredFile): boolean {
  return file.latest.state === "pending";
}
