/** Whether each word of a query is somewhere in the texts, whatever case and accents either has. */
export function matches(query: string, ...texts: string[]): boolean {
  const text = plain(texts.join(" "));
  return plain(query).split(/\s+/).every((word) => text.includes(word));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
