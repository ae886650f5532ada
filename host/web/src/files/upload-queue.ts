// Files on their way, whatever page is open: a few at once, the others wait. A queue of this browser tab.
import { useSyncExternalStore } from "react";

import { ApiError } from "../api/error";
import type { StoredFile } from "../api/files";
import { tellTurnedAway } from "../api/turned-away";
import { isGivenUp, uploadFile } from "./upload-file";

/** Uploads at once. More would only share the same line. */
const AT_ONCE = 3;

export type UploadState = "waiting" | "sending" | "done" | "failed";

export interface QueuedUpload {
  readonly id: number;
  readonly projectId: string;
  readonly name: string;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly state: UploadState;
  /** Nothing goes through at the moment. */
  readonly isWaiting?: boolean;
  /** Why it failed. */
  readonly error?: ApiError | undefined;
  /** What became of it. */
  readonly file?: StoredFile;
}

interface Job {
  source: File;
  giveUp: AbortController;
}

let uploads: readonly QueuedUpload[] = [];
let nextId = 1;
/** What a queued upload needs and nobody shows. */
const jobs = new Map<number, Job>();
const listeners = new Set<() => void>();
const arrivals = new Set<(file: StoredFile) => void>();

/** Puts files into the queue. */
export function enqueue(projectId: string, files: readonly File[]) {
  for (const source of files) {
    const id = nextId;
    nextId += 1;
    jobs.set(id, { source, giveUp: new AbortController() });
    const { name, size: bytes } = source;
    uploads = [...uploads, { id, projectId, name, bytes, sentBytes: 0, state: "waiting" }];
  }
  changed();
}

/** Gives an upload up, or takes one that has ended out of the list. */
export function dismiss(id: number) {
  jobs.get(id)?.giveUp.abort();
  jobs.delete(id);
  uploads = uploads.filter((upload) => upload.id !== id);
  changed();
}

/** Takes out what has arrived. */
export function dismissDone(projectId: string) {
  const done = uploads.filter((upload) => upload.projectId === projectId && upload.state === "done");
  for (const { id } of done) jobs.delete(id);
  uploads = uploads.filter((upload) => !done.includes(upload));
  changed();
}

/** Tries again what failed. */
export function retry(id: number) {
  const job = jobs.get(id);
  if (!job) return;
  job.giveUp = new AbortController();
  update(id, { state: "waiting", sentBytes: 0, error: undefined });
}

/** Goes on with what failed because nobody was logged in. */
export function retryTurnedAway() {
  for (const { id, error } of uploads) if (error?.needsLogin === true) retry(id);
}

export function useUploads(): readonly QueuedUpload[] {
  return useSyncExternalStore(subscribe, () => uploads);
}

/** Calls `listener` with each file that arrives. Gives back what ends that. */
export function onArrival(listener: (file: StoredFile) => void): () => void {
  arrivals.add(listener);
  return () => void arrivals.delete(listener);
}

async function send({ id, projectId }: QueuedUpload, { source, giveUp }: Job) {
  update(id, { state: "sending" });
  try {
    const file = await uploadFile(projectId, source, {
      signal: giveUp.signal,
      onProgress: (sentBytes) => update(id, { sentBytes, isWaiting: false }),
      onWaiting: () => update(id, { isWaiting: true }),
    });
    update(id, { state: "done", sentBytes: source.size, file });
    for (const listener of arrivals) listener(file);
  } catch (thrown) {
    if (isGivenUp(thrown)) return;
    const error = ApiError.from(thrown);
    update(id, { state: "failed", error });
    if (error.needsLogin) tellTurnedAway();
  }
}

function update(id: number, what: Partial<QueuedUpload>) {
  uploads = uploads.map((upload) => (upload.id === id ? { ...upload, ...what } : upload));
  changed();
}

function changed() {
  const room = AT_ONCE - uploads.filter((upload) => upload.state === "sending").length;
  const next = uploads.filter((upload) => upload.state === "waiting").slice(0, Math.max(0, room));
  for (const upload of next) {
    const job = jobs.get(upload.id);
    // Which comes back here at once, with one waiting less.
    if (job) return void send(upload, job);
  }
  const isBusy = uploads.some((upload) => upload.state === "sending" || upload.state === "waiting");
  window.onbeforeunload = isBusy ? (event) => event.preventDefault() : null;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
