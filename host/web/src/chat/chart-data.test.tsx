import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";

import { ChartData } from "./chart-data";

function Page({ children }: { children: ReactNode }) {
  return (
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
    </MantineProvider>
  );
}

const spec = { mark: "bar", data: { values: [{ city: "Bonn", n: 3 }] } };

test("a reduced table says so above its rows and in the name of its files", () => {
  const description = "A bar chart. The interactive chart has 5,000 of 20,000 rows, the highest and the lowest among them.";
  render(<ChartData spec={{ ...spec, description }} title="sales" />, { wrapper: Page });
  expect(screen.getByRole("note")).toHaveTextContent("5,000 of 20,000 rows");
  expect(screen.getByRole("region", { name: "Data of sales (reduced)" })).toBeInTheDocument();
});

test("a table with all of the data needs no note", () => {
  render(<ChartData spec={spec} title="sales" />, { wrapper: Page });
  expect(screen.queryByRole("note")).not.toBeInTheDocument();
});
