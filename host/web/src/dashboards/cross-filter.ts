// Cross-filter: what a tile shows sets a filter of its dashboard. A filter compares the text of cells, so only texts of a
// column with the filter's own name can set it: a number or a day may be written otherwise in the file.
import type { Condition, Conditions, Filter, Tile, TileOutput } from "../api/dashboards";
import { isSpec, type Spec } from "../chat/chart-spec";
import { type ChartTable, chartTables } from "../chat/chart-tables";

/** Values of one filter that a tile's menu lists. */
export const LISTED_MAX = 50;

/** A filter that a tile can set, and the values that it shows. */
export interface Choice {
  filter: Filter;
  /** Each once, in the order of the tile. */
  values: readonly string[];
}

/** What a tile can be used for as a filter: some choices, or why there are none. */
export type Choices = { choices: readonly [Choice, ...Choice[]] } | { reason: string };

export function choicesOf(tile: Tile, output: TileOutput | null | undefined, filters: readonly Filter[]): Choices {
  const read = filters.filter((filter) => filter.kind === "values" && tile.inputs.some(({ file_id }) => file_id === filter.file_id));
  if (read.length === 0) return { reason: "The dashboard has no filter on values of this tile’s files." };
  const tables = tablesOf(output);
  if (tables.length === 0) return { reason: "The tile has no data to choose from." };
  const [first, ...rest] = read.flatMap((filter) => {
    const values = valuesOf(tables, filter);
    return values.length > 0 ? [{ filter, values }] : [];
  });
  if (first === undefined) {
    return { reason: `The tile has no text column named ${read.map(({ column }) => column).join(" or ")}.` };
  }
  return { choices: [first, ...rest] };
}

/** The filter and the value behind a mark of a chart; undefined where it has none. */
export function markedBy(datum: unknown, spec: Spec, choices: readonly Choice[]): { filter: Filter; value: string } | undefined {
  if (!isSpec(datum)) return undefined;
  for (const { filter, values } of choices) {
    const value = fieldsOf(spec, filter).map((field) => datum[field]).find((one) => typeof one === "string" && values.includes(one));
    if (typeof value === "string") return { filter, value };
  }
  return undefined;
}

/** Sets a filter to one value, or clears it where it is set to that already. */
export function toggled(set: Conditions, filter: Filter, value: string): Conditions {
  const condition: Condition = isSetTo(set, filter, value) ? { type: "all" } : { type: "values", values: [value] };
  return { ...set, [filter.id]: condition };
}

export function isSetTo(set: Conditions, filter: Filter, value: string): boolean {
  const condition = set[filter.id] ?? filter.default;
  return condition?.type === "values" && condition.values.length === 1 && condition.values[0] === value;
}

function tablesOf(output: TileOutput | null | undefined): readonly ChartTable[] {
  if (output?.type === "table") return [{ columns: output.columns, rows: output.rows }];
  return output?.type === "chart" && isSpec(output.spec) ? chartTables(output.spec) : [];
}

function valuesOf(tables: readonly ChartTable[], filter: Filter): string[] {
  const values = tables.flatMap(({ columns, rows }) => {
    const at = columns.findIndex(({ name }) => isNamedAs(name, filter));
    // Dates are texts here as well, but the file may write them in another way.
    return at < 0 || columns[at]?.dtype !== "str" ? [] : rows.map((row) => row[at]);
  });
  const isText = values.every((value) => typeof value === "string" || value === null);
  return isText ? [...new Set(values.filter((value) => typeof value === "string"))] : [];
}

/** The fields of a chart that readers see under the name of a filter's column. */
function fieldsOf(spec: unknown, filter: Filter): string[] {
  if (Array.isArray(spec)) return spec.flatMap((one) => fieldsOf(one, filter));
  if (!isSpec(spec)) return [];
  const { field, title } = spec;
  if (typeof field === "string") {
    const name = typeof title === "string" && title !== "" ? title : field;
    return isNamedAs(name, filter) ? [field] : [];
  }
  const inner = ["encoding", "tooltip", "layer", "concat", "hconcat", "vconcat", "x", "y", "color", "theta"];
  return inner.flatMap((key) => fieldsOf(spec[key], filter));
}

/** Labels of charts are often the column's name as people say it: "Payment type" for payment_type. */
function isNamedAs(name: string, { column }: Filter): boolean {
  return said(name) === said(column);
}

function said(name: string): string {
  return name.replaceAll(/[_\s]+/g, " ").trim().toLowerCase();
}
