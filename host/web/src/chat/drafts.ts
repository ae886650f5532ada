// What was typed and not yet asked or run, kept in this browser by account and place until it is no longer needed or
// somebody logs out.
const PREFIX = "glovebox-draft-";

export interface Draft {
  text: string;
  files: { id: string; name: string }[];
}

export const EMPTY: Draft = { text: "", files: [] };

export function readDraft(name: string): Draft {
  const soon = unkept.get(name);
  if (soon) return soon;
  try {
    const kept = localStorage.getItem(PREFIX + name);
    return kept === null ? EMPTY : { ...EMPTY, ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}

/** Forgets all drafts, of every account: what one person typed is not for whoever uses the browser next. */
export function forgetDrafts() {
  unkept.clear();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // A forbidden store has none.
  }
}

/** Keeps it a moment later, since the browser writes it to the disk; at once where the page goes. */
export function keepDraft(name: string, draft: Draft) {
  if (unkept.size === 0) setTimeout(write, KEPT_AFTER_MS);
  unkept.set(name, draft);
}

const KEPT_AFTER_MS = 300;
const unkept = new Map<string, Draft>();
window.addEventListener("pagehide", write);

function write() {
  for (const [name, draft] of unkept) {
    try {
      if (draft.text === "" && draft.files.length === 0) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, JSON.stringify(draft));
    } catch {
      // A full or forbidden store: the words stay on the page.
    }
  }
  unkept.clear();
}
