import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { isSpec, type Spec } from "./chart-spec";
import { chartTables, reductionOf } from "./chart-tables";

/** What the guest writes, kept by its own tests. */
const SPECS = join(import.meta.dirname, "../../../tests/charts/specs");

function specOf(name: string): Spec {
  const spec: unknown = JSON.parse(readFileSync(join(SPECS, `${name}.vl.json`), "utf8"));
  if (!isSpec(spec)) throw new Error(`${name} is no specification`);
  return spec;
}

/** The tables of a chart as their columns' names and their first rows. */
function tablesOf(name: string) {
  return chartTables(specOf(name)).map(({ columns, rows }) => [columns.map((column) => column.name), ...rows.slice(0, 2), rows.length]);
}

test("bars at numbers with names below them are told by their names", () => {
  expect(tablesOf("named_bars")).toEqual([[["category", "sales"], ["Lisbon", 42], ["Oslo", 7], 4]]);
});

test("groups are a column", () => {
  const table = [["category", "Kind", "value"], ["Lisbon", "sales", 42], ["Oslo", "sales", 7], 8];
  expect(tablesOf("grouped_bars")).toEqual([table]);
});

test("bars that stand on each other have their own values", () => {
  const rows = chartTables(specOf("stacked_bars"))[0]?.rows;
  expect(rows).toContainEqual(["Lisbon", "cost", 20]);
});

test("error bars stand beside their values", () => {
  expect(tablesOf("bars_with_errors")).toEqual([[["city", "sales", "lower", "upper"], ["Lisbon", 42, 41, 43], ["Oslo", 7, 5, 9], 4]]);
});

test("a histogram tells its bins", () => {
  expect(tablesOf("histogram")[0]).toEqual([["age from", "age to", "count"], [20, 30, 2], [30, 40, 1], 3]);
});

test("dates are dates", () => {
  const [table] = chartTables(specOf("lines_over_days"));
  expect(table?.columns).toEqual([
    { name: "day", dtype: "date" },
    { name: "series", dtype: "str" },
    { name: "TWh", dtype: "f64" },
  ]);
  expect(table?.rows[0]).toEqual(["2024-01-01", "coal", 1]);
});

test("times are as the script wrote them, in no zone", () => {
  expect(chartTables(specOf("hours"))[0]).toMatchObject({ columns: [{ name: "date", dtype: "datetime" }, {}], rows: { 2: ["2024-03-31T02:30:00", 4] } });
});

test("a pie has its parts", () => {
  expect(tablesOf("pie")).toEqual([[["city", "sales"], ["Lisbon", 42], ["Oslo", 7], 4]]);
});

test("rings inside each other are told apart", () => {
  expect(tablesOf("nested_rings")).toEqual([[["part", "value", "ring from the outside"], ["south", 30, 1], ["north", 12, 1], 5]]);
});

test("bars outside the limits are in the table", () => {
  expect(tablesOf("bars_beyond_limits")).toEqual([[["city", "sales"], ["Lisbon", 42], ["Oslo", 7], 4]]);
});

test("a heat map tells its columns and rows by name", () => {
  expect(tablesOf("heat_map")).toEqual([[["column", "row", "correlation"], ["a", "x", 1], ["b", "x", 0.5], 4]]);
});

test("a box plot tells its quartiles, and its outliers in a table of their own", () => {
  expect(tablesOf("boxes")).toEqual([
    [["category", "whisker from", "lower quartile", "median", "upper quartile", "whisker to"], ["a", 1, 2, 3, 4, 5], ["b", 2, 3, 4, 5, 6], 2],
    [["category", "mg"], ["b", 60], 1],
  ]);
});

test("points tell what their colours and sizes are made of", () => {
  expect(tablesOf("points")).toEqual([[["cost", "sales", "year", "marker area (pt²)"], [20, 42, 2019, 420], [5, 7, 2020, 70], 4]]);
});

test("what is drawn on top of data is no data", () => {
  expect(tablesOf("notes_on_lines")).toEqual([[["x", "y"], [1, 2], [2, 3], 3]]);
});

test("a fitted line is not mixed with the points that it was fitted to", () => {
  expect(chartTables(specOf("fitted_points")).map(({ rows }) => rows.length)).toEqual([3, 2]);
});

test("both axes of a chart with two have a table", () => {
  expect(tablesOf("two_axes")).toEqual([
    [["city", "sales"], ["Lisbon", 42], ["Oslo", 7], 4],
    [["city", "cost"], ["Lisbon", 20], ["Oslo", 5], 4],
  ]);
});

test("every chart that the guest's tests draw has a table", () => {
  const names = readdirSync(SPECS).map((name) => name.replace(".vl.json", ""));
  expect(names.filter((name) => chartTables(specOf(name)).length === 0)).toEqual([]);
});

const line = (series: string, y: number): Spec => ({
  mark: "line",
  data: { values: [{ series, x: 1970, y, y2: 0 }] },
  encoding: {
    x: { field: "x" },
    color: { field: "series", type: "nominal" },
    tooltip: [{ field: "x", title: "year", type: "quantitative" }, { field: "y", title: "mpg" }, { field: "series" }],
  },
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

test("groups of different marks are one table, whatever the order of its columns", () => {
  const bars = { ...line("c", 3), encoding: { color: { field: "series", type: "nominal" }, tooltip: [{ field: "series" }, { field: "y", title: "mpg" }, { field: "x", title: "year" }] } };
  const tables = chartTables({ layer: [line("a", 1.5), bars] });
  expect(tables.map(({ columns, rows }) => [columns.map(({ dtype }) => dtype), rows])).toEqual([
    [
      ["i64", "f64", "str"],
      [
        [1970, 1.5, "a"],
        [1970, 3, "c"],
      ],
    ],
  ]);
});

test("what a script made up is no reason to fail", () => {
  expect(chartTables({ layer: "no", data: { values: 3 } })).toEqual([]);
});

test("data that was reduced says so", () => {
  const rows = "The interactive chart has 5,000 of 20,000 rows, the highest and the lowest among them.";
  const cells = "The interactive chart has averages over 2 × 2 cells.";
  expect(reductionOf({ description: `A line chart of price. ${rows}` })).toBe(
    "This data is reduced: it has 5,000 of 20,000 rows, the highest and the lowest among them.",
  );
  expect(reductionOf({ description: `A heat map. ${rows} ${cells}` })).toContain("it has averages over 2 × 2 cells.");
  expect(reductionOf({ description: "A line chart of price; highest: 3." })).toBeUndefined();
  expect(reductionOf({})).toBeUndefined();
});
