// From nobody to the shell: sign-up, mail, confirmation, log-in, log-out.
import { expect, expectAccessible, picture, test } from "./browser";
import { logIn, signUp, stranger, verificationToken } from "./people";

test("somebody signs up, confirms the address by the mail, is logged in and sees the app", async ({ page, browser, server }) => {
  // Whoever is first needs no mail.
  const first = await browser.newContext({ baseURL: server.url });
  await signUp(first);
  await first.close();
  const ada = stranger();
  await page.goto("/");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await expectAccessible(page);
  await picture(page, "login");

  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Name").fill(ada.name);
  await page.getByLabel("Email").fill(ada.email);
  await page.getByRole("textbox", { name: "Password" }).fill(ada.password);
  await expectAccessible(page);
  await picture(page, "signup");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("heading", { name: "Check your email" }).waitFor();
  // It is still so after a look into the mail.
  await page.reload();
  await page.getByText(ada.email).waitFor();
  await expectAccessible(page);
  await picture(page, "signup-mail");

  await page.goto(`/verify-email?token=${await verificationToken(ada.email)}`);
  await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
  await expectAccessible(page);
  await picture(page, "verify-email");
  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByRole("button", { name: `Account of ${ada.name}` }).waitFor();
  await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
  await expectAccessible(page);
  await picture(page, "start");

  await page.getByRole("button", { name: `Account of ${ada.name}` }).click();
  await expectAccessible(page);
  await page.evaluate(() => {
    new MutationObserver(() => {
      if (document.querySelector("h1")?.textContent === "This page crashed") localStorage.setItem("broke", "once");
    }).observe(document, { childList: true, subtree: true });
  });
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  expect(await page.evaluate(() => localStorage.getItem("broke"))).toBeNull();
  await page.goto("/account");
  await page.waitForURL("**/login?to=%2Faccount");
});

test("what is wrong stands next to its field", async ({ page }) => {
  await page.goto("/signup");
  await page.getByLabel("Email").fill("nobody at example");
  await page.getByRole("textbox", { name: "Password" }).fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("Enter an email address, such as").waitFor();
  expect(await page.getByLabel("Email").getAttribute("aria-invalid")).toBe("true");

  // What only the server knows.
  await page.getByLabel("Email").fill(stranger().email);
  await page.getByRole("textbox", { name: "Password" }).fill("password1");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("This password is too common.").waitFor();
  await expectAccessible(page);
  await picture(page, "signup-errors");
});

test("a link that does not work leads to another one", async ({ page, member }) => {
  await page.goto("/verify-email?token=not-one-of-ours");
  await page.getByRole("heading", { name: "This link does not work" }).waitFor();
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("Enter the email address that you signed up with.").waitFor();
  await expectAccessible(page);
  await picture(page, "verify-email-wrong");
  await page.getByLabel("Send another link to").fill(member.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText(`a new link was sent to ${member.email}`).waitFor();
});

test("who comes back from Google and is not let in reads why", async ({ page }) => {
  await page.goto("/login?problem=google_denied");
  await page.getByText("You cancelled the log-in at Google").waitFor();
  await expectAccessible(page);
  await picture(page, "login-google-denied");
  // This server has none to try it again with.
  expect(await page.getByRole("button", { name: "Continue with Google" }).count()).toBe(0);
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

test("a session that ended in the middle of a form is begun again above it, and nothing is lost", async ({ page, context, member }) => {
  await page.goto(`/p/${member.projectId}/prompts`);
  await page.getByRole("button", { name: /First project|Getting started/ }).click();
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "New project" }).click();
  await page.getByRole("dialog", { name: "New project" }).waitFor();
  await expectAccessible(page);
  await picture(page, "project-new");
  await context.clearCookies();
  await page.getByLabel("Name").fill("Another project");
  await page.getByRole("button", { name: "Create project" }).click();
  const again = page.getByRole("dialog", { name: "Log in again" });
  await again.waitFor();
  await expectAccessible(page);
  await picture(page, "logged-out");
  // There is no way around it.
  await page.keyboard.press("Escape");
  await again.getByRole("textbox", { name: "Password" }).fill("something else 1");
  await page.keyboard.press("Enter");
  await again.getByText("The email address or the password is wrong.").waitFor();
  await again.getByRole("textbox", { name: "Password" }).fill(member.password);
  await page.keyboard.press("Enter");
  await again.waitFor({ state: "detached" });
  expect(await page.getByLabel("Name").inputValue()).toBe("Another project");
  await page.getByRole("button", { name: "Create project" }).click();
  await page.getByRole("button", { name: "Another project" }).waitFor();
});

test("a log-out in one tab is seen in the other, and a log-in as well", async ({ page, context, member }) => {
  await page.goto(`/p/${member.projectId}/files`);
  await page.getByRole("heading", { name: "Files", exact: true }).waitFor();
  const other = await context.newPage();
  await other.goto("/account");
  await other.getByRole("button", { name: `Account of ${member.name}` }).click();
  await other.getByRole("menuitem", { name: "Log out" }).click();
  await other.getByRole("heading", { name: "Log in" }).waitFor();
  // Chromium without a window has all tabs in sight, so coming back to one is told here.
  const comeBack = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await comeBack();
  const again = page.getByRole("dialog", { name: "Log in again" });
  await again.waitFor();
  await logIn(other, member);
  await other.getByRole("button", { name: `Account of ${member.name}` }).waitFor();
  await comeBack();
  await again.waitFor({ state: "detached" });

  // Somebody else is not shown what is not theirs.
  await signUp(context, stranger("Bob"));
  await comeBack();
  await page.getByRole("button", { name: "Account of Bob" }).waitFor();
});
