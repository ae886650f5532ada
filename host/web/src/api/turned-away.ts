// That an answer said that nobody is logged in, for what asks the server without TanStack Query: uploads.

const listeners = new Set<() => void>();

export function tellTurnedAway() {
  for (const listener of listeners) listener();
}

export function onTurnedAway(listener: () => void) {
  listeners.add(listener);
}
