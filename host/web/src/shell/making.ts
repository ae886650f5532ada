// Asking for a new project or organisation from wherever: the sidebar, the palette, a page. `making-dialogs.tsx` answers.
import { useSyncExternalStore } from "react";

export type Makeable = "project" | "organisation";

let asked: Makeable | undefined;
const listeners = new Set<() => void>();

export function beginMaking(what: Makeable) {
  change(what);
}

export function endMaking() {
  change(undefined);
}

/** What is being made at the moment. */
export function useMaking(): Makeable | undefined {
  return useSyncExternalStore(subscribe, () => asked);
}

function change(what: Makeable | undefined) {
  asked = what;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
