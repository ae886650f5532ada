import { expect, test } from "vitest";

import { wrongWithPassword } from "./password-rules";

test.each(["an engine of 1843", "passwörd1", "ЖЖЖЖЖЖЖ1", "        a1"])("%j will do", (password) => {
  expect(wrongWithPassword(password)).toBeNull();
});

test.each(["", "short 1", "no digit here", "12345678", "١٢٣٤٥٦٧٨a", `a1${"x".repeat(1023)}`])(
  "%j will not do",
  (password) => {
    expect(wrongWithPassword(password)).not.toBeNull();
  },
);
