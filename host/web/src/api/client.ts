// The server's API, typed by its own document.
//
// Every call goes through `answer`, which gives the body or throws an `ApiError`:
//
//   const project = await answer(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id } } }));
//
// Whoever is logged in is known by a cookie that scripts cannot read. There is no token to send along: the server takes
// changes from pages of its own origin alone, which browsers tell it in headers of theirs.
import createClient from "openapi-fetch";

import { ApiError } from "./error";
import type { components, paths } from "./schema";

/** The schemas of the API by name, such as `Schemas["Project"]`. */
export type Schemas = components["schemas"];

export const api = createClient<paths>({ credentials: "same-origin" });

api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await ApiError.fromResponse(response);
  },
  onError({ error }) {
    return isAbort(error) ? undefined : ApiError.from(error);
  },
});

/** The body of what a successful call is answered with, of both that `openapi-fetch` can give. */
type Body<Answered> = Answered extends { data: infer Data; error?: never } ? Data : never;

/** The body of an answer. */
export async function answer<Answered extends { data?: unknown }>(request: Promise<Answered>): Promise<Body<Answered>> {
  // Answers without success were thrown above.
  const { data } = await request;
  return data as Body<Answered>;
}

/** All items of a list that comes by pages. For lists that are short by nature; long ones are read as they are scrolled. */
export async function everyItem<T>(
  page: (query: { limit: number; cursor?: string }) => Promise<{ items: T[]; next_cursor?: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const read = await page({ limit: 100, ...(cursor ? { cursor } : {}) });
    items.push(...read.items);
    cursor = read.next_cursor;
  } while (cursor);
  return items;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
