// What is fetched ahead waits until the page is there to be used, so that it takes nothing from what the page needs.
import { useEffect } from "react";

/** For browsers that do not tell when they have nothing to do. */
const SOON_MS = 200;
/** A page that always has something to do gets it all the same. */
const LATEST_MS = 2000;

let tellShown: () => void;
const shown = new Promise<void>((resolve) => (tellShown = resolve));

/** Said by what stands around pages: the first one is there, with all that it needs. */
export function usePageShown() {
  useEffect(() => tellShown(), []);
}

/** Calls once a page has been drawn and the browser has nothing else to do. What this gives takes the call back. */
export function whenIdle(call: () => void): () => void {
  const gone = new AbortController();
  void shown.then(() => {
    if (gone.signal.aborted) return;
    // Safari has no requestIdleCallback.
    if ("requestIdleCallback" in window) {
      const handle = requestIdleCallback(call, { timeout: LATEST_MS });
      gone.signal.addEventListener("abort", () => cancelIdleCallback(handle));
    } else {
      const timer = setTimeout(call, SOON_MS);
      gone.signal.addEventListener("abort", () => clearTimeout(timer));
    }
  });
  return () => gone.abort();
}
