// A script to read: numbered lines in colours, of which one may be where it went wrong.
import { memo, useEffect, useState } from "react";

import type { Token } from "./python";
import "./python.css";
import styles from "./script-view.module.css";

interface Props {
  script: string;
  /** From 1. */
  faultyLine?: number | undefined;
  /** Without numbers, as in a text. */
  bare?: boolean;
}

type Highlight = (script: string) => Token[][];
let loaded: Highlight | undefined;

export const ScriptView = memo(function ScriptView({ script, faultyLine, bare = false }: Props) {
  const highlight = useHighlight();
  const text = script.replace(/\n$/, "");
  const lines = highlight?.(text) ?? text.split("\n").map((line): Token[] => [{ text: line, kind: "" }]);
  return (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles.script} data-bare={bare || undefined} tabIndex={0} role="region" aria-label="Script">
      <code>
        {lines.map((tokens, at) => (
          <span key={at} className={styles.line} data-faulty={at + 1 === faultyLine || undefined}>
            {tokens.map(({ text: word, kind }, place) => (
              <span key={place} className={kind === "" ? undefined : kind}>
                {word}
              </span>
            ))}
            {"\n"}
          </span>
        ))}
      </code>
    </pre>
  );
});

/** Nothing until it is there; the script can be read without. */
function useHighlight(): Highlight | undefined {
  const [highlight, setHighlight] = useState<Highlight | undefined>(() => loaded);
  useEffect(() => {
    if (highlight) return;
    let wanted = true;
    void import("./python").then(({ pythonTokens }) => {
      loaded = pythonTokens;
      if (wanted) setHighlight(() => pythonTokens);
    });
    return () => {
      wanted = false;
    };
  }, [highlight]);
  return highlight;
}
