// A project, and what the model is told of it.
import { expect, expectAccessible, picture, test } from "./browser";

test("prompts are written, put in order, switched off and deleted, and the preview follows", async ({ page, member }) => {
  await page.goto(`/p/${member.projectId}/prompts`);
  await page.getByText("No prompts yet").waitFor();
  await expectAccessible(page);
  await picture(page, "prompts-empty");

  await page.getByRole("button", { name: /^House style/ }).click();
  const told = page.getByLabel("Project instructions");
  await expect.poll(() => told.innerText()).toContain("# Instructions of this project: House style");
  await page.getByRole("button", { name: "Add prompt" }).click();
  await page.getByRole("switch", { name: "Use House style" }).waitFor();

  await page.getByRole("button", { name: "New prompt" }).click();
  await page.getByRole("button", { name: "Add prompt" }).click();
  await page.getByText("Give the prompt a name, such as House style.").waitFor();
  await page.getByLabel("Name").fill("House style");
  const text = page.getByRole("textbox", { name: "Instruction" });
  await text.fill("Active customers bought something in the last 90 days.");
  await page.getByRole("button", { name: "Add prompt" }).click();
  // What only the server knows stands next to its field.
  await expect.poll(() => page.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
  await expectAccessible(page);
  await picture(page, "prompts-editing");
  await page.getByLabel("Name").fill("Words");
  await text.press("Control+Enter");
  await page.getByRole("switch", { name: "Use Words" }).waitFor();

  // By keyboard, kept over a reload.
  const names = () => page.getByRole("list", { name: "Prompts" }).getByRole("button", { name: /^(Words|House style)$/ }).allInnerTexts();
  expect(await names()).toEqual(["House style", "Words"]);
  await page.getByRole("button", { name: "Move Words" }).press("ArrowUp");
  await page.getByText("Words is now 1 of 2.").waitFor();
  expect(await names()).toEqual(["Words", "House style"]);
  await expect.poll(() => page.getByRole("button", { name: "Move Words" }).evaluate((it) => it === document.activeElement)).toBe(true);
  await page.waitForLoadState("networkidle");
  await page.reload();
  await expect.poll(names).toEqual(["Words", "House style"]);

  // By dragging, once nothing comes any more that would move the handles.
  await page.waitForLoadState("networkidle");
  const handle = await page.getByRole("button", { name: "Move Words" }).boundingBox();
  const below = await page.getByRole("button", { name: "Move House style" }).boundingBox();
  if (!handle || !below) throw new Error("the handles are not to be seen");
  await page.mouse.move(handle.x + 8, handle.y + 8);
  await page.mouse.down();
  // Rows are of different heights: the middle of the dragged one has to pass that of the other.
  await page.mouse.move(below.x + 8, below.y + 80, { steps: 8 });
  await page.mouse.up();
  await expect.poll(names).toEqual(["House style", "Words"]);

  await page.getByRole("switch", { name: "Use House style" }).press("Space");
  await expect.poll(() => told.innerText()).not.toContain("House style");
  await expectAccessible(page);
  await picture(page, "prompts");
  await page.getByRole("button", { name: "Actions for House style" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog", { name: "Delete House style?" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Delete prompt" }).click();
  await page.getByText("House style deleted.").waitFor();
  await page.reload();
  await expect.poll(names).toEqual(["Words"]);
});

test("a project is renamed, described and deleted by its name", async ({ page, context, member }) => {
  const made = await context.request.post(`/api/v1/orgs/${member.orgId}/projects`, { data: { name: "Weather" } });
  const { id } = (await made.json()) as { id: string };
  await page.goto(`/p/${id}/settings`);
  await page.getByRole("textbox", { name: "Name" }).fill("Climate");
  await page.getByRole("textbox", { name: "Description" }).fill("What the stations measured.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Project saved.").waitFor();
  await page.getByRole("button", { name: "Climate" }).waitFor();
  await expectAccessible(page);
  await picture(page, "project-settings");

  await page.getByRole("button", { name: "Delete project…" }).click();
  const question = page.getByRole("dialog", { name: "Delete Climate?" });
  await question.getByLabel("Type Climate to confirm").fill("Weather");
  expect(await question.getByRole("button", { name: "Delete project" }).isEnabled()).toBe(false);
  await expectAccessible(page);
  await picture(page, "project-delete");
  await question.getByLabel("Type Climate to confirm").fill("Climate");
  await question.getByRole("button", { name: "Delete project" }).click();
  await page.waitForURL(`**/p/${member.projectId}`);
  await page.goto(`/p/${id}/settings`);
  await page.getByRole("heading", { name: "Project not found" }).waitFor();
});

test("who has no project is offered to make one", async ({ page, context, member }) => {
  const projects = await context.request.get(`/api/v1/orgs/${member.orgId}/projects`);
  const { items } = (await projects.json()) as { items: { id: string }[] };
  for (const { id } of items) await context.request.delete(`/api/v1/projects/${id}`);
  await page.goto("/");
  await page.getByText("Create your first project").waitFor();
  await expectAccessible(page);
  await picture(page, "home-empty");
  await page.getByLabel("Name").fill("Sales");
  await page.getByRole("button", { name: "Create project" }).click();
  await page.waitForURL("**/p/*");
});
