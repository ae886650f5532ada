// Whether the server was set up with Google Sign-In.
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answer, api } from "./client";
import { keys } from "./keys";

export const googleQuery = queryOptions({
  queryKey: keys.google,
  queryFn: async ({ signal }) => (await answer(api.GET("/api/v1/google", { signal }))).available,
  staleTime: Infinity,
});

/** False until it is known. */
export function useGoogleAvailable(): boolean {
  return useQuery(googleQuery).data ?? false;
}
