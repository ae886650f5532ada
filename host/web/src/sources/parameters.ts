// The parameters of a statement: what stands between two pairs of braces, outside of texts and comments.

/** Texts, comments, or a parameter, whichever comes first. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;

/** Their names in the order in which they first appear. */
export function parametersOf(sql: string): string[] {
  const names = [...sql.matchAll(PIECES)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  return [...new Set(names)];
}
