// How the figures of the usage page are written, in the reader's locale.

/** "1.23M", for what is large. */
export function formatLarge(amount: number): string {
  return new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 }).format(amount);
}

/** Millionths of a US dollar as dollars. Less than a cent is not nothing. */
export function formatDollars(micro: number): string {
  const amount = micro / 1_000_000;
  return new Intl.NumberFormat(undefined, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits: amount > 0 && amount < 1 ? 4 : 2,
  }).format(amount);
}

/** "3%", and never 0 for something or 100 for less than all. */
export function formatPart(part: number, whole: number): string {
  const percent = new Intl.NumberFormat(undefined, { style: "percent" });
  if (whole <= 0 || part <= 0) return percent.format(0);
  if (part / whole < 0.01) return `< ${percent.format(0.01)}`;
  return percent.format(part < whole ? Math.min(part / whole, 0.99) : part / whole);
}

/** A day of UTC, such as "2026-05-03": "3 May". */
export function formatUtcDay(day: string): string {
  return new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(day));
}
