// What stands around every page: the sidebar and its drawer, what is there while something loads, and what is there when
// it does not come.
import type { Page, Route } from "playwright-core";

import { expect, expectAccessible, picture, test } from "./browser";

/** Answers everything but the question who is logged in. */
async function instead(page: Page, answer: (route: Route) => unknown) {
  await page.route("**/api/v1/**", async (route, request) => {
    const isSession = new URL(request.url()).pathname === "/api/v1/account";
    if (isSession) await route.continue();
    else await answer(route);
  });
}

function problem(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ code, title: code, status, detail, request_id: "01a1ffbf-dc40-7154-ac4f-bf58c2f45d2d" });
  return { status, contentType: "application/problem+json", headers, body };
}

test("the styles of the app come behind those of its library, and win", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  const title = page.getByRole("heading", { name: "Files", exact: true });
  expect(await title.evaluate((it) => getComputedStyle(it).fontSize)).toBe("15px");
});

test("on a narrow screen the sidebar is a drawer, which gives the focus back", async ({ page, member }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`/p/${member.projectId}/files`);
  const button = page.getByRole("button", { name: "Open the sidebar" });
  await button.click();
  const drawer = page.getByRole("dialog", { name: "Sidebar" });
  await drawer.getByRole("link", { name: "Prompts" }).waitFor();
  await expectAccessible(page);
  await drawer.getByRole("button", { name: `Account of ${member.name}` }).click();
  await page.getByRole("menuitem", { name: "Usage" }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await expect.poll(() => button.evaluate((it) => it === document.activeElement)).toBe(true);
  await button.click();
  await drawer.getByRole("link", { name: "Prompts" }).click();
  await page.getByRole("heading", { name: "Prompts", exact: true }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("content");
});

test("a dialog that a menu opened gives the focus back to the menu's button", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/settings`);
  const switcher = page.getByRole("button", { name: /First project|Getting started/ });
  const open = async () => {
    await switcher.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "New organisation" }).click();
    await page.getByRole("dialog", { name: "New organisation" }).getByRole("textbox", { name: "Name" }).waitFor();
  };
  await open();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect.poll(() => switcher.evaluate((it) => it === document.activeElement)).toBe(true);
  // It stays where the sidebar goes, as on a screen that is turned.
  await open();
  await page.keyboard.type("Acme");
  await picture(page, "org-new");
  expect(await page.getByRole("textbox", { name: "Name" }).last().inputValue()).toBe("Acme");
});

test("what loads has the shape of what comes", async ({ page, member }) => {
  await instead(page, () => undefined);
  const pages: [path: string, label: string, name: string][] = [
    [`/p/${member.projectId}/files`, "Loading the files", "loading-files"],
    [`/p/${member.projectId}/prompts`, "Loading the prompts", "loading-prompts"],
    [`/p/${member.projectId}/settings`, "Loading the project", "loading-settings"],
    [`/org/${member.orgId}/members`, "Loading the organisation", "loading-members"],
    ["/account/sessions", "Loading your sessions", "loading-sessions"],
    ["/account/usage", "Loading usage", "loading-usage"],
  ];
  for (const [path, label, name] of pages) {
    await page.goto(path);
    await page.getByRole("status", { name: label }).waitFor();
    if (name === "loading-files") await expectAccessible(page);
    await picture(page, name);
  }
});

test("what fails says why, and can be tried again", async ({ page, member }) => {
  await instead(page, (route) => route.fulfill(problem(500, "internal", "Something went wrong here.")));
  await page.goto(`/p/${member.projectId}/files`);
  await page.getByText("The files could not be loaded").waitFor();
  await expectAccessible(page);
  await picture(page, "failed-files");
  await page.unroute("**/api/v1/**");
  await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
  await page.getByText("The files could not be loaded").waitFor({ state: "detached" });

  await instead(page, (route) =>
    route.fulfill(problem(429, "rate_limited", "Too many requests. Try again in 95 seconds.", { "retry-after": "95" })),
  );
  await page.goto("/account/api-keys");
  await page.getByText(/You can try again in 9\d seconds\./).waitFor();
  await expectAccessible(page);
  await picture(page, "failed-limit");

  await page.unroute("**/api/v1/**");
  await instead(page, (route) => route.abort());
  await page.goto("/account/usage");
  await page.getByText("Usage could not be loaded").waitFor();
  await expectAccessible(page);
  await picture(page, "failed-offline");
});

test("a server that does not answer at all is waited for", async ({ page, member }) => {
  await page.route("**/api/v1/account", (route) => route.abort());
  await page.goto(`/p/${member.projectId}/files`);
  await page.getByRole("heading", { name: "Glovebox is not responding" }).waitFor();
  await expectAccessible(page);
  await picture(page, "unreachable");
  await page.unroute("**/api/v1/account");
  await page.getByRole("button", { name: "Try now" }).click();
  await page.getByRole("heading", { name: "Files", exact: true }).waitFor();
});

test("what is not there says so, and leads on", async ({ page, member }) => {
  const nowhere: [path: string, what: string, name: string][] = [
    ["/no/such/page", "page", "not-found"],
    [`/p/${member.orgId}/files`, "project", "not-found-project"],
    [`/p/${member.orgId}/prompts`, "project", "not-found-prompts"],
    [`/p/${member.projectId}/files/${member.orgId}`, "file", "not-found-file"],
    [`/org/${member.projectId}/members`, "organisation", "not-found-org"],
  ];
  for (const [path, what, name] of nowhere) {
    await page.goto(path);
    await page.getByRole("heading", { name: `${what} not found` }).waitFor();
    await expectAccessible(page);
    await picture(page, name);
  }
  // Also where the sidebar is away.
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "Open the sidebar" }).click();
  await page.getByRole("dialog", { name: "Sidebar" }).waitFor();
});

test("a page that breaks says so, and the rest stays", async ({ page, member }) => {
  // An answer that no server of this version gives.
  await page.route(`**/api/v1/projects/${member.projectId}/prompts*`, (route) =>
    route.fulfill({ contentType: "application/json", body: JSON.stringify({ items: [null], next_cursor: null }) }),
  );
  await page.goto(`/p/${member.projectId}/prompts`);
  await page.getByRole("heading", { name: "This page crashed" }).waitFor();
  await page.getByRole("button", { name: `Account of ${member.name}` }).waitFor();
  await expectAccessible(page);
  await picture(page, "crashed");
});
