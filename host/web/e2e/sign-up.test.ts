// From nobody to the shell: sign-up, mail, confirmation, log-in, log-out.
import { expect, expectAccessible, picture, test } from "./browser";
import { logIn, stranger, verificationToken } from "./people";

test("somebody signs up, confirms the address by the mail, logs in and sees the app", async ({ page }) => {
  const ada = stranger();
  await page.goto("/");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await expectAccessible(page);
  await picture(page, "login");

  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Name").fill(ada.name);
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByRole("textbox", { name: "Password" }).fill(ada.password);
  await expectAccessible(page);
  await picture(page, "signup");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  await expectAccessible(page);
  await picture(page, "signup-mail");

  await page.goto(`/verify-email?token=${await verificationToken(ada.email)}`);
  await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Log in" }).click();
  await logIn(page, ada);
  await page.getByRole("button", { name: `Account of ${ada.name}` }).waitFor();
  await expectAccessible(page);
  await picture(page, "start");

  await page.getByRole("button", { name: `Account of ${ada.name}` }).click();
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.goto("/account");
  await page.waitForURL("**/login?to=%2Faccount");
});

test("what is wrong stands next to its field", async ({ page }) => {
  await page.goto("/signup");
  await page.getByLabel("E-mail").fill("nobody at example");
  await page.getByRole("textbox", { name: "Password" }).fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("Enter an e-mail address, such as").waitFor();
  expect(await page.getByLabel("E-mail").getAttribute("aria-invalid")).toBe("true");

  // What only the server knows.
  await page.getByLabel("E-mail").fill(stranger().email);
  await page.getByRole("textbox", { name: "Password" }).fill("password1");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("among the passwords that are tried first").waitFor();
  await expectAccessible(page);
  await picture(page, "signup-errors");
});

test("a wrong password says so, and the way back is kept", async ({ page, context, member }) => {
  await context.clearCookies();
  await page.goto(`/p/${member.projectId}/files`);
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await logIn(page, { ...member, password: "something else 1" });
  await page.getByRole("alert").waitFor();
  await expectAccessible(page);
  await logIn(page, member);
  await page.waitForURL(`**/p/${member.projectId}/files`);
  await page.getByRole("heading", { name: "Files", exact: true }).waitFor();
});

test("a session that ended meanwhile leads to the log-in page and back", async ({ page, context, member }) => {
  await page.goto(`/p/${member.projectId}/prompts`);
  await page.getByRole("button", { name: /First project|Getting started/ }).click();
  await page.getByRole("menuitem", { name: "New project" }).click();
  await page.getByRole("dialog", { name: "New project" }).waitFor();
  await expectAccessible(page);
  await context.clearCookies();
  await page.getByLabel("Name").fill("Another project");
  await page.getByRole("button", { name: "Make the project" }).click();
  await logIn(page, member);
  await page.getByRole("heading", { name: "Prompts", exact: true }).waitFor();
});
