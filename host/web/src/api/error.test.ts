import { expect, test } from "vitest";

import { ApiError } from "./error";

function problem(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

test("a problem of the server keeps its code and its fields, and says what is wrong without their names", async () => {
  const fields = [{ field: "email", code: "format", message: "Enter an address." }];
  const error = await ApiError.fromResponse(
    problem(422, { code: "invalid", detail: "email: Enter an address.", request_id: "r-1", errors: fields }),
  );
  expect(error).toMatchObject({ code: "invalid", message: "Enter an address.", status: 422, requestId: "r-1", fields });
  expect(error.passes).toBe(false);
});

test("a limit says when to come back", async () => {
  const error = await ApiError.fromResponse(
    problem(429, { code: "rate_limited", detail: "Too many requests." }, { "retry-after": "3" }),
  );
  expect(error.retryAfterSeconds).toBe(3);
  expect(error.passes).toBe(true);
});

test("a 401 needs a log-in", async () => {
  const error = await ApiError.fromResponse(problem(401, { code: "unauthenticated", detail: "Log in." }));
  expect(error.needsLogin).toBe(true);
});

test("a proxy's own page is an error with a sentence of ours", async () => {
  const error = await ApiError.fromResponse(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  expect(error.code).toBe("unreadable");
  expect(error.message).not.toContain("<h1>");
  expect(error.passes).toBe(true);
});

test("no answer at all is being offline", () => {
  expect(ApiError.from(new TypeError("Failed to fetch"))).toMatchObject({ code: "offline", status: 0, passes: true });
});
