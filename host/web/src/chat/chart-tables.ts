// The table behind a chart, rebuilt from its specification alone: of each layer that is data the columns that its
// tooltips tell, under the names that readers see.
import type { Column } from "./columns";
import { isSpec, list, type Spec } from "./chart-spec";

export interface ChartTable {
  columns: Column[];
  rows: unknown[][];
}

/** What the guest calls layers that are drawn and are no data: texts, reference lines, outlines. */
const DRAWING = "drawing";
const MIDNIGHT = "T00:00:00";
/** Times are written as UTC, so that no zone moves them, and read as the script wrote them. */
const ZONE = /Z$/;

/** How the exporter of charts ends a description where it left rows out or put averages in their place. */
const REDUCED = /(?:^|\s)(?:The interactive chart has [^.]+\.\s*)+$/;

/** Says that a chart's data is not all of it, and what is missing; undefined where it is all there. */
export function reductionOf(spec: Spec): string | undefined {
  const { description } = spec;
  const found = typeof description === "string" ? REDUCED.exec(description)?.[0] : undefined;
  return found?.trim().replaceAll("The interactive chart has", "This data is reduced: it has");
}

/** The data of a chart, a table for each of its views and for what has columns of its own in them. */
export function chartTables(spec: Spec): ChartTable[] {
  const views = ["concat", "hconcat", "vconcat"].flatMap((key) => list(spec[key]));
  if (views.length > 0) return views.flatMap(chartTables);
  return merged(layerTables(spec));
}

interface LayerTable extends ChartTable {
  /** One of its columns tells groups apart, so that rows of several layers can stand in one table. */
  isGrouped: boolean;
}

function layerTables(layer: Spec): LayerTable[] {
  if (layer["description"] === DRAWING) return [];
  const values = isSpec(layer["data"]) ? list(layer["data"]["values"]) : [];
  if (values.length === 0) return list(layer["layer"]).flatMap(layerTables);
  const told = toldBy(layer).filter(({ field }) => typeof field === "string" && values.some((value) => field in value));
  const channels = told.length > 0 ? told : Object.keys(values[0] ?? {}).map((field): Spec => ({ field }));
  const columns = channels.map((channel) => columnOf(channel, values));
  return [
    {
      columns: columns.map(({ name, dtype }) => ({ name, dtype })),
      rows: values.map((_, at) => columns.map((column) => column.values[at] ?? null)),
      isGrouped: groupsOf(layer).some((field) => channels.some((channel) => channel["field"] === field)),
    },
  ];
}

/** The channels of the tooltips of a layer and of those in it, each field once. */
function toldBy(layer: Spec): Spec[] {
  if (layer["description"] === DRAWING) return [];
  const encoding = isSpec(layer["encoding"]) ? layer["encoding"] : {};
  const all = [...list(encoding["tooltip"]), ...list(layer["layer"]).flatMap(toldBy)];
  return all.filter(({ field }, at) => all.findIndex((other) => other["field"] === field) === at);
}

function groupsOf(layer: Spec): unknown[] {
  const encoding = isSpec(layer["encoding"]) ? layer["encoding"] : {};
  const color = isSpec(encoding["color"]) && encoding["color"]["type"] === "nominal" ? [encoding["color"]["field"]] : [];
  return [...color, ...list(layer["layer"]).flatMap(groupsOf)];
}

function columnOf({ field, title, type }: Spec, rows: readonly Spec[]) {
  const values = rows.map((row) => (typeof field === "string" ? row[field] : undefined));
  const name = typeof title === "string" && title !== "" ? title : String(field);
  if (type !== "temporal") return { name, dtype: typeOf(values), values };
  const times = values.map((value) => (typeof value === "string" ? value.replace(ZONE, "") : value));
  const isDays = times.every((value) => value === null || (typeof value === "string" && value.endsWith(MIDNIGHT)));
  if (!isDays) return { name, dtype: "datetime", values: times };
  return { name, dtype: "date", values: times.map((value) => (typeof value === "string" ? value.slice(0, -MIDNIGHT.length) : value)) };
}

/** As a column's type. */
function typeOf(values: readonly unknown[]): string {
  const numbers = values.filter((value) => value !== null && value !== undefined);
  if (!numbers.every((value) => typeof value === "number")) return "str";
  return numbers.every((value) => Number.isInteger(value)) ? "i64" : "f64";
}

/** Layers of the same columns that tell groups apart are one table. */
function merged(tables: readonly LayerTable[]): ChartTable[] {
  const found: LayerTable[] = [];
  for (const table of tables) {
    const known = table.isGrouped ? found.find((other) => other.isGrouped && haveSameNames(other, table)) : undefined;
    if (known) join(known, table);
    else found.push({ ...table, rows: [...table.rows] });
  }
  return found.map(({ columns, rows }) => ({ columns, rows }));
}

function haveSameNames(one: ChartTable, other: ChartTable): boolean {
  return one.columns.length === other.columns.length && one.columns.every(({ name }) => other.columns.some((column) => column.name === name));
}

/** Puts the rows of a table behind those of another, whatever the order of its columns. */
function join(known: ChartTable, added: ChartTable) {
  const places = known.columns.map(({ name }) => added.columns.findIndex((column) => column.name === name));
  known.columns = known.columns.map(({ name, dtype }, at) => ({ name, dtype: widened(dtype, added.columns[places[at] ?? at]?.dtype) }));
  known.rows.push(...added.rows.map((row) => places.map((place) => row[place])));
}

function widened(one: string, other: string | undefined): string {
  if (one === other || other === undefined) return one;
  const both = [one, other];
  if (both.every((dtype) => dtype === "i64" || dtype === "f64")) return "f64";
  return both.every((dtype) => dtype.startsWith("date")) ? "datetime" : "str";
}
