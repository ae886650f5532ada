import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { Filter } from "../api/dashboards";
import { FilterBar, toldCondition } from "./filter-bar";

vi.mock("../api/files", () => ({
  useFile: () => ({ data: undefined }),
  useProfile: () => ({ data: { columns: [{ name: "region", nulls: 2, top: [{ value: "North" }], samples: [] }] } }),
}));

/** Looking for roles in a whole page takes its time on a busy machine. */
const SLOW_MS = 60_000;
const filter = { id: "f", title: "Region", file_id: "file", column: "region", kind: "values" } as Filter;

test("a filter on missing values is kept when it is opened and applied again", async () => {
  const onChange = vi.fn();
  const set = { f: { type: "values" as const, values: [null, "null"] } };
  render(
    <MantineProvider env="test">
      <FilterBar filters={[filter]} set={set} idle={[]} onChange={onChange} />
    </MantineProvider>,
  );
  await userEvent.click(screen.getByRole("button", { name: /Region: \(empty\) and 1 more/ }));
  expect(await screen.findByRole("checkbox", { name: "(empty)" })).toBeChecked();
  expect(screen.getByRole("checkbox", { name: "null" })).toBeChecked();
  await userEvent.click(screen.getByRole("checkbox", { name: "North" }));
  await userEvent.click(screen.getByRole("button", { name: "Apply" }));
  expect(onChange).toHaveBeenCalledWith({ f: { type: "values", values: [null, "null", "North"] } });
}, SLOW_MS);

test("a range is told with its own digits, and without ends as none", () => {
  expect(toldCondition({ type: "range", min: 0.0005, max: 2 })).toBe("0.0005 to 2");
  expect(toldCondition({ type: "range", max: 0.0001 })).toBe("up to 0.0001");
  expect(toldCondition({ type: "range" })).toBe("all");
});
