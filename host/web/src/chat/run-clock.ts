// When runs began, as far as this browser knows. The stream does not say it, so what is seen as it happens is kept for
// the tab; of a run that began before the page was opened, only that it takes longer than since then.
const SEEN = "glovebox-run-";
/** What a stream tells within this time of its opening happened before. */
const TOLD_AGAIN_MS = 400;

/** Answers that are followed from the middle, and since when. */
const joined = new Map<string, number>();

interface Beginning {
  at_ms: number;
  /** It may have been earlier. */
  orBefore: boolean;
}

/** From now on an answer is followed that began before. */
export function startedBefore(answerId: string) {
  joined.set(answerId, Date.now());
}

/** When a run began that goes on now. Run ids begin with the answer's. */
export function beginningOf(runId: string): Beginning {
  const kept = sessionStorage.getItem(SEEN + runId);
  if (kept !== null) return JSON.parse(kept) as Beginning;
  const now = Date.now();
  const answerId = runId.slice(0, runId.lastIndexOf("-"));
  const since = joined.get(answerId);
  const beginning = { at_ms: now, orBefore: since !== undefined && now - since < TOLD_AGAIN_MS };
  try {
    sessionStorage.setItem(SEEN + runId, JSON.stringify(beginning));
  } catch {
    // A full store costs the exact time after a reload, no more.
  }
  return beginning;
}

/** A run is over; its receipt knows the time. */
export function forgetRun(runId: string) {
  sessionStorage.removeItem(SEEN + runId);
}
