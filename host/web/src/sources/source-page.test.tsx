import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { MemoryRouter, Route, Routes } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";

import { api } from "../api/client";
import { type Account, AccountContext } from "../api/session";
import { forgetDrafts } from "../chat/drafts";
import SourcePage from "./source-page";

vi.mock("../projects/org-frame", () => ({
  OrgFrame: ({ children }: { children: (org: object) => ReactNode }) => children({ id: "o", role: "owner" }),
}));
vi.mock("./catalogue", () => ({ Catalogue: () => null }));
vi.mock("./sql-editor", () => ({
  default: ({ initial, onChange }: { initial: string; onChange: (text: string) => void }) => (
    <textarea aria-label="SQL" defaultValue={initial} onChange={(event) => onChange(event.currentTarget.value)} />
  ),
}));

/** Looking for roles in whole pages takes its time on a busy machine. */
const SLOW_MS = 60_000;
const post = vi.fn();
const result = { columns: [], rows: [], duration_ms: 1, server: "s", truncated: false };
const extract = { file_name: "rows.csv", rows: 0, truncated: false };
beforeEach(() => {
  forgetDrafts();
  post.mockReset().mockResolvedValue({ data: { ...result, extract } });
  vi.spyOn(api, "POST").mockImplementation(post as never);
  vi.spyOn(api, "GET").mockImplementation(((path: string) => Promise.resolve({ data: found(path) })) as never);
});

function found(path: string) {
  if (path.endsWith("/extracts")) return { items: [] };
  if (path.endsWith("/projects")) return { items: [{ id: "p", name: "P" }] };
  return { id: "s", name: "Shop", engine: "postgresql" };
}

function show() {
  return render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <AccountContext value={{ id: "a" } as Account}>
          <MemoryRouter initialEntries={["/sources/s"]}>
            <Routes>
              <Route path="/sources/:sourceId" element={<SourcePage />} />
            </Routes>
          </MemoryRouter>
        </AccountContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

test("a table is made of the query whose rows are shown, not of the text as it was changed since", async () => {
  const user = userEvent.setup();
  show();
  await user.type(await screen.findByRole("textbox", { name: "SQL" }), "select 1");
  await user.click(screen.getByRole("button", { name: "Run" }));
  await screen.findByRole("status");
  await user.type(screen.getByRole("textbox", { name: "SQL" }), "0");
  await user.click(screen.getByRole("button", { name: "Use as a table" }));
  const create = await screen.findByRole("button", { name: "Create file" });
  await vi.waitFor(() => expect(create).toBeEnabled());
  await user.click(create);
  await vi.waitFor(() => expect(post).toHaveBeenCalledTimes(2));
  expect(post.mock.calls[1]?.[1]).toMatchObject({ body: { sql: "select 1", project_id: "p" } });
}, SLOW_MS);

test("a statement is still there when one comes back to the source", async () => {
  const { unmount } = show();
  await userEvent.type(await screen.findByRole("textbox", { name: "SQL" }), "select 2");
  unmount();
  show();
  expect(await screen.findByRole("textbox", { name: "SQL" })).toHaveValue("select 2");
}, SLOW_MS);
