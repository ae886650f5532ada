// A chart's own specification (Vega-Lite), read for its data and dressed for the page. It comes out of a script, so it is
// data: nothing of it is fetched, and its expressions are interpreted, never compiled.
import type { Column } from "./columns";

export interface ChartTable {
  columns: Column[];
  rows: unknown[][];
}

export type Spec = Record<string, unknown>;

export interface Look {
  ink: string;
  muted: string;
  line: string;
  font: string;
}

export function isSpec(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The specification on the page's own ground, as wide as there is room. `height` in pixels, else its own. */
export function dressed(spec: Spec, { ink, muted, line, font }: Look, height?: number): Spec {
  const config = isSpec(spec["config"]) ? spec["config"] : {};
  return {
    ...yearsUngrouped(spec),
    background: "transparent",
    ...(height === undefined || !("layer" in spec || "mark" in spec) ? {} : { height }),
    config: {
      ...config,
      font,
      title: { color: ink, fontSize: 14, fontWeight: 600, anchor: "start" },
      axis: {
        labelColor: muted,
        titleColor: muted,
        domainColor: line,
        tickColor: line,
        gridColor: line,
        labelFontSize: 12,
        titleFontSize: 12,
        titleFontWeight: "normal",
      },
      legend: { labelColor: muted, titleColor: muted, labelFontSize: 12 },
      text: { color: ink },
      view: { stroke: "transparent" },
    },
  };
}

/** The same with years on its axes as people write them, "1970" and not "1,970". */
function yearsUngrouped(spec: Spec): Spec {
  const encoding = isSpec(spec["encoding"]) ? spec["encoding"] : undefined;
  const nested = ["layer", "concat", "hconcat", "vconcat"].filter((key) => Array.isArray(spec[key]));
  return {
    ...spec,
    ...Object.fromEntries(nested.map((key) => [key, list(spec[key]).map(yearsUngrouped)])),
    ...(encoding && {
      encoding: Object.fromEntries(Object.entries(encoding).map(([name, channel]) => [name, asYears(name, channel)])),
    }),
  };
}

function asYears(name: string, channel: unknown): unknown {
  if ((name !== "x" && name !== "y") || !isSpec(channel) || channel["type"] !== "quantitative") return channel;
  const { scale, axis } = channel;
  const domain: unknown = isSpec(scale) ? scale["domain"] : undefined;
  const isYears =
    Array.isArray(domain) && domain.length > 0 && domain.every((end) => typeof end === "number" && end > 1500 && end < 2200);
  return isYears ? { ...channel, axis: { ...(isSpec(axis) ? axis : {}), format: "d", tickMinStep: 1 } } : channel;
}

/** The data of a chart, a table for each of its views. */
export function chartTables(spec: Spec): ChartTable[] {
  const views = ["concat", "hconcat", "vconcat"].flatMap((key) => list(spec[key]));
  if (views.length > 0) return views.flatMap(chartTables);
  const layers = list(spec["layer"]);
  const tables = (layers.length > 0 ? layers : [spec]).flatMap((layer) => layerTable(layer));
  // Layers of the same columns are the series of one table.
  const merged = new Map<string, ChartTable>();
  for (const table of tables) {
    const key = JSON.stringify(table.columns);
    const known = merged.get(key);
    if (known) known.rows.push(...table.rows);
    else merged.set(key, table);
  }
  return [...merged.values()];
}

interface Field {
  field: string;
  title: string;
  type: string;
}

function layerTable(layer: Spec): ChartTable[] {
  const data = isSpec(layer["data"]) ? layer["data"] : {};
  const values = list(data["values"]);
  if (values.length === 0) return [];
  const encoding = isSpec(layer["encoding"]) ? layer["encoding"] : {};
  const told = fieldsOf(list(encoding["tooltip"]), values);
  const fields = told.length > 0 ? told : fieldsOf(Object.keys(values[0] ?? {}).map((field) => ({ field })), values);
  return [
    {
      columns: fields.map(({ title, type }) => ({ name: title, dtype: type })),
      rows: values.map((value) => fields.map(({ field }) => value[field] ?? null)),
    },
  ];
}

function fieldsOf(channels: readonly Spec[], values: readonly Spec[]): Field[] {
  return channels.flatMap((channel) => {
    const { field, title } = channel;
    if (typeof field !== "string") return [];
    const name = typeof title === "string" && title !== "" ? title : field;
    return [{ field, title: name, type: typeOf(channel["type"], values.map((value) => value[field])) }];
  });
}

/** As a column's type. */
function typeOf(type: unknown, values: readonly unknown[]): string {
  if (type === "temporal") return "datetime";
  const numbers = values.filter((value) => value !== null && value !== undefined);
  if (!numbers.every((value) => typeof value === "number")) return "str";
  return numbers.every((value) => Number.isInteger(value)) ? "i64" : "f64";
}

function list(value: unknown): Spec[] {
  return Array.isArray(value) ? value.filter(isSpec) : [];
}
