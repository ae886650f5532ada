// A document that is being edited: what was done can be undone and done again, step by step.
import { useCallback, useState } from "react";

import type { Document } from "../api/dashboards";

interface Steps {
  past: Document[];
  now: Document;
  future: Document[];
}

export interface Editor {
  document: Document;
  isDirty: boolean;
  change: (next: Document) => void;
  undo: (() => void) | undefined;
  redo: (() => void) | undefined;
}

/** Steps that are kept. */
const STEPS_MAX = 200;

export function useEditor(start: Document): Editor {
  const [{ past, now, future }, setSteps] = useState<Steps>({ past: [], now: start, future: [] });
  const change = useCallback((next: Document) => {
    setSteps((steps) => ({ past: [...steps.past, steps.now].slice(-STEPS_MAX), now: next, future: [] }));
  }, []);
  const undo = () =>
    setSteps((steps) => {
      const last = steps.past.at(-1);
      if (last === undefined) return steps;
      return { past: steps.past.slice(0, -1), now: last, future: [steps.now, ...steps.future] };
    });
  const redo = () =>
    setSteps((steps) => {
      const [next, ...rest] = steps.future;
      if (next === undefined) return steps;
      return { past: [...steps.past, steps.now], now: next, future: rest };
    });
  return {
    document: now,
    isDirty: past.length > 0,
    change,
    undo: past.length > 0 ? undo : undefined,
    redo: future.length > 0 ? redo : undefined,
  };
}
