// The library of charts, loaded when somebody wants an interactive one or an SVG. Expressions are interpreted, since the
// page's policy lets nothing be compiled, and nothing is fetched, whatever a specification says.
import * as vega from "vega";
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";

import type { Spec } from "./chart-spec";

function nothing(): Promise<never> {
  return Promise.reject(new Error("Charts load nothing."));
}

const loader = { load: nothing, sanitize: nothing, http: nothing, file: nothing, options: {} } as unknown as vega.Loader;

/** Marks that stand for one row; a line or an area stands for many. */
const SINGLE = ["rect", "arc", "symbol"];

/**
 * Draws a chart that can be pointed at. `onMark` is told the row behind a mark that is clicked. The promise's function
 * takes the chart away.
 */
export async function draw(element: HTMLElement, spec: Spec, isDark: boolean, onMark?: (datum: unknown) => void): Promise<() => void> {
  const { finalize, view } = await embed(element, spec, {
    mode: "vega-lite",
    ast: true,
    expr: expressionInterpreter,
    actions: false,
    renderer: "svg",
    tooltip: { theme: isDark ? "dark" : "light" },
    loader,
  });
  if (onMark) {
    view.addEventListener("click", (_, item) => {
      if (item && SINGLE.includes(item.mark.marktype)) onMark(item.datum);
    });
  }
  return finalize;
}

/** A chart as the text of an SVG, as wide as a page. */
export async function svgOf(spec: Spec): Promise<string> {
  const sized = spec["width"] === "container" ? { ...spec, width: 800 } : spec;
  const compiled = compile(sized as unknown as TopLevelSpec).spec;
  const view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
    renderer: "none",
    expr: expressionInterpreter,
    loader,
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
