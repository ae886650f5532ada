// The words of a code and their kinds, for showing it in colours.
import { classHighlighter, highlightCode } from "@lezer/highlight";

export interface Token {
  text: string;
  /** Names of classes, such as `tok-keyword`; empty for plain text. */
  kind: string;
}

/** Line by line. */
export function tokensOf(code: string, tree: Parameters<typeof highlightCode>[1]): Token[][] {
  const lines: Token[][] = [[]];
  highlightCode(
    code,
    tree,
    classHighlighter,
    (text, kind) => lines.at(-1)?.push({ text, kind }),
    () => lines.push([]),
  );
  return lines;
}
