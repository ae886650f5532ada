import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError } from "../api/error";
import { keys } from "../api/keys";
import type * as messages from "../api/messages";
import { getMessage, type Message, retryAnswer } from "../api/messages";
import { useTurns } from "./use-turns";

vi.mock("../api/messages", async (original) => ({
  ...(await original<typeof messages>()),
  getMessage: vi.fn(),
  retryAnswer: vi.fn(),
}));

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
});
afterEach(() => void vi.useRealTimers());

function message(id: string, state: Message["state"]): Message {
  return { id, conversation_id: "c", parent_id: id === "q" ? null : "q", role: id === "q" ? "user" : "assistant", state } as Message;
}

function turns(state: Message["state"]) {
  client.setQueryData(keys.messages("c"), [message("q", "done"), message("a", state)]);
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  return renderHook(() => useTurns({ projectId: "p", conversationId: "c", onBegun: () => undefined }), { wrapper }).result;
}

test("nothing else can be asked until an answer is asked for again", async () => {
  let give: (message: Message) => void = () => undefined;
  vi.mocked(retryAnswer).mockReturnValue(new Promise((resolve) => (give = resolve)));
  const result = turns("done");
  expect(result.current.standing).toBe("idle");
  act(() => void result.current.retry("a", undefined));
  expect(result.current.standing).toBe("asking");
  await act(async () => {
    give(message("b", "queued"));
    await Promise.resolve();
  });
  expect(result.current.standing).toBe("answering");
});

test("an ended answer is read again until the connection is back", async () => {
  vi.useFakeTimers();
  vi.mocked(getMessage)
    .mockRejectedValueOnce(ApiError.from(new TypeError("no answer")))
    .mockRejectedValueOnce(new ApiError({ code: "unreadable", message: "", status: 503 }))
    .mockResolvedValue(message("a", "done"));
  const result = turns("running");
  expect(result.current.standing).toBe("answering");
  await act(async () => {
    result.current.onEnded("a");
    await vi.runAllTimersAsync();
  });
  expect(getMessage).toHaveBeenCalledTimes(3);
  expect(result.current.standing).toBe("idle");
});

test("an ended answer that cannot be had is left as it was streamed", async () => {
  vi.useFakeTimers();
  vi.mocked(getMessage).mockReset().mockRejectedValue(new ApiError({ code: "not_found", message: "", status: 404 }));
  const result = turns("running");
  await act(async () => {
    result.current.onEnded("a");
    await vi.runAllTimersAsync();
  });
  expect(getMessage).toHaveBeenCalledTimes(1);
});
