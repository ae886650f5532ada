// Python's words and their kinds, for showing a script in colours. Loaded when the first script is shown.
import { pythonLanguage } from "@codemirror/lang-python";
import { classHighlighter, highlightCode } from "@lezer/highlight";

export interface Token {
  text: string;
  /** Names of classes, such as `tok-keyword`; empty for plain text. */
  kind: string;
}

/** Line by line. */
export function pythonTokens(script: string): Token[][] {
  const lines: Token[][] = [[]];
  highlightCode(
    script,
    pythonLanguage.parser.parse(script),
    classHighlighter,
    (text, kind) => lines.at(-1)?.push({ text, kind }),
    () => lines.push([]),
  );
  return lines;
}
