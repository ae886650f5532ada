import { renderHook } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";

import { usePageShown, whenIdle } from "./idle";

beforeEach(() => {
  vi.stubGlobal("requestIdleCallback", (call: () => void) => setTimeout(call));
  vi.stubGlobal("cancelIdleCallback", (handle: ReturnType<typeof setTimeout>) => clearTimeout(handle));
});

test("what is fetched ahead waits until a page is shown, and can be taken back", async () => {
  const wanted = vi.fn();
  const unwanted = vi.fn();
  whenIdle(wanted);
  const takeBack = whenIdle(unwanted);
  await new Promise((done) => setTimeout(done, 20));
  expect(wanted).not.toHaveBeenCalled();

  takeBack();
  renderHook(() => usePageShown());
  await vi.waitFor(() => expect(wanted).toHaveBeenCalledOnce());
  expect(unwanted).not.toHaveBeenCalled();

  const late = vi.fn();
  whenIdle(late)();
  await new Promise((done) => setTimeout(done, 20));
  expect(late).not.toHaveBeenCalled();
});
