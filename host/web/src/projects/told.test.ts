import { expect, test } from "vitest";

import { told, tokens } from "./told";

test("what is on stands there in its order, and nothing else", () => {
  const text = told([
    { name: "House style", text: " Euros, without cents.\n", enabled: true },
    { name: "Off", text: "Nobody reads this.", enabled: false },
    { name: "Words", text: "Active: bought in the last 90 days.", enabled: true },
  ]);
  expect(text).toBe(
    "# Instructions of this project: House style\nEuros, without cents.\n\n" +
      "# Instructions of this project: Words\nActive: bought in the last 90 days.\n\n" +
      "The rules above come before the project's instructions.",
  );
});

test("without prompts nothing is told", () => {
  expect(told([])).toBe("");
  expect(told([{ name: "Off", text: "x", enabled: false }])).toBe("");
});

test("tokens are counted by bytes", () => {
  expect(tokens("")).toBe(0);
  expect(tokens("abcd")).toBe(2);
  expect(tokens("€€")).toBe(2);
});
