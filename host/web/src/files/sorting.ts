// The order of a list of files.
import type { StoredFile } from "../api/files";

export type SortKey = "name" | "rows" | "columns" | "bytes" | "updated";

export interface Sorting {
  by: SortKey;
  descending: boolean;
}

/** What comes first when somebody turns to a column: letters from A, figures from the largest, times from the newest. */
export function firstSorting(by: SortKey): Sorting {
  return { by, descending: by !== "name" };
}

/** Sorted; files without the figure (not yet looked at, or no tables) come last either way. */
export function sorted(files: readonly StoredFile[], { by, descending }: Sorting): StoredFile[] {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const byName = (a: StoredFile, b: StoredFile) => collator.compare(a.name, b.name);
  const sign = descending ? -1 : 1;
  if (by === "name") return [...files].sort((a, b) => sign * byName(a, b));
  return [...files].sort((a, b) => {
    const [left, right] = [figure(a, by), figure(b, by)];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined) || byName(a, b);
    }
    return sign * (left - right) || byName(a, b);
  });
}

function figure(file: StoredFile, by: Exclude<SortKey, "name">): number | undefined {
  switch (by) {
    case "rows":
      return file.latest.row_count ?? undefined;
    case "columns":
      return file.latest.column_count ?? undefined;
    case "bytes":
      return file.latest.bytes;
    case "updated":
      return new Date(file.latest.created_at).getTime();
  }
}
