// How the images of charts are shaped, as far as they have been seen: so one that is shown takes its room at once.

/** Width to height, of a chart that nobody has seen yet: as the rules without a model draw most of theirs. */
const USUAL_RATIO = 2;
/** An answer does not wait longer for the image of a chart than this. */
const PATIENCE_MS = 1000;

export interface Shape {
  aspectRatio: number;
  /** In pixels: images are not made larger than they are, which would blur them. */
  maxWidth?: number;
}

const shapes = new Map<string, Shape>();

export function isSeen(fileId: string): boolean {
  return shapes.has(fileId);
}

export function shapeOf(fileId: string): Shape {
  return shapes.get(fileId) ?? { aspectRatio: USUAL_RATIO };
}

/** Remembers the shape of an image that has loaded. */
export function see(fileId: string, { naturalWidth, naturalHeight }: HTMLImageElement) {
  shapes.set(fileId, { aspectRatio: naturalWidth / naturalHeight, maxWidth: naturalWidth });
}

/** Loads the image of a chart that is about to be shown. Ends when it is there, cannot be had or takes too long. */
export function foresee(fileId: string, address: string): Promise<void> {
  const image = new Image();
  image.src = address;
  const loaded = image.decode().then(
    () => see(fileId, image),
    () => undefined,
  );
  return Promise.race([loaded, new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}
