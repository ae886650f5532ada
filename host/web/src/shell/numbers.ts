// Numbers in the reader's language.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Made once: making one takes longer than writing a hundred numbers by it. */
const plain = new Intl.NumberFormat();

/** A count, or another number that needs no more than three digits after the point. */
export function formatNumber(value: number): string {
  return plain.format(value);
}

/** As many digits as a value of data has; the 16th and 17th are no more than how computers keep it. */
const exact = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 15 });

/** A value out of data or one that somebody set, not rounded: "0.0005". */
export function formatValue(value: number): string {
  return exact.format(value);
}

/** With few digits: "12.3k", "4.57", "1.2e-7". */
export function formatShort(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  if (size >= 10_000) {
    return new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 }).format(value);
  }
  return new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 }).format(value);
}

export function formatShare(share: number): string {
  const digits = share > 0 && share < 0.01 ? 1 : 0;
  return new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** In steps of 1,000, as systems show the sizes of files: "48 kB". */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

/** "1 row", "2,922 rows". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
