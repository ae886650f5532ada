// How a column's values are distributed, as far as its profile tells: bars to draw and a sentence to read.
//
// Of numbers the profile has quantiles. Between two of them values are taken to lie evenly, so the bars are close to
// those of all values and cost nothing to know. Of the rest it has the commonest values.
import type { ColumnProfile } from "../api/files";
import { formatNumber, formatShare, formatShort } from "../shell/numbers";

export interface Bar {
  /** Of all values that are not empty. */
  share: number;
  /** Whether it stands for all other values together. */
  rest?: boolean;
}

export interface Distribution {
  bars: Bar[];
  /** Ranges of numbers touch each other; single values do not. */
  touching: boolean;
  /** What the bars show, for people who do not see them. */
  text: string;
}

const BINS = 16;
/** Of all values: what the commonest ones have to have together to say something about the column. */
const TELLING_SHARE = 0.25;
/** Values that are named in a text. */
const NAMED = 3;

/** `rows` are those that the profile is of. Nothing where there is nothing to draw. */
export function distribution(column: ColumnProfile, rows: number): Distribution | undefined {
  const values = rows - column.nulls;
  if (values <= 0) return undefined;
  const points = knownPoints(column);
  const fewNumbers = points !== undefined && column.distinct <= column.top.length;
  if (points && !fewNumbers) return { bars: bins(points), touching: true, text: numbersText(column) };
  if (column.top.length === 0) return undefined;
  const top = fewNumbers ? [...column.top].sort((a, b) => Number(a.value) - Number(b.value)) : column.top;
  const bars: Bar[] = top.map(({ count }) => ({ share: count / values }));
  const rest = 1 - bars.reduce((sum, { share }) => sum + share, 0);
  // Days and times that occur more than once say little; from when to when they go is said elsewhere.
  const isTime = column.type === "date" || column.type === "datetime";
  if (1 - rest < TELLING_SHARE || (isTime && column.distinct > top.length)) return undefined;
  if (column.distinct > top.length) bars.push({ share: rest, rest: true });
  return { bars, touching: false, text: topText(column, values) };
}

/** Values with the share of all values that lie at or below them, in order. */
type Points = [value: number, share: number][];

function knownPoints({ min, max, quantiles }: ColumnProfile): Points | undefined {
  if (typeof min !== "number" || typeof max !== "number" || !quantiles) return undefined;
  const { p5, p25, p50, p75, p95 } = quantiles;
  const between: [number | null | undefined, number][] = [[p5, 0.05], [p25, 0.25], [p50, 0.5], [p75, 0.75], [p95, 0.95]];
  const known = between.filter((point): point is [number, number] => typeof point[0] === "number");
  return [[min, 0], ...known, [max, 1]];
}

/** Shares of values in ranges of the same width from the least to the greatest. */
export function bins(points: Points, count = BINS): Bar[] {
  const [least, greatest] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  if (least === greatest) return [{ share: 1 }];
  const edges = Array.from({ length: count }, (_, at) => atOrBelow(points, least + ((at + 1) / count) * (greatest - least)));
  // Rounding must not leave anything out.
  edges[count - 1] = 1;
  return edges.map((edge, at) => ({ share: edge - (edges[at - 1] ?? 0) }));
}

function atOrBelow(points: Points, value: number): number {
  let at = 0;
  while (at + 1 < points.length && (points[at + 1]?.[0] ?? Infinity) <= value) at += 1;
  const [from, to] = [points[at], points[at + 1]];
  if (!from) return 0;
  if (!to) return from[1];
  return from[1] + ((value - from[0]) / (to[0] - from[0])) * (to[1] - from[1]);
}

function numbersText({ min, max, quantiles }: ColumnProfile): string {
  const range = `From ${formatShort(Number(min))} to ${formatShort(Number(max))}.`;
  const { p25, p50, p75 } = quantiles ?? {};
  if (typeof p25 !== "number" || typeof p50 !== "number" || typeof p75 !== "number") return range;
  const half = `Half of the values lie between ${formatShort(p25)} and ${formatShort(p75)}`;
  return `${range} ${half}; the median is ${formatShort(p50)}.`;
}

function topText({ top, distinct }: ColumnProfile, values: number): string {
  const named = top.slice(0, NAMED).map(({ value, count }) => `${value} (${formatShare(count / values)})`);
  const others = distinct - named.length;
  return `Most common: ${named.join(", ")}${others > 0 ? ` and ${formatNumber(others)} more` : ""}.`;
}
