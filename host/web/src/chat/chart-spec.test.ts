import { expect, test } from "vitest";

import { dressed, type Look } from "./chart-spec";

const LIGHT: Look = { ink: "#111111", muted: "#222", line: "#333", font: "Inter", isDark: false };
const DARK: Look = { ...LIGHT, ink: "#eeeeee", isDark: true };

test("a chart is dressed in the page's colours", () => {
  const spec = dressed({ layer: [], background: "#ffffff", height: 300 }, LIGHT, { height: 500 });
  expect(spec).toMatchObject({ background: "transparent", height: 500, config: { font: "Inter", axis: { labelColor: "#222" } } });
});

test("years stand on an axis as people write them", () => {
  const axis = (domain: number[]) => ({ type: "quantitative", scale: { domain }, axis: { grid: true } });
  const spec = dressed({ layer: [{ encoding: { x: axis([1969.4, 1982.6]), y: axis([0, 2000]), color: { value: "red" } } }] }, LIGHT);
  expect(spec).toMatchObject({
    layer: [{ encoding: { x: { axis: { grid: true, format: "d" } }, y: axis([0, 2000]), color: { value: "red" } } }],
  });
});

test("black is the page's ink where the page is dark", () => {
  const series = { field: "s", type: "nominal", scale: { domain: ["a", "b"], range: ["#000000", "#1f77b4"] } };
  const spec = { layer: [{ mark: { type: "rule", color: "#000000" }, encoding: { y: { datum: 1 } } }, { mark: { type: "line" }, encoding: { color: series } }] };
  expect(dressed(spec, DARK)).toMatchObject({
    layer: [{ mark: { color: "#eeeeee" } }, { encoding: { color: { scale: { range: ["#eeeeee", "#1f77b4"] } } } }],
  });
  expect(dressed(spec, LIGHT)).toMatchObject(spec);
});

test("texts on the cells of a heat map keep their colours", () => {
  const spec = { layer: [{ mark: { type: "rect" }, encoding: { color: { field: "v" } } }, { mark: { type: "text", color: "#000000" } }] };
  expect(dressed(spec, DARK)).toMatchObject(spec);
});

test("several views stand in as many columns as have room", () => {
  const spec = { columns: 3, concat: [{ width: 400 }, { width: 400 }, { width: 400 }] };
  expect(dressed(spec, LIGHT, { width: 1200 })).toMatchObject({ columns: 3, concat: [{ width: 330 }, { width: 330 }, { width: 330 }] });
  expect(dressed(spec, LIGHT, { width: 360 })).toMatchObject({ columns: 1, concat: [{ width: 290 }, { width: 290 }, { width: 290 }] });
});

test("names that have no room side by side are turned", () => {
  const x = { field: "city", type: "nominal", scale: { domain: ["Lisbon", "Reykjavik", "Bratislava"] }, axis: { labelAngle: 0 } };
  expect(dressed({ layer: [{ encoding: { x } }] }, LIGHT, { width: 800 })).toMatchObject({ layer: [{ encoding: { x } }] });
  expect(dressed({ layer: [{ encoding: { x } }] }, LIGHT, { width: 240 })).toMatchObject({ layer: [{ encoding: { x: { axis: { labelAngle: -45 } } } }] });
});

test("legends stand below a chart that is no wider than a phone", () => {
  expect(dressed({ layer: [] }, LIGHT, { width: 340 })).toMatchObject({ config: { legend: { orient: "bottom" } } });
});
