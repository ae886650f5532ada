// Python's words and their kinds. Loaded when the first script is shown.
import { pythonLanguage } from "@codemirror/lang-python";

import { type Token, tokensOf } from "./tokens";

/** Line by line. */
export function pythonTokens(script: string): Token[][] {
  return tokensOf(script, pythonLanguage.parser.parse(script));
}
