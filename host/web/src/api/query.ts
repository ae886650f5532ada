// How the app keeps what it has read from the server, and what happens when reading or changing fails.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { notifyFailed } from "../shell/notify";
import type { ApiError } from "./error";
import { keys } from "./keys";
import { onTurnedAway } from "./turned-away";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: ApiError;
    mutationMeta: {
      /** The page shows the error where it arose; without this a notification does. */
      shownInPlace?: boolean;
    };
  }
}

/** Who waits longer than this at a limit is better told of it. */
const PATIENCE_SECONDS = 5;
const TRIES = 3;

export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => loggedOut(client, error) }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        loggedOut(client, error);
        // Whoever is asked to log in again knows why it did not work.
        if (mutation.meta?.shownInPlace !== true && !error.needsLogin) notifyFailed(error);
      },
    }),
    defaultOptions: {
      queries: {
        // A server on this machine answers without a network.
        networkMode: "always",
        staleTime: 30_000,
        retry: (failures, error) =>
          failures < TRIES - 1 && error.passes && (error.retryAfterSeconds ?? 0) <= PATIENCE_SECONDS,
        retryDelay: (failures, error) => Math.max((error.retryAfterSeconds ?? 0) * 1000, 500 * 2 ** failures),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  onTurnedAway(() => sessionIsOver(client));
  return client;
}

function loggedOut(client: QueryClient, error: ApiError) {
  if (error.needsLogin) sessionIsOver(client);
}

/** A 401 anywhere says so. Whoever looks at the session (`shell/shell.tsx`) asks to log in again. */
function sessionIsOver(client: QueryClient) {
  const known = client.getQueryData(keys.session);
  if (known) client.setQueryData(keys.session, null);
}
