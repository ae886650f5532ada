// When something was last said, as people speak of it: today, yesterday, last week, a month.
import { daysBefore } from "../shell/dates";

/** The heading under which a conversation stands. */
export function dayHeading(iso: string, now = new Date()): string {
  const days = daysBefore(iso, now);
  // A clock that runs ahead is of today.
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days <= 7) return "Previous 7 days";
  if (days <= 30) return "Previous 30 days";
  const date = new Date(iso);
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(undefined, { month: "long", year }).format(date);
}

export type Row<Item> = { kind: "heading"; text: string } | { kind: "item"; item: Item };

/** Items that are sorted by time, with a heading before each new day. */
export function withHeadings<Item>(items: readonly Item[], timeOf: (item: Item) => string, now = new Date()): Row<Item>[] {
  const rows: Row<Item>[] = [];
  let last: string | undefined;
  for (const item of items) {
    const text = dayHeading(timeOf(item), now);
    if (text !== last) rows.push({ kind: "heading", text });
    last = text;
    rows.push({ kind: "item", item });
  }
  return rows;
}
