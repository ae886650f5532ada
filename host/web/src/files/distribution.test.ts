import { expect, test } from "vitest";

import type { ColumnProfile } from "../api/files";
import { bins, distribution } from "./distribution";

const even: [number, number][] = [[0, 0], [5, 0.05], [25, 0.25], [50, 0.5], [75, 0.75], [95, 0.95], [100, 1]];

function shares(points: [number, number][], count: number): number[] {
  return bins(points, count).map(({ share }) => Math.round(share * 1000) / 1000);
}

function column(of: Partial<ColumnProfile>): ColumnProfile {
  return { name: "c", type: "number", nulls: 0, distinct: 100, top: [], samples: [], ...of };
}

test("evenly spread numbers have bars of the same height", () => {
  expect(shares(even, 4)).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test("a value that many rows share is in one bar", () => {
  // More than half of the rows have 0, such as days without rain.
  const rain: [number, number][] = [[0, 0], [0, 0.05], [0, 0.25], [0, 0.5], [3, 0.75], [17, 0.95], [56, 1]];
  const bars = bins(rain);
  expect(bars[0]?.share).toBeGreaterThan(0.5);
  expect(bars.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test("one value is one bar", () => {
  expect(shares([[7, 0], [7, 0.5], [7, 1]], 16)).toEqual([1]);
});

test("few different numbers stand in their order, each as a bar", () => {
  const top = [{ value: "10", count: 6 }, { value: "9", count: 4 }];
  const quantiles = { p5: 9, p25: 9, p50: 10, p75: 10, p95: 10 };
  const found = distribution(column({ distinct: 2, top, min: 9, max: 10, quantiles }), 10);
  expect(found).toMatchObject({ bars: [{ share: 0.4 }, { share: 0.6 }], touching: false });
});

test("texts have their commonest values and one bar for the rest", () => {
  const top = [{ value: "rain", count: 5 }, { value: "sun", count: 3 }];
  const found = distribution(column({ type: "text", nulls: 10, distinct: 4, top }), 20);
  expect(found?.bars).toEqual([{ share: 0.5 }, { share: 0.3 }, { share: expect.closeTo(0.2) as number, rest: true }]);
  expect(found?.text).toBe("Most common: rain (50%), sun (30%) and 2 more.");
});

test("nothing is drawn of a column that is empty or all different", () => {
  expect(distribution(column({ type: "empty", nulls: 20 }), 20)).toBeUndefined();
  expect(distribution(column({ type: "text", distinct: 20 }), 20)).toBeUndefined();
});
