// Cuts Markdown into blocks that can be rendered one by one, so that of an answer that grows only its last block is
// rendered again. It cuts where nothing can reach over the cut: at empty lines outside of fenced code, before a line
// that begins a paragraph, a heading, a table or a fence of its own.

/** A link's or a footnote's target, which may be used anywhere in the text. */
const DEFINITION = /^ {0,3}\[[^\]]+\]:/m;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** What may go on with the block before it: an indented line, or another item of a list. */
const GOES_ON = /^(?:\s|[-*+] |\d{1,9}[.)] )/;
const IN_LIST = /^ {0,3}(?:[-*+]|\d{1,9}[.)]) /;
const HTML = /^ {0,3}</;

export function markdownBlocks(text: string): string[] {
  if (DEFINITION.test(text)) return [text];
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  let afterEmpty = false;
  for (const line of text.split("\n")) {
    if (afterEmpty && fence === undefined && line.trim() !== "" && lines.length > 0 && !reachesOver(lines, line)) {
      blocks.push(lines.join("\n"));
      lines = [];
    }
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined) fence = mark;
    else if (mark !== undefined && mark.startsWith(fence) && closes(line)) fence = undefined;
    afterEmpty = line.trim() === "";
    lines.push(line);
  }
  if (lines.some((line) => line.trim() !== "")) blocks.push(lines.join("\n"));
  return blocks;
}

function closes(line: string): boolean {
  return /^[\s`~]+$/.test(line);
}

function reachesOver(block: readonly string[], line: string): boolean {
  const first = block[0] ?? "";
  if (HTML.test(first)) return true;
  return GOES_ON.test(line) && (IN_LIST.test(first) || /^\s/.test(line));
}
