// A script to change and run: loaded when somebody wants to.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { Button, Group, Text } from "@mantine/core";
import { useEffect, useRef } from "react";

import "./python.css";
import code from "../shell/code-editor.module.css";
import styles from "./script-editor.module.css";

interface Props {
  script: string;
  onRun: (script: string) => void;
  onCancel: () => void;
}

export default function ScriptEditor({ script, onRun, onCancel }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const run = useRef(onRun);
  useEffect(() => {
    run.current = onRun;
  });
  useEffect(() => {
    if (!element.current) return;
    const view = new EditorView({ parent: element.current, state: stateOf(script, (changed) => run.current(changed)) });
    editor.current = view;
    view.focus();
    return () => view.destroy();
  }, [script]);
  const onClick = () => {
    const changed = editor.current?.state.doc.toString() ?? "";
    if (changed.trim() !== "") onRun(changed);
  };
  return (
    <div className={`${code.editor} ${styles.editor}`}>
      <div ref={element} />
      <Group className={styles.foot} justify="space-between">
        <Text size="xs" c="dimmed">
          Press Ctrl+Enter to run. Press Esc, then Tab, to leave the editor.
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button size="xs" onClick={onClick}>
            Run
          </Button>
        </Group>
      </Group>
    </div>
  );
}

function stateOf(script: string, onRun: (script: string) => void): EditorState {
  return EditorState.create({
    doc: script,
    extensions: [
      lineNumbers(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      indentUnit.of("    "),
      python(),
      syntaxHighlighting(classHighlighter),
      EditorView.contentAttributes.of({ "aria-label": "Script to run" }),
      keymap.of([
        {
          key: "Mod-Enter",
          run: ({ state }) => {
            const changed = state.doc.toString();
            if (changed.trim() !== "") onRun(changed);
            return true;
          },
        },
        ...defaultKeymap,
        ...historyKeymap,
        indentWithTab,
      ]),
    ],
  });
}
