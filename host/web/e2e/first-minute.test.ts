// From nobody to an answer with a chart, as a new account finds the app: a project with examples, and questions to click.
import { expect, expectAccessible, type Fixtures, picture, test as base } from "./browser";
import { stranger } from "./people";
import { startServer } from "./server";

const ANSWER_MS = 60_000;
const MINUTE_MS = 180_000;

/** Before a server that gives new accounts their examples, which the other tests' does not. */
const test = base.extend<Pick<Fixtures, "server">>({
  server: [
    async ({}, use) => {
      const { stop, ...server } = await startServer({ GLOVEBOX_STARTER_PROJECT: "on" });
      try {
        await use(server);
      } finally {
        await stop();
      }
    },
    { scope: "file" },
  ],
});

test("whoever signs up has a chart before them by one click", { timeout: MINUTE_MS }, async ({ page }) => {
  const ada = stranger();
  await page.goto("/signup");
  await page.getByLabel("Name").fill(ada.name);
  await page.getByLabel("Email").fill(ada.email);
  await page.getByRole("textbox", { name: "Password" }).fill(ada.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  // On one's own machine the first account needs no mail.
  await page.getByRole("button", { name: "Getting started" }).waitFor();
  const files = page.getByRole("list", { name: "Project files" }).getByRole("link", { name: /\.csv .* rows?, / });
  await expect.poll(() => files.count(), { timeout: ANSWER_MS }).toBe(2);
  const questions = page.getByRole("list", { name: "Suggested questions" }).getByRole("button");
  await expect.poll(() => questions.count(), { timeout: ANSWER_MS }).toBe(3);
  await expectAccessible(page);
  await picture(page, "first-minute");

  const asked = await questions.first().innerText();
  await questions.first().click();
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByText(asked, { exact: true }).waitFor();
  await messages.getByText(/^Ran in /).waitFor({ timeout: ANSWER_MS });
  const chart = messages.locator("figure img");
  await expect.poll(() => chart.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(500);
  expect(await chart.evaluate((image: HTMLImageElement) => image.naturalHeight)).toBeGreaterThan(200);
  expect(await chart.getAttribute("alt")).not.toBe("");
  await page.getByRole("button", { name: "Copy answer" }).waitFor();
  await page.getByRole("list", { name: "Follow-up questions" }).waitFor();
  await expectAccessible(page);
  await picture(page, "first-minute-answer");
});
