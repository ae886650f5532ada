// Files that are named in a question by typing `@` and the beginning of their name.

/** A mention that is being typed: where its `@` stands, and what was typed behind it. */
export interface Mention {
  at: number;
  typed: string;
}

/** Behind an `@` at a word's beginning, up to the cursor. */
export function mentionAt(text: string, cursor: number): Mention | undefined {
  const found = /(?:^|[\s(,;])@([^\s@]{0,100})$/.exec(text.slice(0, cursor));
  if (!found) return undefined;
  const typed = found[1] ?? "";
  return { at: cursor - typed.length - 1, typed };
}

const SHOWN = 8;

/** The files whose names fit what was typed: those that begin with it, then those that hold it. */
export function matching<File extends { name: string }>(files: readonly File[], typed: string): File[] {
  const wanted = typed.toLowerCase();
  const place = ({ name }: File) => name.toLowerCase().indexOf(wanted);
  return files
    .filter((file) => place(file) >= 0)
    .sort((one, other) => Number(place(one) > 0) - Number(place(other) > 0))
    .slice(0, SHOWN);
}

/** The text with the mention written out as the file's name, and the cursor behind it. */
export function written(text: string, { at, typed }: Mention, name: string): { text: string; cursor: number } {
  const rest = text.slice(at + 1 + typed.length);
  const word = /^\s/.test(rest) ? name : `${name} `;
  return { text: text.slice(0, at) + word + rest, cursor: at + name.length + 1 };
}
