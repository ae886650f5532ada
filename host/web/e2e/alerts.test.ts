// An alert: made from a tile, checked, acknowledged; and the channel that it tells.
import { expectAccessible, picture, test } from "./browser";
import { uploadExample } from "./tables";

/** Each goes a long way, with pictures of everything. */
const LONG_MS = 240_000;

test("an alert is made from a tile, checked and acknowledged", async ({ page, context, member }) => {
  await uploadExample(context, member.projectId, "seattle_weather.csv");
  await page.goto(`/p/${member.projectId}/alerts`);
  await page.getByText("No alerts yet").waitFor();
  await expectAccessible(page);
  await picture(page, "alerts-none");

  await page.goto(`/p/${member.projectId}/dashboards`);
  await page.getByRole("button", { name: "From file" }).click();
  await page.getByRole("combobox", { name: "File" }).click();
  await page.getByRole("option", { name: "seattle_weather.csv" }).click();
  await page.getByRole("button", { name: "Create dashboard" }).click();
  const tile = page.getByRole("article", { name: "Rows", exact: true });
  await tile.getByText("1,461").waitFor({ timeout: 60_000 });

  await tile.getByRole("button", { name: "Rows", exact: true }).click();
  await page.getByRole("button", { name: "Alert me…" }).click();
  await page.getByRole("textbox", { name: "Limit" }).fill("1000");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("Watches 1 value; 1 would fire now: the value (1,461).").waitFor({ timeout: 30_000 });
  await expectAccessible(page);
  await picture(page, "alert-form");
  await page.getByRole("button", { name: "Create alert" }).click();

  await page.getByRole("heading", { level: 1, name: "Rows" }).waitFor();
  await page.getByText("Not checked yet.").waitFor();
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByText("Overall").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Acknowledge…" }).click();
  await page.getByRole("textbox", { name: "Note" }).fill("It has rained a lot.");
  await page.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await page.getByText("It has rained a lot.").waitFor();
  await expectAccessible(page);
  await picture(page, "alert");

  await page.getByRole("link", { name: /^Alerts/ }).getByLabel("1 new").waitFor();
  await page.getByRole("link", { name: /^Alerts/ }).click();
  await page.getByText("New", { exact: true }).waitFor();
  await expectAccessible(page);
  await picture(page, "alerts");
}, LONG_MS);

test("a channel is made, tried and deleted", async ({ page, context, member }) => {
  const project = await context.request.get(`/api/v1/projects/${member.projectId}`);
  const { org_id: orgId } = (await project.json()) as { org_id: string };
  await page.goto(`/org/${orgId}/channels`);
  await page.getByRole("button", { name: "New channel" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Team");
  await page.getByRole("textbox", { name: "Email address" }).fill(member.email);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create channel" }).click();
  await page.getByText(`Email · ${member.email}`).waitFor();
  await page.getByRole("button", { name: "Test Team" }).click();
  await page.getByText("The mail server accepted it.").waitFor({ timeout: 30_000 });
  await expectAccessible(page);
  await picture(page, "channels");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete Team" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("No channels yet").waitFor();
}, LONG_MS);
