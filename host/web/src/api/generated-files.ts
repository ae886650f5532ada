// Files that scripts made: where they are, and what is in them.
import { queryOptions } from "@tanstack/react-query";

import { answer, api } from "./client";
import { ApiError } from "./error";
import { keys } from "./keys";

/** Where a browser gets the bytes. */
export function contentAddress(generatedFileId: string): string {
  return `/api/v1/generated-files/${encodeURIComponent(generatedFileId)}/content`;
}

export const PREVIEW_ROWS = 100;

/** The first rows of a table that a script wrote. */
export function generatedRowsQuery(generatedFileId: string) {
  return queryOptions({
    queryKey: [...keys.generatedFile(generatedFileId), "rows"] as const,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/generated-files/{generated_file_id}/rows", {
          params: { path: { generated_file_id: generatedFileId }, query: { limit: PREVIEW_ROWS } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });
}

/** The JSON at an address of a generated file, such as a chart's specification. It never changes. */
export function generatedJsonQuery(address: string) {
  return queryOptions({
    queryKey: [...keys.generatedFiles, "json", address] as const,
    queryFn: async ({ signal }): Promise<unknown> => {
      const response = await fetch(address, { signal, credentials: "same-origin" });
      if (!response.ok) throw await ApiError.fromResponse(response);
      return response.json();
    },
    staleTime: Infinity,
  });
}
