// Times that something took, as short as people say them.

const oneDigit = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "84 ms", "1.2 s", "2 min 5 s". */
export function duration(time_ms: number): string {
  if (time_ms < 1) return "less than 1 ms";
  if (time_ms < 1000) return `${Math.round(time_ms)} ms`;
  return seconds(time_ms);
}

/** The same in seconds from the beginning, for a time that goes on: "0.3 s". */
export function seconds(time_ms: number): string {
  if (time_ms < 60_000) return `${oneDigit.format(Math.floor(time_ms / 100) / 10)} s`;
  const whole_s = Math.floor(time_ms / 1000);
  const rest_s = whole_s % 60;
  return `${Math.floor(whole_s / 60)} min${rest_s === 0 ? "" : ` ${rest_s} s`}`;
}
