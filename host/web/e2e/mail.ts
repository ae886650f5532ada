// The mail that the server would send: files in its data folder.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { inject } from "vitest";

const PATIENCE_MS = 10_000;

/**
 * Waits for a mail to `email` that has `pattern`, and gives the newest one's first group, or all that matches. `data` is
 * the server's data folder.
 */
export async function mailed(email: string, pattern: RegExp, data = inject("data")): Promise<string> {
  const folder = join(data, "mail");
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const names = await readdir(folder).catch(() => []);
    // Their names are ids that grow with time.
    for (const name of names.sort().reverse()) {
      const mail = readable(await readFile(join(folder, name), "utf8"));
      const found = mail.includes(`To: ${email}`) ? pattern.exec(mail) : null;
      if (found) return found[1] ?? found[0];
    }
    await sleep(50);
  }
  throw new Error(`no mail to ${email} has ${pattern.source}`);
}

/** Without the line breaks and signs of quoted-printable (RFC 2045, 6.7), as far as ours need it. */
function readable(mail: string): string {
  return mail.replace(/=\r?\n/g, "").replace(/=3D/g, "=");
}
