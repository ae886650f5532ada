// The account's own pages, to its end.
import { expect, expectAccessible, picture, test } from "./browser";
import { mailed } from "./mail";
import { signUp, stranger } from "./people";

test("a name is saved, and what is not saved is not lost by a wrong click", async ({ page, member }) => {
  await page.goto("/account");
  const name = page.getByRole("textbox", { name: "Name" });
  await name.fill("Augusta Ada King");
  await page.getByRole("link", { name: "Sessions" }).click();
  const question = page.getByRole("dialog", { name: "Discard your changes?" });
  await question.waitFor();
  await expectAccessible(page);
  await question.getByRole("button", { name: "Keep editing" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Account of Augusta Ada King" }).waitFor();
  await expectAccessible(page);
  await picture(page, "account");
  await page.getByRole("link", { name: "Sessions" }).click();
  await page.getByRole("heading", { name: "Active sessions" }).waitFor();
  expect(member.name).not.toBe("Augusta Ada King");
});

test("another address counts when the link that was mailed there is followed", async ({ page, member }) => {
  const email = stranger().email;
  await page.goto("/account");
  await page.getByRole("button", { name: "Change…" }).click();
  await expectAccessible(page);
  await page.getByLabel("New email").fill(email);
  await page.getByRole("textbox", { name: "Your password" }).fill(member.password);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText(`We sent a link to ${email}`).waitFor();
  await page.getByText(member.email, { exact: true }).first().waitFor();
  await expectAccessible(page);
  await picture(page, "account-new-email");

  await page.goto(`/verify-email?token=${await mailed(email, /verify-email\?token=([\w-]+)/)}`);
  await page.getByText("Your account now uses this address.").waitFor();
  await page.goto("/account");
  await page.getByText(email, { exact: true }).first().waitFor();
});

test("other sessions are seen and ended, and this one goes on", async ({ page, browser, context, member }) => {
  const elsewhere = await browser.newContext({ userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0" });
  const { email, password } = member;
  await elsewhere.request.post(new URL("/api/v1/sessions", (await context.request.get("/")).url()).href, {
    data: { email, password },
  });
  await page.goto("/account/sessions");
  await page.getByText("This session").waitFor();
  await page.getByText("Firefox on Linux").waitFor();
  await expectAccessible(page);
  await picture(page, "account-sessions");
  await page.getByRole("button", { name: "Log out all others…" }).click();
  await page.getByRole("dialog", { name: "Log out all other sessions?" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Log out Firefox on Linux" }).click();
  await page.getByText("Firefox on Linux logged out.").waitFor();
  await page.getByRole("button", { name: "Log out Firefox on Linux" }).waitFor({ state: "detached" });
  await page.reload();
  await page.getByText("This session").waitFor();
  await elsewhere.close();
});

test("a key is shown once, works, and is revoked", async ({ page, context }) => {
  await context.request.get("/");
  const member = await signUp(context);
  await page.goto("/account/api-keys");
  await page.getByText("No API keys yet").waitFor();
  await expectAccessible(page);
  await picture(page, "account-api-keys-empty");
  await page.getByRole("button", { name: "Create an API key" }).click();
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByText("Give the key a name").waitFor();
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "Name" }).fill("Nightly upload");
  await page.getByRole("button", { name: "Create key" }).click();
  const made = page.getByRole("dialog", { name: "Your new API key" });
  const token = await made.getByText(/^gbx_/).innerText();
  await expectAccessible(page);
  await picture(page, "account-api-key");
  await made.getByRole("button", { name: "I have saved it" }).click();

  const authorization = `Bearer ${token}`;
  const asProgram = () => page.request.get("/api/v1/account", { headers: { authorization, cookie: "" } });
  expect(await (await asProgram()).json()).toMatchObject({ email: member.email });
  await page.reload();
  await page.getByRole("button", { name: "Revoke Nightly upload" }).waitFor();
  await expectAccessible(page);
  await picture(page, "account-api-keys");
  await page.getByRole("button", { name: "Revoke Nightly upload" }).click();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await page.getByText("No API keys yet").waitFor();
  expect((await asProgram()).status()).toBe(401);
});

test("usage and appearance say how things stand", async ({ page, member }) => {
  await page.goto("/account/usage");
  await page.getByText("Space").waitFor();
  await expectAccessible(page);
  await picture(page, "account-usage");
  await page.goto("/account/appearance");
  await page.getByRole("radio", { name: "Dark" }).click();
  await expect.poll(() => page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
  await page.getByRole("radio", { name: "System" }).click();
  await expectAccessible(page);
  await picture(page, "account-appearance");
  expect(member.projectId).not.toBe("");
});

test("an account is deleted with everything in it, after it was typed", async ({ page, context, member }) => {
  await page.goto("/account");
  await page.getByRole("link", { name: "Delete account…" }).click();
  await page.getByText("1 project with").waitFor();
  await expectAccessible(page);
  await picture(page, "account-delete");

  const gone = page.getByRole("button", { name: "Delete my account" });
  await gone.click();
  await page.getByText(`Type ${member.email} exactly as shown.`).waitFor();
  await page.getByLabel(`Type ${member.email} to confirm`).fill(member.email);
  await page.getByRole("textbox", { name: "Your password" }).fill("not this one 1");
  await gone.click();
  await page.getByText("This is not your current password.").waitFor();
  await page.getByRole("textbox", { name: "Your password" }).fill(member.password);
  await gone.click();

  await page.getByText("Your account and all its data have been deleted.").waitFor();
  await expectAccessible(page);
  const { email, password } = member;
  expect((await context.request.post("/api/v1/sessions", { data: { email, password } })).status()).toBe(401);
  await page.goto("/account");
  await page.waitForURL("**/login?to=%2Faccount");
});
