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

const ISO = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;
const fraction = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

/** A duration of a table, which comes as ISO 8601 writes it, in seconds. */
export function isoSeconds(text: string): number | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [days, hours, minutes, rest_s] = found.slice(2).map((part) => Number(part || 0));
  const sum_s = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (rest_s ?? 0);
  return found[1] === "-" ? -sum_s : sum_s;
}

/** The same for people: "1 d 2 h 3 min". */
export function isoDuration(text: string): string | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [sign = "", ...parts] = found.slice(1);
  const told = parts.flatMap((part, at) => {
    const amount = Number(part || 0);
    return amount === 0 ? [] : [`${fraction.format(amount)} ${ISO_UNITS[at] ?? ""}`];
  });
  return told.length === 0 ? "0 s" : `${sign === "-" ? "\u2212" : ""}${told.join(" ")}`;
}

const ISO_UNITS = ["d", "h", "min", "s"];
