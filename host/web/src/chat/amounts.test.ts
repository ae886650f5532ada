import { expect, test } from "vitest";

import { bytes, duration } from "./amounts";

test.each([
  [0.4, "less than 1 ms"],
  [84.2, "84 ms"],
  [1240, "1.2 s"],
  [125_400, "2 min 5 s"],
])("%d ms are %s", (time_ms, expected) => expect(duration(time_ms)).toBe(expected));

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [80_715, "80.7 kB"],
  [999_960, "1.0 MB"],
  [2_147_483_648, "2.1 GB"],
])("%d bytes are %s", (size, expected) => expect(bytes(size)).toBe(expected));
