import { afterEach, expect, test, vi } from "vitest";

import { ApiError } from "../api/error";
import { uploadFile } from "./upload-file";

afterEach(() => void vi.unstubAllGlobals());

/** Has the next upload answered so. */
function answered(status: number, type: string, body: string) {
  class Answered {
    upload = {};
    status = status;
    responseText = body;
    onload: () => void = () => undefined;
    open = () => undefined;
    getAllResponseHeaders = () => `content-type: ${type}\r\n`;
    send = () => this.onload();
  }
  vi.stubGlobal("XMLHttpRequest", Answered);
}

const file = new File(["a,b"], "a.csv");

test("a proxy's page in the place of an answer ends an upload", async () => {
  for (const status of [200, 502]) {
    answered(status, "text/html", "<h1>Welcome</h1>");
    await expect(uploadFile("p", file)).rejects.toMatchObject({ code: "unreadable", status });
  }
  answered(204, "text/html", "");
  await expect(uploadFile("p", file)).rejects.toBeInstanceOf(ApiError);
  answered(201, "application/json", "{");
  await expect(uploadFile("p", file)).rejects.toBeInstanceOf(ApiError);
});

test("an upload gives the file as the server keeps it", async () => {
  answered(201, "application/json", '{"id":"f"}');
  await expect(uploadFile("p", file)).resolves.toEqual({ id: "f" });
});
