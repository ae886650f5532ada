/**
 * The e-mail addresses in what somebody typed or pasted, each once: "ada@example.com, Bob <bob@example.com>". An entry
 * without any is given as it stands, so that nobody who was meant is left out unnoticed.
 */
export function addressesIn(text: string): string[] {
  const entries = text.split(/[,;\n]+/).filter((entry) => entry.trim() !== "");
  const found = entries.flatMap((entry) => {
    const words = entry.split(/[\s<>]+/).filter((word) => word.includes("@"));
    return words.length === 0 ? [entry.trim()] : words.map((word) => word.replace(/^["'(]+|["').]+$/g, ""));
  });
  const seen = new Set<string>();
  return found.filter((address) => {
    const folded = address.toLowerCase();
    return seen.has(folded) ? false : seen.add(folded);
  });
}

/** Whether it has the form of an address; the server looks more closely. */
export function isAddress(text: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);
}
