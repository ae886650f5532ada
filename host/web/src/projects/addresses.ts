/** The e-mail addresses in what somebody typed or pasted, each once: "ada@example.com, Bob <bob@example.com>". */
export function addressesIn(text: string): string[] {
  const found = text
    .split(/[\s,;<>]+/)
    .filter((word) => word.includes("@"))
    .map((word) => word.replace(/^["'(]+|["').]+$/g, ""));
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
