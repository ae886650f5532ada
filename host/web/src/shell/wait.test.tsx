import { MantineProvider } from "@mantine/core";
import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError } from "../api/error";
import { Wait, withoutWait } from "./wait";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function limited(retryAfterSeconds?: number): ApiError {
  const message = "Too many log-ins have failed. Try again in 125 s.";
  return new ApiError({ code: "login_delayed", message, status: 429, retryAfterSeconds });
}

test("a limit counts down to the moment when one can try again", () => {
  render(<Wait error={limited(125)} />, { wrapper: MantineProvider });
  expect(screen.getByText("You can try again in 3 minutes.")).toBeInTheDocument();
  act(() => void vi.advanceTimersByTime(115_000));
  expect(screen.getByText("You can try again in 10 seconds.")).toBeInTheDocument();
  act(() => void vi.advanceTimersByTime(10_000));
  expect(screen.getByRole("status")).toHaveTextContent("You can try again now.");
});

test("other errors have nothing to wait for, and keep their words", () => {
  const error = limited();
  render(<Wait error={error} />, { wrapper: MantineProvider });
  expect(screen.queryByText(/try again/)).not.toBeInTheDocument();
  expect(withoutWait(error)).toBe(error.message);
  expect(withoutWait(limited(125))).toBe("Too many log-ins have failed.");
});
