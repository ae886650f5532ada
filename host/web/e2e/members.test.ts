// People who work together: an organisation, its invitations, roles, and the ways out of it.
import type { Browser, BrowserContext } from "playwright-core";
import { inject } from "vitest";

import { expect, expectAccessible, picture, test } from "./browser";
import { mailed } from "./mail";
import { type Member, type Person, signUp, stranger, verificationToken } from "./people";

const TOKEN = /invitation\?token=([\w-]+)/;

test("somebody invites two people; one has an account and one signs up for it", { timeout: 120_000 }, async ({ page, browser, member }) => {
  const bob = await somebody(browser, stranger("Bob"));
  const cy = stranger("Cy");
  await page.goto(`/p/${member.projectId}/prompts`);
  await page.getByRole("button", { name: /First project|Getting started/ }).click();
  await page.getByRole("menuitem", { name: "New organisation" }).click();
  await page.getByLabel("Name").fill("Acme");
  await page.getByRole("button", { name: "Create organisation" }).click();
  await page.waitForURL("**/org/*/members");
  await page.getByText("You", { exact: true }).waitFor();

  // Two at once, one of them twice.
  await page.getByLabel("Email addresses").fill(`Bob <${bob.person.email}>, ${cy.email}, ${cy.email}`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByText("2 invitations sent.").waitFor();
  await page.getByRole("list", { name: "Pending invitations" }).getByText(cy.email).waitFor();
  await expectAccessible(page);
  await picture(page, "members-invited");

  // Who is logged in accepts.
  const bobs = await bob.context.newPage();
  await bobs.goto(`/invitation?token=${await mailed(bob.person.email, TOKEN)}`);
  await bobs.getByText(bob.person.email).waitFor();
  await expectAccessible(bobs);
  await picture(bobs, "invitation");
  await bobs.getByRole("button", { name: "Accept" }).click();
  await bobs.getByText("You are now a member of Acme.").waitFor();

  // Who is not signs up, and the mail that confirms the address does not lose the way.
  const context = await browser.newContext({ baseURL: inject("url"), locale: "en-GB", reducedMotion: "reduce" });
  const cys = await context.newPage();
  await cys.goto(`/invitation?token=${await mailed(cy.email, TOKEN)}`);
  await expectAccessible(cys);
  await picture(cys, "invitation-logged-out");
  await cys.getByRole("link", { name: "Sign up" }).click();
  await cys.getByLabel("Name").fill(cy.name);
  await cys.getByLabel("Email").fill(cy.email);
  await cys.getByRole("textbox", { name: "Password" }).fill(cy.password);
  await cys.getByRole("button", { name: "Sign up" }).click();
  await cys.goto(`/verify-email?token=${await verificationToken(cy.email)}`);
  await cys.getByRole("link", { name: "Continue" }).click();
  await cys.getByRole("button", { name: "Accept" }).click();
  await cys.getByText("You are now a member of Acme.").waitFor();

  // The owner makes one an admin and removes the other.
  await page.reload();
  await page.getByRole("combobox", { name: "Role of Bob" }).click();
  await page.getByRole("option", { name: /Admin/ }).click();
  await page.getByText("Bob is now an admin.").waitFor();
  await expectAccessible(page);
  await picture(page, "members");
  await page.getByRole("button", { name: "Actions for Cy" }).click();
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  await page.getByRole("dialog", { name: "Remove Cy?" }).getByRole("button", { name: "Remove" }).click();
  await page.getByText("Cy was removed from Acme.").waitFor();

  // The admin leaves.
  await bobs.goto(page.url());
  await bobs.getByRole("button", { name: "Actions for Bob" }).click();
  await bobs.getByRole("menuitem", { name: "Leave…" }).click();
  await bobs.getByRole("dialog", { name: "Leave Acme?" }).waitFor();
  await expectAccessible(bobs);
  await bobs.getByRole("dialog", { name: "Leave Acme?" }).getByRole("button", { name: "Leave" }).click();
  await bobs.getByText("You left Acme.").waitFor();
  await bobs.waitForURL(`**/p/${bob.person.projectId}`);
  await context.close();
  await bob.context.close();
});

test("who cannot be invited stays in the field, with the reason", async ({ page, context, member }) => {
  await page.goto(`/org/${member.orgId}/members`);
  await page.getByText("This is your personal organisation").waitFor();
  await expectAccessible(page);
  await picture(page, "members-personal");
  const org = (await (await context.request.post("/api/v1/orgs", { data: { name: "Acme" } })).json()) as { id: string };
  await page.goto(`/org/${org.id}/members`);
  const addresses = page.getByLabel("Email addresses");
  await addresses.fill("  ada@example.com, bob.example.com ");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByText("bob.example.com is not an email address.").waitFor();
  await addresses.fill(`  ${member.email} , cy@example.com `);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByText("Somebody with this address is already a member.").waitFor();
  expect(await addresses.inputValue()).toBe(member.email);
  await page.getByRole("list", { name: "Pending invitations" }).getByText("cy@example.com").waitFor();
  await expectAccessible(page);
  await picture(page, "members-refused");
});

test("an invitation lets nobody else in, and works once", async ({ page, browser, context, member }) => {
  const bob = await somebody(browser, stranger("Bob"));
  const org = (await (await context.request.post("/api/v1/orgs", { data: { name: "Acme" } })).json()) as { id: string };
  await context.request.post(`/api/v1/orgs/${org.id}/invitations`, { data: { email: bob.person.email, role: "viewer" } });
  const token = await mailed(bob.person.email, TOKEN);

  await page.goto(`/invitation?token=${token}`);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("This invitation was sent to another address").waitFor();
  await expectAccessible(page);
  await picture(page, "invitation-other-address");

  // Taken back, it is over.
  await page.goto(`/org/${org.id}/members`);
  await page.getByRole("button", { name: `Actions for the invitation for ${bob.person.email}` }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByText(`Invitation for ${bob.person.email} revoked.`).waitFor();
  const bobs = await bob.context.newPage();
  await bobs.goto(`/invitation?token=${token}`);
  await bobs.getByRole("heading", { name: "This invitation is not valid" }).waitFor();
  await expectAccessible(bobs);
  await picture(bobs, "invitation-over");
  expect(member.orgId).not.toBe(org.id);
  await bob.context.close();
});

test("the only owner stays, until the organisation is deleted by its name", async ({ page, browser, context, member }) => {
  const bob = await somebody(browser, stranger("Bob"));
  const org = (await (await context.request.post("/api/v1/orgs", { data: { name: "Acme" } })).json()) as { id: string };
  await context.request.post(`/api/v1/orgs/${org.id}/invitations`, { data: { email: bob.person.email, role: "viewer" } });
  const token = await mailed(bob.person.email, TOKEN);
  await bob.context.request.post("/api/v1/invitations/accept", { data: { token } });

  // Neither the organisation nor the account can be left.
  await page.goto("/account/delete");
  await page.getByText("You are the only owner").waitFor();
  await expectAccessible(page);
  await picture(page, "account-delete-owner");
  await page.getByRole("link", { name: "Acme" }).click();
  await page.getByRole("button", { name: `Actions for ${member.name}` }).click();
  await page.getByText("The only owner cannot leave").waitFor();
  await page.keyboard.press("Escape");

  // A viewer changes nothing.
  const bobs = await bob.context.newPage();
  await bobs.goto(`/org/${org.id}/settings`);
  expect(await bobs.getByRole("textbox", { name: "Name" }).isEditable()).toBe(false);
  expect(await bobs.getByRole("button", { name: "Delete organisation…" }).count()).toBe(0);

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete organisation…" }).waitFor();
  await expectAccessible(page);
  await picture(page, "org-settings");
  await page.getByRole("button", { name: "Delete organisation…" }).click();
  const question = page.getByRole("dialog", { name: "Delete Acme?" });
  await question.getByText("the access of 1 other member").waitFor();
  await expectAccessible(page);
  await picture(page, "org-delete");
  const gone = question.getByRole("button", { name: "Delete organisation" });
  expect(await gone.isEnabled()).toBe(false);
  await question.getByLabel("Type Acme to confirm").fill("Acme");
  await gone.click();
  await page.getByText("Acme deleted.").waitFor();
  await page.waitForURL(`**/p/${member.projectId}`);
  await bob.context.close();
});

/** Somebody with an account and a browser of their own. */
async function somebody(browser: Browser, person: Person): Promise<{ person: Member; context: BrowserContext }> {
  const context = await browser.newContext({ baseURL: inject("url"), locale: "en-GB", reducedMotion: "reduce" });
  context.setDefaultTimeout(10_000);
  return { person: await signUp(context, person), context };
}
