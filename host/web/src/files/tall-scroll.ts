// Scrolling through more rows than a browser can make a page tall for.
//
// Browsers end an element after some 16 to 33 million pixels: half a million rows. A taller table is cut into pages that
// overlap in one scrolled element: small movements go pixel by pixel, and where they leave a page the element is put back
// a little without anybody seeing it; a pull at the scroll bar goes to the same share of the table.

/** Tall enough for most tables to need nothing of this, and safe in every browser. */
const ELEMENT_MAX_PX = 10_000_000;
/** Pages of the element. Each is far taller than a screen. */
const PAGES_OF_ELEMENT = 100;

export interface Tall {
  /** What all rows together need. */
  contentPx: number;
  /** What the scrolled element gets. */
  elementPx: number;
  viewPx: number;
}

export interface Scrolled {
  /** Of the element, as the browser has it. */
  top: number;
  /** What is to be added to it for the place in the table. */
  offset: number;
}

export function tall(contentPx: number, viewPx: number): Tall {
  return { contentPx, elementPx: Math.min(contentPx, ELEMENT_MAX_PX), viewPx };
}

/** Where the table is after the browser has scrolled to `top`. The answer's `top` may be another one, to be set. */
export function scrolledTo(shape: Tall, before: Scrolled, top: number): Scrolled {
  const { contentPx, elementPx, viewPx } = shape;
  if (contentPx <= elementPx) return { top, offset: 0 };
  if (Math.abs(top - before.top) >= viewPx) return jumpedTo(shape, top);
  // Both ends of the element are both ends of the table.
  const place = clamp(top + before.offset, 0, contentPx - viewPx);
  const offset = offsetOf(shape, pageOf(shape, place));
  return { top: place - offset, offset };
}

/** Where the element has to be for the table to show what is at `place`. */
export function placed(shape: Tall, place: number): Scrolled {
  const within = clamp(place, 0, Math.max(0, shape.contentPx - shape.viewPx));
  const offset = offsetOf(shape, pageOf(shape, within));
  return { top: within - offset, offset };
}

/** The same share of the table as of the element, without moving what somebody holds. */
function jumpedTo(shape: Tall, top: number): Scrolled {
  const { contentPx, elementPx, viewPx } = shape;
  const place = (top / (elementPx - viewPx)) * (contentPx - viewPx);
  return { top, offset: Math.round(place - top) };
}

function pageOf({ contentPx, elementPx }: Tall, place: number): number {
  const pagePx = elementPx / PAGES_OF_ELEMENT;
  const pages = Math.ceil(contentPx / pagePx);
  return clamp(Math.floor(place / pagePx), 0, pages - 1);
}

/** How far a page is moved up: nothing for the first, everything that is too much for the last. */
function offsetOf({ contentPx, elementPx }: Tall, page: number): number {
  if (contentPx <= elementPx) return 0;
  const pages = Math.ceil(contentPx / (elementPx / PAGES_OF_ELEMENT));
  return Math.round((page * (contentPx - elementPx)) / (pages - 1));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
