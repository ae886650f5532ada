// A forgotten password by the mailed code, and a password that is changed by whoever knows it.
import { expect, expectAccessible, picture, test } from "./browser";
import { mailed } from "./mail";
import { logIn } from "./people";

test("somebody who forgot their password gets a code by mail and chooses another one", async ({ page, context, member }) => {
  await context.clearCookies();
  await page.goto("/login");
  await page.getByLabel("Email").fill(member.email);
  await page.getByRole("link", { name: "Forgot password?" }).click();

  // The address came along.
  await page.getByRole("heading", { name: "Reset your password" }).waitFor();
  expect(await page.getByLabel("Email").inputValue()).toBe(member.email);
  await expectAccessible(page);
  await picture(page, "reset-password");
  await page.getByRole("button", { name: "Send code" }).click();

  const code = page.getByLabel("Code from the email");
  await code.waitFor();
  await expectAccessible(page);
  await picture(page, "reset-password-code");
  expect(await code.getAttribute("autocomplete")).toBe("one-time-code");

  // A wrong one is told next to its field; the right one can be pasted with what stands around it.
  const right = await mailed(member.email, /\b(\d{6})\b/);
  await code.fill(right === "000000" ? "000001" : "000000");
  const another = page.getByRole("textbox", { name: "New password" });
  await another.fill("an engine of 1854");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("This code is wrong").waitFor();
  expect(await code.getAttribute("aria-invalid")).toBe("true");
  await expectAccessible(page);
  await picture(page, "reset-password-wrong-code");
  await code.fill(`Your code: ${right.slice(0, 3)} ${right.slice(3)}`);
  expect(await code.inputValue()).toBe(right);
  await page.getByRole("button", { name: "Change password" }).click();

  // Logged in with it, and with the former one no longer.
  await page.getByRole("button", { name: `Account of ${member.name}` }).waitFor();
  await context.clearCookies();
  await page.goto("/login");
  await logIn(page, member);
  await page.getByText("The email address or the password is wrong.").waitFor();
  await logIn(page, { ...member, password: "an engine of 1854" });
  await page.getByRole("button", { name: `Account of ${member.name}` }).waitFor();
});

test("another code can be asked for, and the first one works no longer", async ({ page, context, member }) => {
  await context.clearCookies();
  await page.goto(`/reset-password?email=${encodeURIComponent(member.email)}`);
  await page.getByRole("button", { name: "Send code" }).click();
  const first = await mailed(member.email, /\b(\d{6})\b/);
  await page.getByRole("button", { name: "Send another code" }).click();
  await page.getByText("Another code was sent").waitFor();
  await page.getByLabel("Code from the email").fill(first);
  await page.getByRole("textbox", { name: "New password" }).fill("an engine of 1854");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("This code is wrong").waitFor();
});

test("the rules of a password are ticked off as one types, and what is broken is said", async ({ page, member }) => {
  await page.goto("/account/password");
  const current = page.getByRole("textbox", { name: "Current password" });
  const another = page.getByRole("textbox", { name: "New password" });
  await another.fill("engine");
  await page.getByText("A letter (done)").waitFor();
  await page.getByText("A digit", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Use 8 characters or more, with a letter and a digit.").waitFor();
  await expectAccessible(page);
  await picture(page, "account-password");

  await another.fill("an engine of 1854");
  await current.fill("not this one 1");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("This is not your current password.").waitFor();
  expect(await current.getAttribute("aria-invalid")).toBe("true");

  await current.fill(member.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Password changed.").waitFor();
  expect(await another.inputValue()).toBe("");
});

test("the password can be looked at by keyboard", async ({ page, context, member }) => {
  await context.clearCookies();
  await page.goto("/login");
  const password = page.getByRole("textbox", { name: "Password" });
  await password.fill(member.password);
  expect(await password.getAttribute("type")).toBe("password");
  await password.press("Tab");
  await page.keyboard.press("Enter");
  expect(await password.getAttribute("type")).toBe("text");
  await page.getByRole("button", { name: "Show password", pressed: true }).waitFor();
});
