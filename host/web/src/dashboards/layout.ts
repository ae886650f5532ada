// Where things lie on the grid: nothing over anything else, whatever is moved or made larger.
import type { Document, Item } from "../api/dashboards";

export const COLUMNS = 12;
export const HEIGHT_MAX = 40;
export const ROWS_MAX = 2000;

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The same place within the grid. */
export function within({ x, y, width, height }: Place): Place {
  const wide = clamp(Math.round(width), 1, COLUMNS);
  return {
    x: clamp(Math.round(x), 0, COLUMNS - wide),
    y: clamp(Math.round(y), 0, ROWS_MAX - 1),
    width: wide,
    height: clamp(Math.round(height), 1, HEIGHT_MAX),
  };
}

/** An item at another place. What lies there goes down, and what can go up again does. */
export function placed(items: readonly Item[], id: string, place: Place): Item[] {
  const wanted = within(place);
  const moved = items.map((item) => (item.id === id ? { ...item, ...wanted } : item));
  return settled(moved, id);
}

/** Everything as far up as it can go, the item `first` before what it meets. */
export function settled(items: readonly Item[], first?: string): Item[] {
  const order = [...items].sort((one, other) => one.y - other.y || Number(other.id === first) - Number(one.id === first) || one.x - other.x);
  const done: Item[] = [];
  for (const item of order) {
    let y = item.y;
    while (y > 0 && !done.some((other) => overlap(other, { ...item, y: y - 1 }))) y -= 1;
    while (done.some((other) => overlap(other, { ...item, y }))) y += 1;
    done.push({ ...item, y });
  }
  // In the order in which they were: it is the order of reading on a phone.
  return items.map(({ id }) => done.find((item) => item.id === id)).filter((item) => item !== undefined);
}

export function overlap(one: Place, other: Place): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** The first row below everything. */
export function bottom(items: readonly Place[]): number {
  return Math.max(0, ...items.map(({ y, height }) => y + height));
}

/** Items as they are read: from the top, from the left. */
export function inReadingOrder(items: readonly Item[]): Item[] {
  return [...items].sort((one, other) => one.y - other.y || one.x - other.x);
}

/** The document with other items on one of its tabs. */
export function withItems(document: Document, tabId: string, change: (items: Item[]) => Item[]): Document {
  return {
    ...document,
    tabs: document.tabs.map((tab) => (tab.id === tabId ? { ...tab, items: change(tab.items) } : tab)),
  };
}

/** An id that nothing in the document has, such as `text-2`. */
export function freeId(document: Document, noun: string): string {
  const taken = new Set(document.tabs.flatMap(({ id, items }) => [id, ...items.map((item) => item.id)]));
  for (const filter of document.filters ?? []) taken.add(filter.id);
  let number = 1;
  while (taken.has(`${noun}-${number}`)) number += 1;
  return `${noun}-${number}`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
