import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { isSpec } from "./chart-spec";
import { draw } from "./vega";

const SLOW_MS = 60_000;

test("a click on a bar tells the row behind it", async () => {
  const path = join(import.meta.dirname, "../../../tests/charts/specs/named_bars.vl.json");
  const spec: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isSpec(spec)) throw new Error("no specification");
  const onMark = vi.fn();
  const element = document.body.appendChild(document.createElement("div"));
  const takeAway = await draw(element, { ...spec, width: 400 }, false, onMark);
  const bars = element.querySelectorAll("[aria-roledescription=bar]");
  expect(bars).toHaveLength(4);
  bars[1]?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  expect(onMark).toHaveBeenCalledWith(expect.objectContaining({ category: "Oslo", sales: 7 }));
  takeAway();
}, SLOW_MS);
