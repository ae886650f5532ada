// A script or a query to read: numbered lines in colours, of which one may be where it went wrong.
import { memo, useEffect, useState } from "react";

import "./python.css";
import styles from "./script-view.module.css";
import type { Token } from "./tokens";

interface Props {
  script: string;
  /** From 1. */
  faultyLine?: number | undefined;
  /** Without numbers, as in a text. */
  bare?: boolean;
  language?: Language;
}

export type Language = "python" | "postgresql" | "mysql";
type Highlight = (script: string) => Token[][];
const loaded = new Map<Language, Highlight>();

export const ScriptView = memo(function ScriptView({ script, faultyLine, bare = false, language = "python" }: Props) {
  const highlight = useHighlight(language);
  const text = script.replace(/\n$/, "");
  const lines = highlight?.(text) ?? text.split("\n").map((line): Token[] => [{ text: line, kind: "" }]);
  return (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles.script} data-bare={bare || undefined} tabIndex={0} role="region" aria-label={language === "python" ? "Script" : "Query"}>
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
function useHighlight(language: Language): Highlight | undefined {
  const [highlight, setHighlight] = useState<Highlight | undefined>(() => loaded.get(language));
  useEffect(() => {
    if (highlight) return;
    let wanted = true;
    void load(language).then((found) => {
      loaded.set(language, found);
      if (wanted) setHighlight(() => found);
    });
    return () => {
      wanted = false;
    };
  }, [highlight, language]);
  return highlight;
}

async function load(language: Language): Promise<Highlight> {
  if (language === "python") return (await import("./python")).pythonTokens;
  const { sqlTokens } = await import("./sql");
  return (sql) => sqlTokens(sql, language);
}
