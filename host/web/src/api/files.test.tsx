import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";

import { api } from "./client";
import { type ReadingSettings, rowsQuery, useProfile } from "./files";

test("a table is read again when somebody changes how it is read", async () => {
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  const get = vi.spyOn(api, "GET").mockImplementation((() => Promise.resolve({ data: { columns: [] } })) as never);
  const file = (reading: ReadingSettings) => ({ id: "f", reading });
  const { rerender, result } = renderHook(({ reading }) => useProfile(file(reading), 1), {
    wrapper,
    initialProps: { reading: {} },
  });
  await vi.waitFor(() => expect(result.current.isSuccess).toBe(true));
  rerender({ reading: {} });
  expect(get).toHaveBeenCalledTimes(1);
  rerender({ reading: { decimal: "comma" } as unknown as ReadingSettings });
  expect(get).toHaveBeenCalledTimes(2);
  expect(rowsQuery(file({}), 1, 0, 9).queryKey).not.toEqual(rowsQuery(file({ header_row: 2 } as ReadingSettings), 1, 0, 9).queryKey);
});
