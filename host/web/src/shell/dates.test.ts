import { afterEach, expect, test, vi } from "vitest";

import { formatDate } from "./dates";

afterEach(() => void vi.unstubAllEnvs());

test("a day is the same day in every time zone", () => {
  const now = new Date("2026-06-01T12:00:00Z");
  for (const zone of ["America/New_York", "Asia/Tokyo"]) {
    vi.stubEnv("TZ", zone);
    expect(formatDate("2024-01-01", now)).toBe("Jan 1, 2024");
    expect(formatDate("2026-03-01", now)).toBe("Mar 1");
  }
});

test("a moment is told in the reader's time zone", () => {
  vi.stubEnv("TZ", "America/New_York");
  expect(formatDate("2024-01-01T03:00:00Z", new Date("2026-06-01T12:00:00Z"))).toBe("Dec 31, 2023");
});
