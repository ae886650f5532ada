import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { Filter } from "../api/dashboards";
import type { Choices } from "./cross-filter";
import { CrossFilterMenu } from "./cross-filter-menu";

/** Looking for roles in a whole page takes its time on a busy machine. */
const SLOW_MS = 60_000;
const filter = { id: "f", title: "Region", file_id: "file", column: "region", kind: "values" } as Filter;

async function opened(choices: Choices, onToggle = vi.fn()) {
  const isSet = (_: Filter, value: string) => value === "North";
  render(
    <MantineProvider env="test">
      <CrossFilterMenu title="Sales" crossFilter={{ choices, isSet, onToggle }} />
    </MantineProvider>,
  );
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
}

test("a tile sets a filter by keyboard, and tells which value is set", async () => {
  const onToggle = vi.fn();
  await opened({ choices: [{ filter, values: ["North", "South"] }] }, onToggle);
  expect(await screen.findByRole("menuitem", { name: /^North Set/ })).toBeVisible();
  screen.getByRole("menuitem", { name: "South" }).focus();
  await userEvent.keyboard("{Enter}");
  expect(onToggle).toHaveBeenCalledWith(filter, "South");
}, SLOW_MS);

test("a tile that sets no filter says why", async () => {
  await opened({ reason: "The tile has no data to choose from." });
  expect(await screen.findByRole("menuitem", { name: /^Cannot be used as a filter\. The tile has no data/ })).toBeDisabled();
}, SLOW_MS);

test("a long list says that it is a part", async () => {
  await opened({ choices: [{ filter, values: Array.from({ length: 60 }, (_, at) => `value ${at}`) }] });
  expect(await screen.findByText(/The first 50 of 60/)).toBeVisible();
}, SLOW_MS);
