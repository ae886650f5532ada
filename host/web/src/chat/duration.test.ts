import { expect, test } from "vitest";

import { duration } from "./duration";

test.each([
  [0.4, "less than 1 ms"],
  [84.2, "84 ms"],
  [1240, "1.2 s"],
  [125_400, "2 min 5 s"],
])("%d ms are %s", (time_ms, expected) => expect(duration(time_ms)).toBe(expected));
