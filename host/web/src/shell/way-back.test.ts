import { expect, test } from "vitest";

import { loginPath, wayBack } from "./way-back";

test.each([
  ["/p/1/c/2?x=1#y", "/p/1/c/2?x=1#y"],
  ["/", "/"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example/", "/"],
  ["/\t/evil.example/", "/"],
  ["javascript:alert(1)", "/"],
  ["/login?to=/login", "/"],
])("the way back to %j is %j", (to, expected) => {
  expect(wayBack(new URLSearchParams({ to }))).toBe(expected);
});

test("the log-in page knows the way back", () => {
  const path = "/p/1/files?sort=name";
  const search = new URL(loginPath(path), location.origin).searchParams;
  expect(wayBack(search)).toBe(path);
  expect(loginPath("/")).toBe("/login");
});
