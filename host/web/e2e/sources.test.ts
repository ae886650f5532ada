// A data source: added, tested, changed, looked through and queried; its rows become a file, or the answer to a question.
import { afterAll, beforeAll } from "vitest";

import { expectAccessible, picture, test } from "./browser";
import { type Database, startDatabase } from "./database";

const LONG_MS = 240_000;

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.stop());

test("a database is connected and queried, and its rows become a table", async ({ page, context, member }) => {
  const project = await context.request.get(`/api/v1/projects/${member.projectId}`);
  const { org_id: orgId } = (await project.json()) as { org_id: string };
  await page.goto(`/org/${orgId}/sources`);
  await page.getByText("No data sources yet").waitFor();
  await expectAccessible(page);
  await picture(page, "sources-none");

  await page.getByRole("button", { name: "Add data source" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Shop");
  await page.getByRole("textbox", { name: "Host" }).fill("127.0.0.1");
  await page.getByRole("textbox", { name: "Port" }).fill("1");
  await page.getByRole("textbox", { name: "Database", exact: true }).fill("postgres");
  await page.getByRole("textbox", { name: "User" }).fill("reader");
  await page.getByRole("switch", { name: "Use TLS and verify the certificate" }).click();
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByRole("alert").getByText("Connection test failed").waitFor();
  await expectAccessible(page);
  await picture(page, "source-problem");
  await page.getByRole("textbox", { name: "Port" }).fill(String(database.port));
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("Connection test passed").waitFor();
  await page.getByRole("button", { name: "Add", exact: true }).click();

  await page.getByRole("heading", { name: "Shop" }).waitFor();
  await page.getByRole("button", { name: /public\.orders/ }).click();
  await page.getByRole("cell", { name: "customer_id", exact: true }).waitFor();
  await page.getByRole("textbox", { name: "SQL" }).fill("delete from orders");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText("The query failed").waitFor();
  await expectAccessible(page);
  await picture(page, "source-refused");
  const sum = "select name, sum(amount) as total from orders join customers on customers.id = customer_id group by name";
  await page.getByRole("textbox", { name: "SQL" }).fill(`${sum} order by name`);
  // Completion offers "name"; its list would lie over the rows.
  await page.getByRole("listbox", { name: "Completions" }).waitFor();
  await page.getByRole("textbox", { name: "SQL" }).press("Escape");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("cell", { name: "14.75", exact: true }).waitFor();
  await expectAccessible(page);
  await picture(page, "source-rows");

  await page.getByRole("button", { name: "Use as a table" }).click();
  await page.getByRole("textbox", { name: "File" }).fill("totals.csv");
  await page.getByRole("button", { name: "Create file" }).click();
  await page.getByRole("link", { name: "totals.csv, version 1" }).click();
  await page.getByRole("cell", { name: "14.75", exact: true }).waitFor();

  // Asked in the chat, where the rules answer.
  await page.goto(`/p/${member.projectId}`);
  const question = page.getByRole("textbox", { name: "Your question" });
  await question.fill("What is the average amount of the orders?");
  await question.press("Enter");
  await page.getByText(/^3 rows from Shop in /).waitFor();
  await page.getByText(/7\.25/).first().waitFor();
  await page.getByRole("button", { name: "Copy answer" }).waitFor();
  await page.getByRole("region", { name: "Query" }).getByText("select", { exact: true }).waitFor();
  await expectAccessible(page);
  await picture(page, "source-asked");
  await page.getByRole("tab", { name: "Rows" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("region", { name: "orders.csv" }).getByRole("columnheader", { name: /amount/ }).waitFor();
  await page.getByRole("tab", { name: "Receipt" }).first().click();
  await page.getByText("SHA-256 of the query").waitFor();
  await expectAccessible(page);
  await page.reload();
  await page.getByText(/^3 rows from Shop in /).waitFor();

  await page.goto(`/org/${orgId}/sources`);
  await page.getByRole("button", { name: "Edit Shop" }).click();
  await page.getByRole("textbox", { name: "Host" }).fill("127.0.0.2");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Enter the password again").waitFor();
  await page.getByRole("textbox", { name: "Host" }).fill("127.0.0.1");
  await page.getByRole("textbox", { name: "Name" }).fill("Old shop");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Old shop" }).waitFor();
}, LONG_MS);
