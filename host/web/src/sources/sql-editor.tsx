// SQL to write and run, with completion from the tables of the source.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { sql, type SQLNamespace } from "@codemirror/lang-sql";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "react";

import type { Source, SourceTable } from "../api/sources";
import "../chat/python.css";
import { dialectOf } from "../chat/sql";
import code from "../shell/code-editor.module.css";
import styles from "./sql-editor.module.css";

interface Props {
  engine: Source["engine"];
  tables: readonly SourceTable[];
  /** What stands there at first. */
  initial: string;
  onChange: (text: string) => void;
  onRun: () => void;
}

export default function SqlEditor({ engine, tables, initial, onChange, onRun }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const text = useRef(initial);
  const told = useRef({ onChange, onRun });
  useEffect(() => {
    told.current = { onChange, onRun };
  });
  useEffect(() => {
    if (!element.current) return;
    const view = new EditorView({
      parent: element.current,
      state: EditorState.create({
        doc: text.current,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          highlightActiveLine(),
          autocompletion(),
          sql({ dialect: dialectOf(engine), schema: namesOf(tables), upperCaseKeywords: false }),
          syntaxHighlighting(classHighlighter),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": "SQL" }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (!docChanged) return;
            text.current = state.doc.toString();
            told.current.onChange(text.current);
          }),
          keymap.of([
            {
              key: "Mod-Enter",
              run: () => {
                told.current.onRun();
                return true;
              },
            },
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
        ],
      }),
    });
    return () => view.destroy();
  }, [engine, tables]);
  return <div ref={element} className={`${code.editor} ${styles.editor}`} />;
}

/** Columns by table, as the editor completes them. */
function namesOf(tables: readonly SourceTable[]): SQLNamespace {
  return Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
}
