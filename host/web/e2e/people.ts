// People to try the app as.
import { randomUUID } from "node:crypto";

import type { BrowserContext, Page } from "playwright-core";

import { mailed } from "./mail";

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Somebody who is logged in, with the project that they are in. */
export interface Member extends Person {
  orgId: string;
  projectId: string;
}

/** Somebody whom the server does not know yet. */
export function stranger(name = "Ada Lovelace"): Person {
  return { name, email: `${randomUUID()}@example.com`, password: "an engine of 1843" };
}

/** Signs somebody up by the API alone and logs the browser in as them: the quick way for tests of something else. */
export async function signUp(context: BrowserContext, person = stranger()): Promise<Member> {
  const call = async (method: "GET" | "POST", path: string, data?: object): Promise<unknown> => {
    const answer = await context.request.fetch(`/api/v1${path}`, { method, ...(data ? { data } : {}) });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  };
  const answer = await context.request.post("/api/v1/accounts", { data: person });
  if (!answer.ok()) throw new Error(await answer.text());
  // The first account of a server is open at once, and confirming an address logs in.
  if (answer.status() !== 201) {
    await call("POST", "/email-verifications/confirm", { token: await verificationToken(person.email) });
  }
  const account = (await call("GET", "/account")) as { personal_org_id: string };
  const orgId = account.personal_org_id;
  const projects = (await call("GET", `/orgs/${orgId}/projects`)) as { items: { id: string }[] };
  const first = projects.items[0] ?? (await call("POST", `/orgs/${orgId}/projects`, { name: "First project" }));
  return { ...person, orgId, projectId: (first as { id: string }).id };
}

export function verificationToken(email: string, data?: string): Promise<string> {
  return mailed(email, /verify-email\?token=([\w-]+)/, data);
}

/** By the log-in page, which has to be open. */
export async function logIn(page: Page, { email, password }: Person) {
  await page.getByLabel("Email").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}
