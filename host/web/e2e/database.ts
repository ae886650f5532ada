// A PostgreSQL of somebody else for the tests: with a folder and a port of its own, two tables, and a user who may only
// read them.
import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { freePort } from "./server";

const run = promisify(execFile);

export interface Database {
  port: number;
  stop: () => Promise<void>;
}

const TABLES = `
  create table customers (id integer primary key, name text not null);
  create table orders (id integer primary key, customer_id integer references customers, amount numeric(10, 2));
  insert into customers values (1, 'Ada'), (2, 'Grace');
  insert into orders values (1, 1, 10.50), (2, 1, 4.25), (3, 2, 7.00);
  create role reader login;
  grant select on all tables in schema public to reader;
`;

export async function startDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), "glovebox-e2e-database-"));
  const [programs, port] = [await programsFolder(), await freePort()];
  const data = join(folder, "data");
  const as = await owner(folder);
  const call = (program: string, ...args: string[]) => {
    const [first = "", ...rest] = [...as, join(programs, program), ...args];
    return run(first, rest, { cwd: "/" });
  };
  await call("initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync");
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder} -c fsync=off`;
  await call("pg_ctl", "start", "-s", "-w", "-D", data, "-l", join(folder, "log"), "-o", options);
  await call("psql", "-q", "-h", folder, "-p", String(port), "-U", "postgres", "-d", "postgres", "-c", TABLES);
  const stop = async () => {
    await call("pg_ctl", "stop", "-s", "-D", data, "-m", "immediate");
    await rm(folder, { recursive: true, force: true });
  };
  return { port, stop };
}

/** PostgreSQL refuses to run as root: the words that come before its programs, with the folder made its user's. */
async function owner(folder: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const id = async (kind: string, name: string) => Number((await run("id", [kind, name])).stdout);
  const user = await id("-u", "postgres").then(() => "postgres", () => "nobody");
  const [uid, gid] = [await id("-u", user), await id("-g", user)];
  await chown(folder, uid, gid);
  await chmod(folder, 0o755);
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--"];
}

async function programsFolder(): Promise<string> {
  const root = "/usr/lib/postgresql";
  const versions = await readdir(root).catch(() => []);
  const newest = versions.map(Number).filter((version) => version > 0).sort((a, b) => b - a)[0];
  if (newest !== undefined) return join(root, String(newest), "bin");
  return (await run("pg_config", ["--bindir"])).stdout.trim();
}
