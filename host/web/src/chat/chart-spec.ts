// A chart's own specification (Vega-Lite), dressed for the page. It comes out of a script, so it is data: nothing of it is
// fetched, and its expressions are interpreted, never compiled.
export type Spec = Record<string, unknown>;

export interface Look {
  ink: string;
  muted: string;
  line: string;
  font: string;
  isDark: boolean;
}

/** The room for a chart in pixels. Without a height it has its own. */
export interface Room {
  width?: number | undefined;
  height?: number | undefined;
}

/** Below it legends stand under their charts. */
const NARROW_PX = 480;
/** The least width of one of several views, and what its axes take of it. */
const VIEW_PX = 240;
const AXES_PX = 70;
/** Width of a letter of an axis label, and the gap between two labels. */
const LETTER_PX = 6.5;
const GAP_PX = 10;
/** As dark as that, a colour is lost on a dark page: of 1, as light as white. */
const LOST = 0.03;

const NESTED = ["layer", "concat", "hconcat", "vconcat"];

export function isSpec(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The specification on the page's own ground, fitted to the room that there is. */
export function dressed(spec: Spec, look: Look, room: Room = {}): Spec {
  const { ink, muted, line, font, isDark } = look;
  const { width, height } = room;
  const config = isSpec(spec["config"]) ? spec["config"] : {};
  const isNarrow = width !== undefined && width < NARROW_PX;
  const isOne = "layer" in spec || "mark" in spec;
  return {
    ...adapted(isOne ? spec : inColumns(spec, room), isDark ? ink : undefined, isOne ? width : undefined),
    background: "transparent",
    ...(height === undefined || !isOne ? {} : { height }),
    config: {
      ...config,
      font,
      title: { color: ink, subtitleColor: muted, fontSize: 14, fontWeight: 600, anchor: "start" },
      axis: {
        labelColor: muted,
        titleColor: muted,
        domainColor: line,
        tickColor: line,
        gridColor: line,
        labelFontSize: 12,
        titleFontSize: 12,
        titleFontWeight: "normal",
        labelOverlap: "greedy",
        labelLimit: isNarrow ? 96 : 160,
      },
      legend: {
        labelColor: muted,
        titleColor: muted,
        labelFontSize: 12,
        ...(isNarrow || !isOne ? { orient: "bottom", columns: isNarrow ? 2 : 4 } : {}),
      },
      text: { color: ink },
      view: { stroke: "transparent" },
    },
  };
}

/** Several views beside each other, as many in a row as have room. */
function inColumns(spec: Spec, { width, height }: Room): Spec {
  const views = list(spec["concat"]);
  if (views.length === 0 || width === undefined) return spec;
  const wanted = typeof spec["columns"] === "number" ? spec["columns"] : views.length;
  const columns = Math.max(1, Math.min(wanted, Math.floor(width / VIEW_PX)));
  const rows = Math.ceil(views.length / columns);
  const size = {
    width: Math.max(80, Math.floor(width / columns) - AXES_PX),
    ...(height === undefined ? {} : { height: Math.max(80, Math.floor(height / rows) - AXES_PX) }),
  };
  return { ...spec, columns, concat: views.map((view) => ({ ...view, ...size })) };
}

/** The same with years as people write them, names that do not run into each other, and no black on a dark page. */
function adapted(spec: Spec, ink: string | undefined, width: number | undefined, overCells = false): Spec {
  const nested = NESTED.filter((key) => Array.isArray(spec[key]));
  const { encoding, mark } = spec;
  const hasCells = overCells || list(spec["layer"]).some(isCells);
  const inner = typeof spec["width"] === "number" ? spec["width"] : width;
  // Texts on coloured cells are as the script chose them.
  const kept = ink === undefined || (hasCells && isSpec(mark) && mark["type"] === "text") ? undefined : ink;
  return {
    ...spec,
    ...Object.fromEntries(nested.map((key) => [key, list(spec[key]).map((one) => adapted(one, ink, inner, key === "layer" && hasCells))])),
    ...(isSpec(mark) && { mark: inked(mark, kept) }),
    ...(isSpec(encoding) && {
      encoding: Object.fromEntries(
        Object.entries(encoding).map(([name, channel]) => [name, isSpec(channel) ? inkedChannel(spaced(name, asYears(name, channel), inner), kept) : channel]),
      ),
    }),
  };
}

function isCells(layer: Spec): boolean {
  const { mark, encoding } = layer;
  return isSpec(mark) && mark["type"] === "rect" && isSpec(encoding) && isSpec(encoding["color"]) && "field" in encoding["color"];
}

function asYears(name: string, channel: Spec): Spec {
  if ((name !== "x" && name !== "y") || channel["type"] !== "quantitative") return channel;
  const { scale, axis } = channel;
  const domain: unknown = isSpec(scale) ? scale["domain"] : undefined;
  const isYears =
    Array.isArray(domain) && domain.length > 0 && domain.every((end) => typeof end === "number" && end > 1500 && end < 2200);
  return isYears && axis !== null ? { ...channel, axis: { ...(isSpec(axis) ? axis : {}), format: "d", tickMinStep: 1 } } : channel;
}

/** Names along x are turned where they have no room side by side. */
function spaced(name: string, channel: Spec, width: number | undefined): Spec {
  const { axis, scale } = channel;
  const names: unknown = isSpec(scale) ? scale["domain"] : undefined;
  if (name !== "x" || channel["type"] !== "nominal" || width === undefined || !isSpec(axis) || axis["labelAngle"] !== 0 || !Array.isArray(names)) {
    return channel;
  }
  const longest = Math.max(0, ...names.map((text) => String(text).length));
  const isCrowded = (longest * LETTER_PX + GAP_PX) * names.length > width - AXES_PX;
  return isCrowded ? { ...channel, axis: { ...axis, labelAngle: -45 } } : channel;
}

function inkedChannel(channel: Spec, ink: string | undefined): Spec {
  if (ink === undefined) return channel;
  const { value, scale } = channel;
  const range: unknown = isSpec(scale) ? scale["range"] : undefined;
  return {
    ...channel,
    ...(isLost(value) && { value: ink }),
    ...(channel["type"] === "nominal" && isSpec(scale) && Array.isArray(range) && { scale: { ...scale, range: range.map((color: unknown) => (isLost(color) ? ink : color)) } }),
  };
}

function inked(mark: Spec, ink: string | undefined): Spec {
  if (ink === undefined) return mark;
  return Object.fromEntries(Object.entries(mark).map(([key, value]) => [key, (key === "color" || key === "stroke") && isLost(value) ? ink : value]));
}

function isLost(color: unknown): boolean {
  const parts = typeof color === "string" ? /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color) : null;
  if (parts === null) return false;
  const [red = 0, green = 0, blue = 0] = parts.slice(1).map((part) => (parseInt(part, 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < LOST;
}

export function list(value: unknown): Spec[] {
  return Array.isArray(value) ? value.filter(isSpec) : [];
}
