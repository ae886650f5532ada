import { expect, test } from "vitest";

import type { Item } from "../api/dashboards";
import { freeId, overlap, placed, settled, within } from "./layout";

function item(id: string, x: number, y: number, width: number, height: number): Item {
  return { id, x, y, width, height, content: { type: "text", text: id } };
}

function places(items: Item[]) {
  return Object.fromEntries(items.map(({ id, x, y }) => [id, [x, y]]));
}

test("a place stays on the grid", () => {
  expect(within({ x: -2, y: -1, width: 20, height: 0 })).toEqual({ x: 0, y: 0, width: 12, height: 1 });
  expect(within({ x: 11, y: 3, width: 4, height: 2 })).toEqual({ x: 8, y: 3, width: 4, height: 2 });
});

test("what is moved onto something pushes it down", () => {
  const items = [item("a", 0, 0, 6, 2), item("b", 6, 0, 6, 2), item("c", 0, 2, 12, 2)];
  expect(places(placed(items, "b", { x: 0, y: 0, width: 6, height: 2 }))).toEqual({ a: [0, 2], b: [0, 0], c: [0, 4] });
});

test("nothing lies over anything, whatever is made larger", () => {
  const items = [item("a", 0, 0, 6, 2), item("b", 6, 0, 6, 2), item("c", 0, 2, 4, 2), item("d", 4, 2, 8, 3)];
  const larger = placed(items, "a", { x: 0, y: 0, width: 9, height: 4 });
  for (const one of larger) for (const other of larger) if (one !== other) expect(overlap(one, other)).toBe(false);
});

test("what can go up does", () => {
  expect(places(settled([item("a", 0, 5, 6, 2), item("b", 0, 9, 6, 2)]))).toEqual({ a: [0, 0], b: [0, 2] });
});

test("a new id is free", () => {
  const document = { tabs: [{ id: "main", title: "", items: [item("text-1", 0, 0, 1, 1)] }], filters: [] };
  expect(freeId(document, "text")).toBe("text-2");
});
