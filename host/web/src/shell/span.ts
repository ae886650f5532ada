// A span in words, as it stands in our sentences.

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

/** "12 seconds", "3 minutes", "2 hours". Rounded up, so that whoever waits that long has waited enough. */
export function span(seconds: number): string {
  if (seconds < 2 * MINUTE_S) return counted(seconds, "second");
  if (seconds < 2 * HOUR_S) return counted(seconds / MINUTE_S, "minute");
  return counted(seconds / HOUR_S, "hour");
}

function counted(count: number, unit: "second" | "minute" | "hour"): string {
  return new Intl.NumberFormat("en-GB", { style: "unit", unit, unitDisplay: "long" }).format(Math.ceil(count));
}
