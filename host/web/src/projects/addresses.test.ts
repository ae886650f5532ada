import { expect, test } from "vitest";

import { addressesIn, isAddress } from "./addresses";

test.each([
  ["ada@example.com", ["ada@example.com"]],
  ["ada@example.com, bob@example.com;\ncy@example.com", ["ada@example.com", "bob@example.com", "cy@example.com"]],
  ['"Ada Lovelace" <ada@example.com>, Bob <bob@example.com>', ["ada@example.com", "bob@example.com"]],
  ["ada@example.com Ada@Example.com", ["ada@example.com"]],
  ["nobody at example", ["nobody at example"]],
  ["ada@example.com, bob.example.com", ["ada@example.com", "bob.example.com"]],
  ["", []],
])("in %j are %j", (text, expected) => {
  expect(addressesIn(text)).toEqual(expected);
});

test("what has no domain is no address", () => {
  expect(isAddress("ada@example.com")).toBe(true);
  expect(isAddress("ada@example")).toBe(false);
  expect(isAddress("@example.com")).toBe(false);
});
