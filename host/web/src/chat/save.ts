// Hands the reader a file that was made in the browser.

export function save(name: string, content: Blob) {
  const address = URL.createObjectURL(content);
  follow(address, name);
  // Browsers begin the download in their own time.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Downloads what is at an address. A server's own name for it comes before this one. */
export function follow(address: string, name: string) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

/** A name that every file system takes. */
export function fileName(title: string, extension: string): string {
  const stem = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
  return `${stem === "" ? "table" : stem.slice(0, 60)}.${extension}`;
}
