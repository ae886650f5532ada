import { expect, test } from "vitest";

import { markdownBlocks } from "./markdown-blocks";

function check(text: string, expected: string[]) {
  expect(markdownBlocks(text).map((block) => block.trimEnd())).toEqual(expected);
}

test("paragraphs, headings and tables are blocks", () => {
  check("# Title\n\nOne\ntwo.\n\n| a |\n|---|\n| 1 |\n\nEnd", ["# Title", "One\ntwo.", "| a |\n|---|\n| 1 |", "End"]);
});

test("a list stays together, with what its items hold", () => {
  check("- a\n\n- b\n\n  more of b\n\nEnd", ["- a\n\n- b\n\n  more of b", "End"]);
  check("1. a\n\n2. b", ["1. a\n\n2. b"]);
});

test("fenced code stays together, also when it has not ended", () => {
  check("```python\na\n\nb\n```\n\nEnd", ["```python\na\n\nb\n```", "End"]);
  check("````\n```\n\nx\n````\n\nEnd", ["````\n```\n\nx\n````", "End"]);
  check("Text\n\n```\na\n\nb", ["Text", "```\na\n\nb"]);
});

test("what is said once more begins with the same blocks", () => {
  const text = "One.\n\n- a\n- b\n\nTwo **bold** words.\n\n```\ncode\n```\n\nThree.";
  const whole = markdownBlocks(text);
  for (let end = 0; end <= text.length; end += 1) {
    const part = markdownBlocks(text.slice(0, end));
    expect(part.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, part.length - 1)));
  }
});

test("definitions hold for the whole text", () => {
  check("See [it][1].\n\nMore.\n\n[1]: https://example.org", ["See [it][1].\n\nMore.\n\n[1]: https://example.org"]);
});

test("nothing is no block", () => check("\n\n", []));
