// A dashboard: made of an answer, changed by keyboard, saved, restored; and one that is made of a file.
import type { BrowserContext } from "playwright-core";

import { expect, expectAccessible, picture, test } from "./browser";
import { uploadExample } from "./tables";

/** Each goes a long way, with pictures of everything. */
const LONG_MS = 240_000;

const SCRIPT = `import matplotlib.pyplot as plt
import polars as pl

weather = pl.read_csv("/data/seattle_weather.csv")
display(weather.select(pl.len().alias("Days")))
by_kind = weather.group_by("weather").agg(pl.len().alias("days")).sort("weather")
display(by_kind)
plt.bar(by_kind["weather"], by_kind["days"])
plt.title("Days by weather")
`;

test("a dashboard is made of an answer, changed, saved and restored", async ({ page, context, member }) => {
  await uploadExample(context, member.projectId, "seattle_weather.csv");
  const conversationId = await answered(context, member.projectId, SCRIPT);
  await page.goto(`/p/${member.projectId}/dashboards`);
  await page.getByText("No dashboards yet").waitFor();
  await expectAccessible(page);
  await picture(page, "dashboards-none");

  await page.goto(`/p/${member.projectId}/c/${conversationId}`);
  await page.getByRole("button", { name: "Days by weather: add to a dashboard" }).click();
  await page.getByRole("menuitem", { name: "New dashboard" }).click();
  await page.getByText("Added to My dashboard.").waitFor();
  for (const name of ["Table 1", "Table 2"]) {
    await page.getByRole("button", { name: `${name}: add to a dashboard` }).click();
    const added = page.waitForResponse((response) => response.url().endsWith("/tiles"));
    await page.getByRole("menuitem", { name: "My dashboard", exact: true }).click();
    expect((await added).status()).toBe(201);
  }

  await page.goto(`/p/${member.projectId}/dashboards`);
  await page.getByRole("link", { name: "My dashboard" }).click();
  const chart = page.getByRole("article", { name: "Days by weather" });
  await chart.getByRole("img").waitFor({ timeout: 30_000 });
  await page.getByRole("article", { name: "Days", exact: true }).getByText("1,461").waitFor();
  await expectAccessible(page);
  await picture(page, "dashboard");

  await page.getByRole("button", { name: "Days by weather", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Days by weather" });
  await dialog.getByRole("tab", { name: "Receipt" }).click();
  await dialog.getByText(/^Generated /).waitFor();
  await expectAccessible(page);
  await picture(page, "dashboard-tile");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const handle = page.getByRole("button", { name: "Move Days by weather" });
  await handle.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.getByText("column 2, row 1, 7 wide, 5 high").waitFor();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Add text" }).click();
  await page.getByRole("textbox", { name: "Text" }).fill("## What the weather was");
  await page.getByRole("button", { name: "Done", exact: true }).click();
  await page.getByRole("heading", { name: "What the weather was" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Redo" }).click();
  await expectAccessible(page);
  await picture(page, "dashboard-edit");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved as version 5.").waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "What the weather was" }).waitFor();

  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Versions…" }).click();
  await picture(page, "dashboard-versions");
  await page.getByRole("button", { name: "Restore version 4" }).click();
  await page.getByText("Version 4 restored.").waitFor();
  await page.getByRole("heading", { name: "What the weather was" }).waitFor({ state: "detached" });
}, LONG_MS);

test("a save over somebody else's is told, and both stay", async ({ page, context, member }) => {
  const made = await context.request.post(`/api/v1/projects/${member.projectId}/dashboards`, { data: { name: "Both" } });
  const { id } = (await made.json()) as { id: string };
  await page.goto(`/p/${member.projectId}/dashboards/${id}`);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByRole("button", { name: "Add text" }).click();
  await page.getByRole("textbox", { name: "Text" }).fill("Mine");
  await page.getByRole("button", { name: "Done" }).click();
  const theirs = { tabs: [{ id: "main", title: "Theirs", items: [] }], filters: [] };
  const saved = await context.request.put(`/api/v1/dashboards/${id}`, { data: { document: theirs }, headers: { "if-match": '"1"' } });
  expect(saved.status()).toBe(200);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Someone else saved version 2").waitFor();
  await expectAccessible(page);
  await picture(page, "dashboard-conflict");
  await page.getByRole("button", { name: "Keep mine" }).click();
  await page.getByText("Saved as version 3.").waitFor();
});

test("a dashboard of a file is filtered and shared", async ({ page, context, member }) => {
  await uploadExample(context, member.projectId, "seattle_weather.csv");
  await page.goto(`/p/${member.projectId}/dashboards`);
  await page.getByRole("button", { name: "From file" }).click();
  await page.getByRole("combobox", { name: "File" }).click();
  await page.getByRole("option", { name: "seattle_weather.csv" }).click();
  await page.getByRole("button", { name: "Create dashboard" }).click();
  await page.getByRole("heading", { level: 1, name: "Seattle weather" }).waitFor();
  await page.getByRole("article", { name: "Rows", exact: true }).getByText("1,461").waitFor({ timeout: 60_000 });
  await expect.poll(() => page.getByText(/^Updating \d+ of \d+ tiles/).count(), { timeout: 60_000 }).toBe(0);
  await expectAccessible(page);
  await picture(page, "dashboard-of-a-file");

  await page.getByRole("button", { name: /^Weather: all/ }).click();
  await page.getByRole("checkbox", { name: "snow" }).check();
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("article", { name: "Rows", exact: true }).getByText("26", { exact: true }).waitFor({ timeout: 60_000 });
  await picture(page, "dashboard-filtered");

  const dashboardId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const link = await context.request.post(`/api/v1/dashboards/${dashboardId}/shares`, { data: { password: "a horse of 1843" } });
  const { token } = (await link.json()) as { token: string };
  await page.goto(`/shared/${token}`);
  await page.getByRole("textbox", { name: "Password" }).fill("a horse of 1843");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("article", { name: "Rows", exact: true }).getByText("1,461").waitFor();
  await expectAccessible(page);
  await picture(page, "dashboard-shared");
}, LONG_MS);

/** Runs a script as a question's own, and waits for the answer. */
async function answered(context: BrowserContext, projectId: string, script: string): Promise<string> {
  const made = await context.request.post(`/api/v1/projects/${projectId}/conversations`, { data: {} });
  const { id } = (await made.json()) as { id: string };
  const asked = await context.request.post(`/api/v1/conversations/${id}/messages`, { data: { text: "Run this", script } });
  const { answer } = (await asked.json()) as { answer: { id: string } };
  const state = async () => {
    const message = await context.request.get(`/api/v1/messages/${answer.id}`);
    return ((await message.json()) as { state: string }).state;
  };
  await expect.poll(state, { timeout: 30_000 }).toBe("done");
  return id;
}
