// How the images of charts are shaped, as far as they have been seen: so one that is shown takes its room at once.
import { useEffect, useState } from "react";

import type { Message } from "../api/messages";

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

/** Whether messages can be shown without the charts of the last one pushing the others about. Once it is so it stays so. */
export function useForeseen(last: Message | undefined, content: (fileId: string) => string): boolean {
  const charts = last?.parts.flatMap((part) => (part.type === "chart" && !isSeen(part.file_id) ? [part.file_id] : [])) ?? [];
  const [isForeseen, setForeseen] = useState(false);
  const wanted = last === undefined || isForeseen ? "" : charts.join();
  useEffect(() => {
    if (last === undefined) return;
    let isCurrent = true;
    const ids = wanted === "" ? [] : wanted.split(",");
    void Promise.all(ids.map((id) => foresee(id, content(id)))).then(() => {
      if (isCurrent) setForeseen(true);
    });
    return () => {
      isCurrent = false;
    };
  }, [last, wanted, content]);
  return isForeseen || charts.length === 0;
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
