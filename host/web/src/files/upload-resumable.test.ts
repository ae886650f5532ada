import { afterEach, expect, test, vi } from "vitest";

import { uploadResumable } from "./upload-resumable";

interface Options {
  onError: (error: Error) => void;
}

let started: (options: Options) => void;
vi.mock("tus-js-client", () => ({
  defaultOptions: { urlStorage: {} },
  Upload: class {
    constructor(
      _file: File,
      readonly options: Options,
    ) {}
    findPreviousUploads = () => Promise.reject(new Error("The store is closed."));
    start = () => started(this.options);
  },
}));
afterEach(() => void vi.unstubAllGlobals());

const file = new File(["a,b"], "a.csv");

test("a refusal ends an upload, also where the limit cannot be had and the browser remembers nothing", async () => {
  const problem = JSON.stringify({ code: "too_large", detail: "The file is too large." });
  const originalResponse = { getStatus: () => 413, getBody: () => problem, getHeader: () => "application/problem+json" };
  started = ({ onError }) => onError(Object.assign(new Error("refused"), { originalResponse }));
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no answer")));
  await expect(uploadResumable("p", file, {})).rejects.toMatchObject({ code: "too_large", status: 413 });
});

test("an upload that cannot begin ends", async () => {
  started = () => {
    throw new Error("no endpoint");
  };
  await expect(uploadResumable("p", file, {})).rejects.toMatchObject({ message: "no endpoint" });
});

test("an upload that was given up before it began ends", async () => {
  await expect(uploadResumable("p", file, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
});
