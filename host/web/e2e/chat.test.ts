// Asking, following, stopping, and asking otherwise.
import type { BrowserContext, Page } from "playwright-core";

import { expect, expectAccessible, picture, test } from "./browser";
import type { Member } from "./people";
import { uploadExample } from "./tables";

/** Runs until somebody stops it, or its fuel is used up after a quarter of a minute or more. */
const ENDLESS = 'i = 0\nwhile True:\n    i += 1\n    if i % 200000 == 0:\n        print("still going", i)\n';

test("a question is answered with a chart, its data and the script that drew it", async ({ page, context, member }) => {
  await uploadExample(context, member.projectId, "cars.csv");
  await page.goto(`/p/${member.projectId}`);
  await page.getByRole("link", { name: /cars\.csv 406 rows, 9 columns/ }).waitFor();
  await expectAccessible(page);
  await picture(page, "chat-new");

  const question = page.getByRole("textbox", { name: "Your question" });
  await question.fill("Plot the average miles per gallon by year in @ca");
  await page.getByRole("option", { name: /cars\.csv/ }).waitFor();
  await question.press("Enter");
  expect(await question.inputValue()).toBe("Plot the average miles per gallon by year in cars.csv ");
  await page.getByRole("list", { name: "Attached files" }).getByText("cars.csv").waitFor();
  await question.press("Enter");
  await page.getByText(/^Ran in /).waitFor();
  await page.waitForURL(`**/p/${member.projectId}/c/*`);
  expect(await question.inputValue()).toBe("");

  const chart = page.getByRole("img", { name: /^A line chart/ });
  await expect.poll(() => chart.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(500);
  await page.getByText("has the highest mean").waitFor();
  await page.getByRole("button", { name: "Copy answer" }).waitFor();
  await expectAccessible(page);
  await picture(page, "chat-answer");

  // To point at, and as a table.
  await page.getByText("Interactive", { exact: true }).click();
  await page.locator(".vega-embed svg").waitFor();
  await page.getByText("Data", { exact: true }).click();
  await page.getByRole("columnheader", { name: "mean mpg" }).first().waitFor();
  await page.getByText("Image", { exact: true }).click();

  const downloads: [item: string, ending: string][] = [
    ["Image (PNG)", ".png"],
    ["Vector image (SVG)", ".svg"],
    ["Data (CSV)", ".csv"],
  ];
  for (const [item, ending] of downloads) {
    await page.getByRole("button", { name: /: download$/ }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item }).click()]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`${ending}$`));
  }

  // By the largest value first.
  await page.getByRole("columnheader", { name: "mean mpg" }).getByRole("button").click();
  await page.getByRole("columnheader", { name: "mean mpg" }).getByRole("button").click();
  expect(await page.getByRole("cell").first().innerText()).toBe("1980");

  await page.getByRole("tab", { name: "Output" }).click();
  await page.getByRole("region", { name: "Output" }).getByText("rows: 406").waitFor();
  await page.getByRole("tab", { name: "Receipt" }).click();
  await page.getByText("Sandbox module").waitFor();
  await expectAccessible(page);
});

test("Stop ends a run in the middle, and what was printed stays", async ({ page, context, member }) => {
  await runEndlessly(page, context, member);
  await picture(page, "chat-running");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByText("Stopped. Results so far are kept.").waitFor();
  await page.getByText(/^Stopped after /).waitFor();
  await page.getByRole("region", { name: "Output" }).getByText("still going 200000").waitFor();
  await expectAccessible(page);
  await picture(page, "chat-stopped");
  // The conversation can go on.
  await page.getByRole("button", { name: "Send" }).waitFor();
});

test("a reload in the middle of a run goes on with it, and Esc stops it", async ({ page, context, member }) => {
  await runEndlessly(page, context, member);
  await page.reload();
  await page.getByRole("timer").waitFor();
  const printed = () => page.locator("pre").first().innerText();
  const before = await printed();
  await expect.poll(printed).not.toBe(before);
  await page.keyboard.press("Escape");
  await page.getByText(/^Stopped after /).waitFor();
});

test("a changed script and a changed question stand beside what they change", async ({ page, context, member }) => {
  const conversationId = await begin(context, member);
  await ask(context, conversationId, "Add two numbers", "print(1 + 1)\n");
  await page.goto(`/p/${member.projectId}/c/${conversationId}`);
  await page.getByText(/^Ran in /).waitFor();

  await page.getByRole("tab", { name: "Script" }).click();
  await page.getByRole("button", { name: "Edit and run again" }).click();
  const editor = page.getByRole("textbox", { name: "Script to run" });
  await editor.press("Control+A");
  await editor.pressSequentially("print(20 + 22)");
  await expectAccessible(page);
  await editor.press("Control+Enter");
  await page.getByRole("region", { name: "Output" }).getByText("42").waitFor();
  await page.getByText("2 / 2").waitFor();

  await page.getByRole("button", { name: "Previous question" }).click();
  await page.getByRole("region", { name: "Output" }).getByText("2", { exact: true }).waitFor();
  await page.getByText("1 / 2").waitFor();

  await page.getByRole("region", { name: "Messages" }).getByText("Add two numbers").hover();
  await page.getByRole("button", { name: "Edit and ask again" }).click();
  await page.getByLabel("The question").fill("Add three numbers");
  await page.getByLabel("The question").press("Enter");
  await page.getByText("3 / 3").waitFor();
  await page.getByRole("region", { name: "Messages" }).getByText("Add three numbers").waitFor();
});

test("a question that cannot be sent comes back, and goes when it can", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}`);
  const question = page.getByRole("textbox", { name: "Your question" });
  await page.route("**/api/v1/projects/*/conversations", (route) => route.abort());
  await question.fill("Is anybody there?");
  await question.press("Enter");
  await page.getByText("Your question could not be sent").waitFor();
  expect(await question.inputValue()).toBe("Is anybody there?");
  await expectAccessible(page);

  await page.unroute("**/api/v1/projects/*/conversations");
  await page.waitForTimeout(500);
  await page.reload();
  await expect.poll(() => question.inputValue()).toBe("Is anybody there?");
  await question.press("Enter");
  await page.waitForURL("**/c/*");
  expect(await question.inputValue()).toBe("");
});

/** A conversation in whose last turn a script runs that does not end by itself. */
async function runEndlessly(page: Page, context: BrowserContext, member: Member) {
  const conversationId = await begin(context, member);
  await page.goto(`/p/${member.projectId}`);
  await page.getByRole("textbox", { name: "Your question" }).waitFor();
  await ask(context, conversationId, "Count for ever", ENDLESS);
  await page.goto(`/p/${member.projectId}/c/${conversationId}`);
  await page.getByRole("timer").waitFor();
  await page.getByText("still going").first().waitFor();
}

async function begin(context: BrowserContext, member: Member): Promise<string> {
  const answer = await context.request.post(`/api/v1/projects/${member.projectId}/conversations`, { data: {} });
  return ((await answer.json()) as { id: string }).id;
}

async function ask(context: BrowserContext, conversationId: string, text: string, script: string) {
  const answer = await context.request.post(`/api/v1/conversations/${conversationId}/messages`, { data: { text, script } });
  if (!answer.ok()) throw new Error(await answer.text());
}
