// Asking for the palette from wherever: by its keys, or by a button. The palette itself is loaded when it is first asked for.
import { useSyncExternalStore } from "react";

let asked = 0;
const listeners = new Set<() => void>();

/** Opens the palette, or closes it where it is open. */
export function togglePalette() {
  asked += 1;
  for (const listener of listeners) listener();
}

/** How often the palette has been asked for. */
export function usePaletteAsked(): number {
  return useSyncExternalStore(subscribe, () => asked);
}

/** "⌘K" or "Ctrl K". */
export function paletteKeys(): string {
  return /mac|iphone|ipad/i.test(navigator.userAgent) ? "⌘K" : "Ctrl K";
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
