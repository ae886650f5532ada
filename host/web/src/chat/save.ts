// Hands the reader a file that was made in the browser.

export function save(name: string, content: string, mediaType: string) {
  const address = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Browsers begin the download in their own time.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A name that every file system takes. */
export function fileName(title: string, extension: string): string {
  const stem = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
  return `${stem === "" ? "table" : stem.slice(0, 60)}.${extension}`;
}
