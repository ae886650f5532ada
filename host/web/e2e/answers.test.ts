// What can be done with an answer, and what it says when it does not simply end.
import type { BrowserContext, Page } from "playwright-core";

import { expect, expectAccessible, picture, test } from "./browser";
import type { Member } from "./people";

const MANY_TYPES = `import polars as pl
from datetime import date
display(pl.DataFrame({"day": [date(2024, 3, 1 + n % 28) for n in range(40)], "ok": [n % 2 == 0 for n in range(40)], "sold": [n * 1000 for n in range(40)]}))
open("notes.csv", "w").write("a,b\\n1,2\\n")
`;

test("tables say what their columns are, in words and in the reader's way", async ({ page, context, member }) => {
  await answered(page, context, member, MANY_TYPES);
  const table = page.getByRole("region", { name: "Table" });
  await table.getByRole("columnheader", { name: "day date" }).waitFor();
  await table.getByRole("columnheader", { name: "ok yes or no" }).waitFor();
  const sold = table.getByRole("columnheader", { name: "sold whole number" });
  expect(await sold.getByRole("button").getAttribute("title")).toBe("sold: whole number (i64)");
  await table.getByRole("cell", { name: "1 Mar 2024" }).first().waitFor();
  await table.getByRole("cell", { name: "yes" }).first().waitFor();

  await sold.getByRole("button").click();
  await sold.getByRole("button").click();
  await table.getByRole("cell", { name: "39,000" }).waitFor();
  await page.getByRole("button", { name: "Next rows" }).click();
  await page.getByText("11–20").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  expect(await table.getByRole("row").count()).toBe(41);
  await expectAccessible(page);
  await picture(page, "answer-table");
});

test("a file that a script wrote is looked at and deleted, and its name stays", async ({ page, context, member }) => {
  await answered(page, context, member, MANY_TYPES);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("region", { name: "notes.csv" }).getByRole("cell", { name: "2" }).waitFor();
  await page.getByRole("button", { name: "Delete notes.csv" }).click();
  await page.getByRole("dialog", { name: "Delete notes.csv?" }).getByRole("button", { name: "Delete" }).click();
  await page.getByText(/^notes\.csv was deleted on/).waitFor();
  await page.reload();
  await page.getByText(/^notes\.csv was deleted on/).waitFor();
  await expectAccessible(page);
});

test("a pin is seen at once, stays, and comes off again when it is not taken", async ({ page, context, member }) => {
  await answered(page, context, member, "print(1)\n");
  const [put] = await Promise.all([
    page.waitForRequest((request) => request.method() === "PUT" && request.url().endsWith("/pin")),
    page.getByRole("button", { name: "Pin answer", exact: true }).click(),
  ]);
  await page.getByRole("button", { name: "Unpin answer" }).waitFor();
  expect((await put.response())?.status()).toBe(200);
  await page.reload();
  await page.getByRole("button", { name: "Unpin answer" }).waitFor();
  await expectAccessible(page);
  await picture(page, "answer-pinned");
  await page.getByRole("button", { name: "Unpin answer" }).click();
  await page.getByRole("button", { name: "Pin answer", exact: true }).waitFor();

  const detail = "20 answers in this conversation are pinned, which is the limit. Unpin one first.";
  await page.route("**/pin", (route) =>
    route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "about:blank", title: "Forbidden", status: 403, code: "too_many_pins", detail }),
    }),
  );
  await page.getByRole("button", { name: "Pin answer", exact: true }).click();
  await page.getByText(detail).waitFor();
  await page.getByRole("button", { name: "Pin answer", exact: true }).waitFor();
});

test("what did not simply end says why, and offers another try", async ({ page, context, member }) => {
  const conversationId = await answered(page, context, member, "print(1)\n");
  const endings: [state: string, code: string, title: string][] = [
    ["failed", "failed", "The answer failed"],
    ["interrupted", "interrupted", "The answer was interrupted"],
    ["done", "budget_runs", "This answer reached its limit"],
  ];
  for (const [state, code, title] of endings) {
    await page.route(`**/conversations/${conversationId}/messages?*`, async (route) => {
      const response = await route.fetch();
      const messages = (await response.json()) as { items: { role: string; state: string; parts: object[] }[] };
      for (const message of messages.items.filter(({ role }) => role === "assistant")) {
        Object.assign(message, { state, parts: [{ type: "error", code, message: "Why it is so." }] });
      }
      await route.fulfill({ response, json: messages });
    });
    await page.reload();
    await page.getByRole("alert").filter({ hasText: title }).getByText("Why it is so.").waitFor();
    expect(await page.getByRole("list", { name: "Follow-up questions" }).count()).toBe(0);
    await expectAccessible(page);
    await picture(page, `answer-${code}`);
    await page.unroute(`**/conversations/${conversationId}/messages?*`);
  }
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText(/^Ran in /).waitFor();
  await page.getByText("2 / 2").waitFor();
});

test("a question that waits says how many come before it", async ({ page, context, member }) => {
  const queued = `id: 1\ndata: ${JSON.stringify({ type: "data-queue", data: { before: 2 } })}\n\n`;
  await page.route("**/stream?*", (route) => route.fulfill({ contentType: "text/event-stream", body: queued }));
  const conversationId = await begin(context, member);
  await page.goto(`/p/${member.projectId}/c/${conversationId}`);
  await page.getByRole("textbox", { name: "Your question" }).fill("How many?");
  await page.keyboard.press("Enter");
  await page.getByText("2 questions ahead of yours").waitFor();
  await expectAccessible(page);
  await page.unroute("**/stream?*");
  await page.getByRole("button", { name: "Send" }).waitFor();
});

test("a question stands at the top with room for its answer, however much was said", async ({ page, context, member }) => {
  const conversationId = await answered(page, context, member, `print("line\\n" * 200)\n`);
  for (const word of ["second", "third"]) await ask(context, conversationId, word, "print(2)\n");
  await page.reload();
  const question = page.getByRole("textbox", { name: "Your question" });
  await question.fill("And now?");
  await question.press("Enter");
  const messages = page.getByRole("region", { name: "Messages" });
  const asked = messages.getByText("And now?", { exact: true });
  await messages.locator("[data-message=last]").getByRole("button", { name: "Good answer" }).waitFor();
  const top = async () => ((await asked.boundingBox())?.y ?? 0) - ((await messages.boundingBox())?.y ?? 0);
  expect(await top()).toBeLessThan(32);
  expect(await top()).toBeGreaterThanOrEqual(0);
});

test("a conversation is renamed where its title stands", async ({ page, context, member }) => {
  await answered(page, context, member, "print(1)\n");
  await page.getByRole("main").getByRole("button", { name: "Actions for Run this" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  const title = page.getByRole("textbox", { name: "Title" });
  await expect.poll(() => title.evaluate((field) => field === document.activeElement)).toBe(true);
  await expectAccessible(page);
  await picture(page, "conversation-rename");
  await title.fill("What one is");
  await title.press("Enter");
  await page.getByRole("heading", { level: 1, name: "What one is" }).waitFor();
  await page.getByRole("link", { name: "What one is" }).waitFor();
});

test("what is typed is kept by conversation", async ({ page, context, member }) => {
  const one = await begin(context, member);
  const other = await begin(context, member);
  const question = page.getByRole("textbox", { name: "Your question" });
  for (const id of [one, other]) {
    await page.goto(`/p/${member.projectId}/c/${id}`);
    await question.fill(`A draft in ${id}`);
  }
  await page.goto(`/p/${member.projectId}/c/${one}`);
  await expect.poll(() => question.inputValue()).toBe(`A draft in ${one}`);
  await page.goto(`/p/${member.projectId}`);
  expect(await question.inputValue()).toBe("");
});

/** Goes to a new conversation in which a script has run. */
async function answered(page: Page, context: BrowserContext, member: Member, script: string): Promise<string> {
  const conversationId = await begin(context, member);
  await ask(context, conversationId, "Run this", script);
  await page.goto(`/p/${member.projectId}/c/${conversationId}`);
  await page.getByText(/^Ran in /).waitFor();
  return conversationId;
}

async function begin(context: BrowserContext, member: Member): Promise<string> {
  const answer = await context.request.post(`/api/v1/projects/${member.projectId}/conversations`, { data: {} });
  return ((await answer.json()) as { id: string }).id;
}

/** Asks, and waits for the answer. */
async function ask(context: BrowserContext, conversationId: string, text: string, script: string) {
  const asked = await context.request.post(`/api/v1/conversations/${conversationId}/messages`, { data: { text, script } });
  if (!asked.ok()) throw new Error(await asked.text());
  const { answer } = (await asked.json()) as { answer: { id: string } };
  const state = async () => {
    const message = await context.request.get(`/api/v1/messages/${answer.id}`);
    return ((await message.json()) as { state: string }).state;
  };
  await expect.poll(state, { timeout: 30_000 }).toBe("done");
}
