import { expect, test } from "vitest";

import { matching, mentionAt, written } from "./mentions";

test.each([
  ["@", 1, { at: 0, typed: "" }],
  ["Plot @ca", 8, { at: 5, typed: "ca" }],
  ["Plot @ca by year", 8, { at: 5, typed: "ca" }],
  ["(@x", 3, { at: 1, typed: "x" }],
  ["ada@example.org", 15, undefined],
  ["@cars.csv and", 13, undefined],
])("in %j at %d", (text, cursor, expected) => expect(mentionAt(text, cursor)).toEqual(expected));

test("names that begin with what was typed come first", () => {
  const files = ["us_cars.csv", "Cars.csv", "weather.csv"].map((name) => ({ name }));
  expect(matching(files, "car").map(({ name }) => name)).toEqual(["Cars.csv", "us_cars.csv"]);
});

test("a mention becomes the name", () => {
  expect(written("Plot @ca by year", { at: 5, typed: "ca" }, "cars.csv")).toEqual({ text: "Plot cars.csv by year", cursor: 14 });
  expect(written("@", { at: 0, typed: "" }, "cars.csv")).toEqual({ text: "cars.csv ", cursor: 9 });
});
