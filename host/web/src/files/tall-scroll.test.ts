import { expect, test } from "vitest";

import { placed, scrolledTo, tall } from "./tall-scroll";

const VIEW = 600;
const small = tall(20_000, VIEW);
const huge = tall(320_000_000, VIEW);

test("a table that fits is scrolled as it is", () => {
  expect(small.elementPx).toBe(20_000);
  expect(scrolledTo(small, { top: 0, offset: 0 }, 8_000)).toEqual({ top: 8_000, offset: 0 });
});

test("both ends can be reached by the scroll bar", () => {
  const bottom = scrolledTo(huge, { top: 0, offset: 0 }, huge.elementPx - VIEW);
  expect(bottom.top + bottom.offset).toBe(huge.contentPx - VIEW);
  const top = scrolledTo(huge, bottom, 0);
  expect(top.top + top.offset).toBe(0);
});

test("small movements go pixel by pixel, over the seams of the pages as well", () => {
  let at = placed(huge, 1_000_000);
  const wrong: number[] = [];
  for (let step = 1; step <= 5_000; step += 1) {
    at = scrolledTo(huge, at, at.top + 100);
    const isInside = at.top > 0 && at.top < huge.elementPx - VIEW;
    if (!isInside || at.top + at.offset !== 1_000_000 + step * 100) wrong.push(step);
  }
  expect(wrong).toEqual([]);
});

test("after a pull somewhere, small movements still come to the very ends", () => {
  let at = scrolledTo(huge, { top: 0, offset: 0 }, 5_000);
  for (let step = 0; step < 5_000 && at.top + at.offset > 0; step += 1) at = scrolledTo(huge, at, Math.max(0, at.top - 100));
  expect(at).toEqual({ top: 0, offset: 0 });
});

test("any row can be gone to", () => {
  for (const place of [0, 1, 99_999, 160_000_000, 319_999_400]) {
    const { top, offset } = placed(huge, place);
    expect(top + offset).toBe(place);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThanOrEqual(huge.elementPx - VIEW);
  }
});
