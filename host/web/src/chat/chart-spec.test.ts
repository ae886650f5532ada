import { expect, test } from "vitest";

import { chartTables, dressed, type Spec } from "./chart-spec";

const line = (series: string, y: number): Spec => ({
  mark: "line",
  data: { values: [{ series, x: 1970, y, y2: 0 }] },
  encoding: {
    x: { field: "x" },
    tooltip: [{ field: "x", title: "year", type: "quantitative" }, { field: "y", title: "mpg" }, { field: "series" }],
  },
});

test("the series of a chart are one table with the columns that readers are told", () => {
  expect(chartTables({ layer: [line("a", 1.5), line("b", 2.5)] })).toEqual([
    {
      columns: [
        { name: "year", dtype: "i64" },
        { name: "mpg", dtype: "f64" },
        { name: "series", dtype: "str" },
      ],
      rows: [
        [1970, 1.5, "a"],
        [1970, 2.5, "b"],
      ],
    },
  ]);
});

test("each view has a table of its own", () => {
  expect(chartTables({ concat: [{ layer: [line("a", 1)] }, { layer: [line("a", 2)] }] })).toHaveLength(2);
});

test("without words for readers, the values' own names stand", () => {
  const spec = { mark: "bar", data: { values: [{ city: "Bonn", n: 3 }, { city: "Ulm" }] } };
  expect(chartTables(spec)).toEqual([
    {
      columns: [
        { name: "city", dtype: "str" },
        { name: "n", dtype: "i64" },
      ],
      rows: [
        ["Bonn", 3],
        ["Ulm", null],
      ],
    },
  ]);
});

test("what a script made up is no reason to fail", () => {
  expect(chartTables({ layer: "no", data: { values: 3 } })).toEqual([]);
});

test("a chart is dressed in the page's colours", () => {
  const look = { ink: "#111", muted: "#222", line: "#333", font: "Inter" };
  const spec = dressed({ layer: [], background: "#ffffff", height: 300 }, look, 500);
  expect(spec).toMatchObject({ background: "transparent", height: 500, config: { font: "Inter", axis: { labelColor: "#222" } } });
});

test("years stand on an axis as people write them", () => {
  const look = { ink: "#111", muted: "#222", line: "#333", font: "Inter" };
  const axis = (domain: number[]) => ({ type: "quantitative", scale: { domain }, axis: { grid: true } });
  const spec = dressed({ layer: [{ encoding: { x: axis([1969.4, 1982.6]), y: axis([0, 2000]), color: { value: "red" } } }] }, look);
  expect(spec).toMatchObject({
    layer: [{ encoding: { x: { axis: { grid: true, format: "d" } }, y: axis([0, 2000]), color: { value: "red" } } }],
  });
});
