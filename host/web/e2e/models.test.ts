// An organisation's own model: added, tested, chosen for a question, counted, capped, and missed when it is gone.
import { afterAll, beforeAll } from "vitest";

import { expect, expectAccessible, picture, test } from "./browser";
import { type Provider, startProvider } from "./provider";

const LONG_MS = 240_000;
const KEY = "sk-own-0123456789";

let provider: Provider;
beforeAll(async () => {
  provider = await startProvider(KEY, "qwen3:8b", "The answer is forty-two.");
});
afterAll(() => provider.stop());

test("a model is added, tested, and answers; a cap and its deletion are told", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}`);
  await page.getByText("No language model is set up").waitFor();
  await page.getByRole("link", { name: "Built-in rules" }).click();

  await page.getByText("No models of your own yet").waitFor();
  await page.getByText("There is no monthly cap").or(page.getByText("A monthly cap stops")).waitFor();
  await expectAccessible(page);
  await picture(page, "models-none");

  await page.getByRole("button", { name: "Add provider" }).click();
  await page.getByRole("combobox", { name: "Provider" }).click();
  await page.getByRole("option", { name: "Ollama" }).click();
  await page.getByRole("textbox", { name: "Address" }).fill(provider.url);
  await page.getByRole("textbox", { name: "API key" }).fill("sk-wrong");
  await page.getByRole("textbox", { name: "Models" }).fill("qwen3:8b\nllama3");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByRole("alert").getByText("This key is not known here.").waitFor();
  await expectAccessible(page);
  await picture(page, "models-failing");
  await page.getByRole("textbox", { name: "API key" }).fill(KEY);
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("qwen3:8b answered").waitFor();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("list", { name: "Model providers" }).getByText("Ollama").waitFor();
  await page.getByRole("button", { name: "Test Ollama" }).click();
  await page.getByText("qwen3:8b answered").waitFor();
  await page.keyboard.press("Escape");

  await page.goto(`/p/${member.projectId}`);
  await page.getByRole("button", { name: "Model: Built-in rules" }).click();
  await page.getByRole("menuitem", { name: "qwen3:8b" }).click();
  const question = page.getByRole("textbox", { name: "Your question" });
  await question.fill("What is the answer?");
  await question.press("Enter");
  await page.getByText("The answer is forty-two.").first().waitFor();
  await page.getByRole("button", { name: "Copy answer" }).waitFor();
  await page.getByRole("button", { name: "Model: qwen3:8b" }).click();
  await picture(page, "models-picker");
  await page.keyboard.press("Escape");
  expect(provider.asked.at(-1)).toEqual({ authorization: `Bearer ${KEY}`, model: "qwen3:8b" });
  // The choice belongs to the conversation, whatever this browser remembers.
  await page.evaluate(() => localStorage.removeItem("glovebox-model"));
  await page.reload();
  await page.getByRole("button", { name: "Model: qwen3:8b" }).waitFor();
  const conversation = page.url();

  await page.goto(`/org/${member.orgId}/models`);
  await page.getByRole("table").getByText("qwen3:8b").waitFor();
  await page.getByText("Price unknown").waitFor();
  await page.getByRole("textbox", { name: "Tokens per month" }).fill("1000");
  await page.getByRole("button", { name: "Save cap" }).click();
  await page.getByText("The monthly cap is saved.").waitFor();
  await expectAccessible(page);
  await picture(page, "models");

  await page.goto(conversation);
  await question.fill("And now?");
  await question.press("Enter");
  await page.getByText(/its cap is 1000 tokens/).waitFor();

  await page.goto(`/org/${member.orgId}/models`);
  await page.getByRole("button", { name: "Delete Ollama" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("No models of your own yet").waitFor();
  await page.goto(conversation);
  await page.getByText("The model of this conversation is no longer available. Questions go to Built-in rules instead.").waitFor();
  await expectAccessible(page);
  await picture(page, "models-gone");
}, LONG_MS);
