// All rows of a table of which an answer or a tile has the first ones. The server makes them when they are first asked
// for, and says so until they are there.
import { keepPreviousData, skipToken, useMutation, useQuery } from "@tanstack/react-query";

import type { Schemas } from "./client";
import { follow, save } from "../chat/save";
import { ApiError } from "./error";

/** Where all rows of a table are, and what is sent along where the link to it asks for that. */
export interface WholeTable {
  address: string;
  body?: object | undefined;
}

export const WHOLE_PAGE_ROWS = 100;
const WAIT_MS = 1000;

/** Where all rows of an answer's table are. */
export function wholeTableOf(answerId: string, runId: string, number: number): WholeTable {
  return { address: `/api/v1/${place(answerId, runId, number)}` };
}

/** The same for whoever has the conversation's link. */
export function sharedWholeTableOf(token: string, answerId: string, runId: string, number: number): WholeTable {
  return { address: `/api/v1/shares/${encodeURIComponent(token)}/${place(answerId, runId, number)}` };
}

function place(answerId: string, runId: string, number: number): string {
  return `messages/${encodeURIComponent(answerId)}/runs/${encodeURIComponent(runId)}/tables/${number}`;
}

/** A page of the rows, once they are made. They never change. */
export function useWholeRows(table: WholeTable | undefined, page: number) {
  return useQuery({
    queryKey: ["whole-table", table, page] as const,
    queryFn: table ? ({ signal }) => rowsOf(table, page * WHOLE_PAGE_ROWS, WHOLE_PAGE_ROWS, signal) : skipToken,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

/** Waits for the rows to be made, and has the browser download them as a CSV file of this name. */
export function useDownloadWhole() {
  return useMutation({
    mutationFn: async ({ table, name }: { table: WholeTable; name: string }) => {
      await rowsOf(table, 0, 1);
      // What has to be sent along cannot stand in a link.
      if (table.body) save(name, await (await ask(table.address, table.body, undefined)).blob());
      else follow(table.address, name);
    },
  });
}

async function rowsOf(
  { address, body }: WholeTable,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<Schemas["WholeTableRows"]> {
  const query = `${address.includes("?") ? "&" : "?"}format=json&offset=${offset}&limit=${limit}`;
  for (;;) {
    const response = await ask(address + query, body, signal);
    if (response.status !== 202) return (await response.json()) as Schemas["WholeTableRows"];
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    signal?.throwIfAborted();
  }
}

async function ask(address: string, body: object | undefined, signal: AbortSignal | undefined): Promise<Response> {
  const posted = body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...posted, ...(signal ? { signal } : {}) });
  } catch (thrown) {
    if (signal?.aborted === true) throw thrown;
    throw ApiError.from(thrown);
  }
  if (!response.ok) throw await ApiError.fromResponse(response);
  return response;
}
