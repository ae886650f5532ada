import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { EMPTY, forgetDrafts, keepDraft, readDraft } from "./drafts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a draft outlives its page", () => {
  keepDraft("a-c", { text: "How many", files: [] });
  vi.runAllTimers();
  expect(readDraft("a-c").text).toBe("How many");
});

test("no draft outlives a log-out, not even one that was not kept yet", () => {
  localStorage.setItem("glovebox-project", "p");
  keepDraft("a-kept", { text: "secret", files: [] });
  vi.runAllTimers();
  keepDraft("a-soon", { text: "secret", files: [] });
  forgetDrafts();
  window.dispatchEvent(new Event("pagehide"));
  vi.runAllTimers();
  expect([readDraft("a-kept"), readDraft("a-soon")]).toEqual([EMPTY, EMPTY]);
  expect(Object.keys(localStorage)).toEqual(["glovebox-project"]);
});
