// Times and spans. Dates are written as the reader's locale has it; what stands in a sentence is English, as the
// sentence is.

const WORDS = "en-GB";

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

const STEPS = [
  { unit: "day", seconds: DAY_S },
  { unit: "hour", seconds: HOUR_S },
  { unit: "minute", seconds: MINUTE_S },
] as const;

/** From this on a date says more than a number of days. */
const DATE_FROM_S = 30 * DAY_S;

/** How long ago, or in how long: "just now", "5 minutes ago", "in 6 days", and a date where it is far away. */
export function when(time: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  const distance = Math.abs(seconds);
  if (distance >= DATE_FROM_S) return date(time);
  const step = STEPS.find((candidate) => distance >= candidate.seconds);
  if (!step) return seconds > 0 ? "in a moment" : "just now";
  return new Intl.RelativeTimeFormat(WORDS, { numeric: "auto" }).format(
    Math.trunc(seconds / step.seconds),
    step.unit,
  );
}

/** The day: "3 May 2026". */
export function date(time: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(new Date(time));
}

/** The day and the time of the day. */
export function dateAndTime(time: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

/** A span: "12 seconds", "3 minutes", "2 hours". Rounded up, so that whoever waits that long has waited enough. */
export function span(seconds: number): string {
  if (seconds < 2 * MINUTE_S) return counted(seconds, "second");
  if (seconds < 2 * HOUR_S) return counted(seconds / MINUTE_S, "minute");
  return counted(seconds / HOUR_S, "hour");
}

function counted(count: number, unit: "second" | "minute" | "hour"): string {
  return new Intl.NumberFormat(WORDS, { style: "unit", unit, unitDisplay: "long" }).format(Math.ceil(count));
}
