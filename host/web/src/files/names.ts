/** How many characters of a file's name come before its ending: what somebody wants to change when they rename it. */
export function stemLength(name: string): number {
  const dot = /(\.(csv|tsv|tab|txt))?(\.(gz|zip))?$/i.exec(name)?.index ?? name.length;
  return dot === 0 ? name.length : dot;
}
