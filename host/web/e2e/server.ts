// A server for the tests: the built program with a data folder, a database and a port of its own, and no model keys, so
// that the provider without a model answers. With GLOVEBOX_URL and GLOVEBOX_DATA it is one that runs already, such as
// `npm run dev` before a server: then a change of the app needs no build.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the server is. */
    url: string;
    /** Its data folder, with the mail that it would send in `mail`. */
    data: string;
  }
}

const ROOT = resolve(import.meta.dirname, "../../..");
const PROGRAM = process.env["GLOVEBOX_BIN"] ?? join(ROOT, "target/bin/glovebox");
const GUEST = process.env["GLOVEBOX_GUEST"] ?? join(ROOT, "target/bin/guest.wasm");

/** The first start makes a database. */
const START_MS = 60_000;
const STOP_MS = 15_000;

export default async function setup(project: TestProject) {
  const running = process.env["GLOVEBOX_URL"];
  if (running !== undefined) {
    project.provide("url", running);
    project.provide("data", resolve(process.env["GLOVEBOX_DATA"] ?? join(ROOT, "data")));
    return;
  }
  const { url, data, stop } = await startServer();
  project.provide("url", url);
  project.provide("data", data);
  return stop;
}

export interface Server {
  url: string;
  data: string;
  stop: () => Promise<void>;
}

/** Starts one with a folder of its own, which goes with it. `settings` are variables in the place of the usual ones. */
export async function startServer(settings: NodeJS.ProcessEnv = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "glovebox-e2e-"));
  // Under root, PostgreSQL runs as another user, who has to get in.
  await chmod(folder, 0o755);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const data = join(folder, "data");
  const server = spawn(PROGRAM, ["serve", "--listen", `127.0.0.1:${port}`, "--data", data], {
    cwd: folder,
    env: { ...environment(), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  server.stdout.on("data", (text: Buffer) => log.push(text.toString()));
  server.stderr.on("data", (text: Buffer) => log.push(text.toString()));
  server.on("error", (error) => log.push(`${PROGRAM}: ${error.message}`));
  try {
    await ready(url, server);
    await hasApp(url);
  } catch (error) {
    await stop(server, folder);
    throw new Error(`${String(error)}\n${log.join("")}`, { cause: error });
  }
  return { url, data, stop: () => stop(server, folder) };
}

/** Nothing of the caller's but what the program needs, and no limits that a row of tests would run into. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, GLOVEBOX_CACHE } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    GLOVEBOX_CACHE,
    GLOVEBOX_GUEST: GUEST,
    GLOVEBOX_LOG: "text",
    // Whether it is there already when somebody logs in is a race.
    GLOVEBOX_STARTER_PROJECT: "off",
    GLOVEBOX_METRICS_LISTEN: "off",
    GLOVEBOX_REQUESTS_PER_MINUTE: "100000",
    GLOVEBOX_CREDENTIAL_REQUESTS_PER_MINUTE: "100000",
    GLOVEBOX_UPLOADS_PER_MINUTE: "100000",
  };
}

async function ready(url: string, server: ChildProcess) {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`the server was not ready after ${START_MS} ms`);
}

async function hasApp(url: string) {
  const page = await fetch(url, { headers: { accept: "text/html" } });
  if (!page.ok) throw new Error(`${PROGRAM} was built without the browser app; run ./dev build`);
}

async function stop(server: ChildProcess, folder: string) {
  const runs = () => server.pid !== undefined && server.exitCode === null && server.signalCode === null;
  if (runs()) {
    server.kill("SIGTERM");
    await Promise.race([once(server, "exit"), sleep(STOP_MS, undefined, { ref: false })]);
  }
  if (runs()) server.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
