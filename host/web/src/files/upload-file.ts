// One file on its way to a project.
//
//   const file = await uploadFile(projectId, chosen, { onProgress: (sent) => …, signal });
//
// A small file goes as a form in one request. A large one goes by tus 1.0.0 (`upload-resumable.ts`): after a lost
// connection or a reload it goes on where it was. Both tell how many bytes have left the browser, which `fetch` cannot.
import type { StoredFile } from "../api/files";
import { ApiError } from "../api/error";

/** From this size on an upload can be resumed. */
export const RESUMABLE_FROM_BYTES = 8 << 20;
/** Times that the server is asked again when it says that it has no time yet. */
const TRIES = 5;

export interface UploadOptions {
  /** Bytes that have been sent, of all bytes of the file. */
  onProgress?: (sentBytes: number) => void;
  /** Nothing goes through at the moment, and it is tried again by itself. Told anew with each try. */
  onWaiting?: () => void;
  /** Gives the upload up; what has arrived is removed. */
  signal?: AbortSignal;
}

/** Uploads a file and gives it as the server keeps it. Throws an `ApiError`, or an `AbortError` where it was given up. */
export async function uploadFile(projectId: string, file: File, options: UploadOptions = {}): Promise<StoredFile> {
  options.signal?.throwIfAborted();
  if (file.size >= RESUMABLE_FROM_BYTES) {
    const { uploadResumable } = await import("./upload-resumable");
    return uploadResumable(projectId, file, options);
  }
  for (let tries = 1; ; tries += 1) {
    try {
      return await sendForm(projectId, file, options);
    } catch (thrown) {
      const wait = thrown instanceof ApiError ? thrown.retryAfterSeconds : undefined;
      if (wait === undefined || tries === TRIES) throw thrown;
      options.onProgress?.(0);
      options.onWaiting?.();
      await pause(wait * 1000, options.signal);
    }
  }
}

/** What an upload throws that was given up. */
export function givenUp(): DOMException {
  return new DOMException("The upload was cancelled.", "AbortError");
}

export function isGivenUp(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}

/** Waits, unless it is given up meanwhile. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(givenUp());
    });
  });
}

function sendForm(projectId: string, file: File, { onProgress, signal }: UploadOptions): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/projects/${encodeURIComponent(projectId)}/files`);
    request.upload.onprogress = ({ loaded, total }) => {
      // The form around the file has some bytes of its own.
      onProgress?.(total === 0 ? 0 : Math.round((loaded / total) * file.size));
    };
    request.onload = () => {
      fileOf(request).then(resolve, (thrown: unknown) => reject(ApiError.from(thrown)));
    };
    request.onerror = () => reject(ApiError.from(new TypeError("no answer")));
    request.onabort = () => reject(givenUp());
    signal?.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

/** What was uploaded, as the server keeps it. */
async function fileOf(request: XMLHttpRequest): Promise<StoredFile> {
  const response = responseOf(request);
  // A proxy may answer with a page of its own, and call it a success.
  const isOurs = response.headers.get("content-type")?.startsWith("application/json") === true;
  if (!response.ok || !isOurs) throw await ApiError.fromResponse(response);
  return (await response.json()) as StoredFile;
}

function responseOf(request: XMLHttpRequest): Response {
  const lines = request.getAllResponseHeaders().trim().split(/\r?\n/).filter(Boolean);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return new Response(request.responseText || null, { status: request.status, headers });
}
