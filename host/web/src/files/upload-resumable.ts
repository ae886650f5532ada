// A large file on its way, by tus 1.0.0: in parts, each of which the server keeps as it arrives.
//
// Where an upload stands is remembered in this browser by the file's name, size and time, so that choosing the same
// file again goes on with it. `unfinishedUploads` tells which ones wait for that.
import { defaultOptions, type DetailedError, type PreviousUpload, Upload } from "tus-js-client";

import { answer, api } from "../api/client";
import { ApiError } from "../api/error";
import type { StoredFile } from "../api/files";
import { givenUp, type UploadOptions } from "./upload-file";

/** A proxy before the server may refuse larger requests, and keep a part for itself that is not complete. */
const PART_BYTES = 16 << 20;
/** How long each attempt waits after the one before; together ten minutes without a connection. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 5000, ...Array.from({ length: 60 }, () => 10_000)];
/** Answers after which the next attempt can go better. The rest of 4xx stays as it is. */
const PASSING = new Set([0, 408, 409, 423, 429]);

/** Where this browser remembers what it has begun. */
const storage = defaultOptions.urlStorage;

export async function uploadResumable(projectId: string, file: File, options: UploadOptions): Promise<StoredFile> {
  // It may have been given up while this part of the app was loaded.
  options.signal?.throwIfAborted();
  const fileId = await send(projectId, file, options);
  return answer(api.GET("/api/v1/files/{file_id}", { params: { path: { file_id: fileId } } }));
}

/** An upload of this browser that did not come to its end. */
export interface Unfinished {
  name: string;
  bytes: number;
  /** Bytes that the server has. */
  arrivedBytes: number;
  forget: () => Promise<void>;
}

/** What can be gone on with in a project, after a look at what the server still has. */
export async function unfinishedUploads(projectId: string): Promise<Unfinished[]> {
  const known = await storage.findAllUploads();
  const ours = known.filter(({ metadata }) => metadata["project"] === projectId);
  const looked = await Promise.all(ours.map((upload) => look(upload)));
  return looked.filter((upload) => upload !== undefined);
}

async function look({ metadata, size, uploadUrl, urlStorageKey }: PreviousUpload): Promise<Unfinished | undefined> {
  const drop = () => storage.removeUpload(urlStorageKey);
  if (uploadUrl === null || size === null) {
    await drop();
    return undefined;
  }
  const response = await fetch(uploadUrl, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
  if (!response.ok || response.headers.has("Glovebox-File-Id")) {
    // It has expired, or it is a file by now.
    if (response.status === 404 || response.ok) await drop();
    return undefined;
  }
  return {
    name: metadata["filename"] ?? "",
    bytes: size,
    arrivedBytes: Number(response.headers.get("Upload-Offset")),
    forget: async () => {
      await Upload.terminate(uploadUrl).catch(() => undefined);
      await drop();
    },
  };
}

function send(projectId: string, file: File, { onProgress, onWaiting, signal }: UploadOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    let fileId: string | null | undefined;
    const upload = new Upload(file, {
      endpoint: `/api/v1/projects/${encodeURIComponent(projectId)}/uploads`,
      metadata: { filename: file.name, project: projectId },
      fingerprint: () =>
        Promise.resolve(["glovebox", projectId, file.name, file.size, file.lastModified].join("\n")),
      chunkSize: PART_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      onProgress: (sent) => onProgress?.(sent),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const again = signal?.aborted !== true && (status >= 500 || PASSING.has(status));
        if (again) onWaiting?.();
        return again;
      },
      onAfterResponse: (_request, response) => {
        fileId = response.getHeader("Glovebox-File-Id") ?? fileId;
      },
      onError: (error) => void problemOf(error, projectId, file).then(reject, reject),
      onSuccess: () => {
        if (fileId === null || fileId === undefined) reject(ApiError.from(new Error("The upload ended without a file.")));
        else resolve(fileId);
      },
    });
    signal?.addEventListener("abort", () => {
      void upload.abort(true).catch(() => undefined);
      reject(givenUp());
    });
    // A browser that forgets what was begun has it begin anew.
    const known = upload.findPreviousUploads().catch((): PreviousUpload[] => []);
    void known
      .then(([previous]) => {
        if (signal?.aborted === true) return;
        if (previous) upload.resumeFromPreviousUpload(previous);
        upload.start();
      })
      .catch((thrown: unknown) => reject(ApiError.from(thrown)));
  });
}

async function problemOf(error: Error | DetailedError, projectId: string, file: File): Promise<ApiError> {
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (!response) return ApiError.from(new TypeError("no answer"));
  const headers = { "content-type": response.getHeader("Content-Type") ?? "" };
  const problem = await ApiError.fromResponse(
    new Response(response.getBody() || null, { status: response.getStatus(), headers }),
  );
  if (problem.status !== 413) return problem;
  // Without the limit in figures, the server's own sentence does.
  return tooLarge(problem, projectId, file).catch(() => problem);
}

/** In words that people measure files in. */
async function tooLarge(problem: ApiError, projectId: string, file: File): Promise<ApiError> {
  const { formatBytes } = await import("../shell/numbers");
  const options = await fetch(`/api/v1/projects/${encodeURIComponent(projectId)}/uploads`, { method: "OPTIONS" });
  const most = Number(options.headers.get("Tus-Max-Size"));
  if (!most) return problem;
  const message = `The file has ${formatBytes(file.size)}; the limit is ${formatBytes(most)}. Compress it or split it.`;
  return new ApiError({ code: problem.code, message, status: problem.status });
}
