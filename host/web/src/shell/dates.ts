// Dates and times in the reader's language and time zone.

const DAY_MS = 86_400_000;

/** A day without a time, which is the same day everywhere. */
const DAY = /^\d{4}-\d\d-\d\d$/;

/** "3 May 2026", or without the year within this one. */
export function formatDate(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const isDay = DAY.test(iso);
  const shownYear = isDay ? date.getUTCFullYear() : date.getFullYear();
  const year = shownYear === now.getFullYear() ? undefined : "numeric";
  const timeZone = isDay ? "UTC" : undefined;
  return new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year, timeZone }).format(date);
}

/** "3 May 2026, 14:05". */
export function formatMoment(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** How long ago, for the last days: "5 minutes ago", "yesterday"; then the date. */
export function formatAgo(iso: string, now = new Date()): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const past = Math.abs(seconds);
  if (past < 45) return relative.format(0, "second");
  if (past < 45 * 60) return relative.format(Math.round(seconds / 60), "minute");
  if (past < 22 * 3600) return relative.format(Math.round(seconds / 3600), "hour");
  const days = daysBefore(iso, now);
  return days < 7 ? relative.format(-days, "day") : formatDate(iso, now);
}

/** How many midnights lie between a time and now; negative in the future. */
export function daysBefore(iso: string, now = new Date()): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  // Rounded, since a day of a clock change has 23 or 25 hours.
  return Math.round((midnight(now) - midnight(new Date(iso))) / DAY_MS);
}
