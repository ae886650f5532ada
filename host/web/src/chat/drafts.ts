// What was typed and not yet asked, kept by conversation in this browser until the server has it.
const PREFIX = "glovebox-draft-";

export interface Draft {
  text: string;
  files: { id: string; name: string }[];
}

export const EMPTY: Draft = { text: "", files: [] };

export function readDraft(name: string): Draft {
  try {
    const kept = localStorage.getItem(PREFIX + name);
    return kept === null ? EMPTY : { ...EMPTY, ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}

export function keepDraft(name: string, draft: Draft) {
  try {
    if (draft.text === "" && draft.files.length === 0) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(draft));
  } catch {
    // A full or forbidden store: the words stay on the page.
  }
}
