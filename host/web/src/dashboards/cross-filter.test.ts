import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Filter, Tile, TileOutput } from "../api/dashboards";
import { isSpec, type Spec } from "../chat/chart-spec";
import { choicesOf, markedBy, toggled } from "./cross-filter";

const SPECS = join(import.meta.dirname, "../../../tests/charts/specs");

function specOf(name: string): Spec {
  const spec: unknown = JSON.parse(readFileSync(join(SPECS, `${name}.vl.json`), "utf8"));
  if (!isSpec(spec)) throw new Error(`${name} is no specification`);
  return spec;
}

const filter = (column: string, file_id = "file") => ({ id: `f-${column}`, title: column, file_id, column, kind: "values" }) as Filter;
const tile = { id: "t", inputs: [{ name: "sales.csv", file_id: "file" }] } as unknown as Tile;
const chart = (spec: Spec) => ({ type: "chart", spec, alt: "" }) as TileOutput;
const table = (dtype: string, cells: unknown[]) =>
  ({ type: "table", columns: [{ name: "Region", dtype }], rows: cells.map((cell) => [cell]), row_count: cells.length }) as unknown as TileOutput;

test("a chart offers the names on its axis, and a click on a mark finds its own", () => {
  const spec = specOf("pie");
  const found = choicesOf(tile, chart(spec), [filter("city")]);
  if ("reason" in found) throw new Error(found.reason);
  expect(found.choices[0].values).toContain("Lisbon");
  const row = { city: "Oslo", sales: 7 };
  expect(markedBy(row, spec, found.choices)).toMatchObject({ filter: { column: "city" }, value: "Oslo" });
  expect(markedBy({ city: "Atlantis" }, spec, found.choices)).toBeUndefined();
  expect(markedBy(undefined, spec, found.choices)).toBeUndefined();
});

test("a table offers each text of a column once, and no missing ones", () => {
  const found = choicesOf(tile, table("str", ["North", "South", "North", null]), [filter("region")]);
  expect(found).toMatchObject({ choices: [{ values: ["North", "South"] }] });
});

test("what cannot be used as a filter says why", () => {
  expect(choicesOf(tile, table("str", ["North"]), [])).toMatchObject({ reason: expect.stringContaining("no filter") as string });
  expect(choicesOf(tile, table("str", ["North"]), [filter("region", "another file")])).toMatchObject({ reason: expect.stringContaining("no filter") as string });
  expect(choicesOf(tile, undefined, [filter("region")])).toMatchObject({ reason: expect.stringContaining("no data") as string });
  expect(choicesOf(tile, table("str", ["North"]), [filter("country")])).toMatchObject({ reason: expect.stringContaining("named country") as string });
});

test("numbers do not set a filter, since the file may write them otherwise", () => {
  expect(choicesOf(tile, table("i64", [1, 2]), [filter("region")])).toHaveProperty("reason");
});

test("choosing a value sets the filter alone to it, and choosing it again clears it", () => {
  const region = filter("region");
  const both = { [region.id]: { type: "values" as const, values: ["North", "South"] } };
  const one = toggled(both, region, "North");
  expect(one).toEqual({ [region.id]: { type: "values", values: ["North"] } });
  expect(toggled(one, region, "South")).toEqual({ [region.id]: { type: "values", values: ["South"] } });
  expect(toggled(one, region, "North")).toEqual({ [region.id]: { type: "all" } });
});
