// The rows of a table that are in sight, by pages as one scrolls.
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQueryClient } from "@tanstack/react-query";

import type { ApiError } from "../api/error";
import { type Cell, type Readable, rowsQuery } from "../api/files";

const PAGE_MAX_ROWS = 200;
const PAGE_MIN_ROWS = 10;
/** Of a page. The server gives up to 250,000, which takes a moment to read. */
const PAGE_MAX_CELLS = 20_000;
/** Whoever pulls at the scroll bar passes hundreds of pages, and stops at one. */
const SETTLE_MS = 80;

export interface VisibleRows {
  /** Undefined while it is being loaded. */
  row: (index: number) => readonly Cell[] | undefined;
  error: ApiError | null;
  retry: () => void;
}

interface Table {
  file: Readable;
  version: number;
  rows: number;
  columns: number;
}

/** Rows `first` up to `last` (inclusive) of a table, and the page after them. */
export function useRows({ file, version, rows, columns }: Table, first: number, last: number): VisibleRows {
  const client = useQueryClient();
  const perPage = Math.max(PAGE_MIN_ROWS, Math.min(PAGE_MAX_ROWS, Math.floor(PAGE_MAX_CELLS / columns)));
  const query = (page: number) =>
    rowsQuery(file, version, page * perPage, Math.min(rows, (page + 1) * perPage));

  const lastPage = Math.max(0, Math.ceil(rows / perPage) - 1);
  const from = Math.floor(first / perPage);
  const to = Math.min(lastPage, Math.floor(last / perPage) + 1);
  const [settled] = useDebouncedValue(`${from} ${to}`, SETTLE_MS, { leading: true });
  const [wantedFrom = 0, wantedTo = 0] = settled.split(" ").map(Number);
  const wanted = rows === 0 ? [] : Array.from({ length: wantedTo - wantedFrom + 1 }, (_, at) => wantedFrom + at);
  const pages = useQueries({ queries: wanted.map(query) });
  const loaded = new Map(pages.map(({ data }, at) => [wantedFrom + at, data]));
  const failed = pages.filter(({ isError }) => isError);

  return {
    row: (index) => {
      const page = Math.floor(index / perPage);
      // While one scrolls on, what was read before is still there.
      const rowsOfPage = loaded.get(page) ?? client.getQueryData(query(page).queryKey);
      return rowsOfPage?.[index - page * perPage];
    },
    error: failed[0]?.error ?? null,
    retry: () => failed.forEach(({ refetch }) => void refetch()),
  };
}
