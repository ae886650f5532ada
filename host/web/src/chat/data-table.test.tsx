import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { DataTable } from "./data-table";

vi.mock("../api/whole-tables", () => ({
  WHOLE_PAGE_ROWS: 100,
  useWholeRows: (table: object | undefined) => (table ? { data: { rows: [[1], [2], [3]] } } : {}),
  useDownloadWhole: () => ({ isPending: false }),
}));

test("after all rows are shown, those that are seen are copied", async () => {
  const user = userEvent.setup();
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <DataTable columns={[{ name: "n", dtype: "i64" }]} rows={[[9]]} rowCount={3} title="t" whole={{ address: "/t" }} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  expect(screen.getByRole("button", { name: "Copy the first 1 row" })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Show all" }));
  await user.click(screen.getByRole("button", { name: "Copy these rows" }));
  expect(await navigator.clipboard.readText()).toBe("n\n1\n2\n3");
});
