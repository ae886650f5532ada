// What was typed and not yet asked, kept by conversation in this browser until the server has it.
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
