// Who is logged in, and how that begins and ends.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { ApiError } from "./error";
import { keys } from "./keys";

export type Account = Schemas["Account"];

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async ({ signal }): Promise<Account | null> => {
    try {
      return await answer(api.GET("/api/v1/account", { signal }));
    } catch (thrown) {
      // Nobody is logged in: for this question that is an answer.
      if (thrown instanceof ApiError && thrown.needsLogin) return null;
      throw thrown;
    }
  },
  staleTime: 60_000,
});

/** The account that is logged in, or null. */
export function useSession() {
  return useQuery(sessionQuery);
}

/** The account, on pages that are for people who are logged in. */
export function useAccount(): Account {
  const { data } = useSession();
  if (!data) throw new Error("useAccount outside of the guarded pages");
  return data;
}

export function useLogIn() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: async (body: Schemas["NewSession"]) => {
      await answer(api.POST("/api/v1/sessions", { body }));
      // Nothing that was read as somebody else stays.
      client.clear();
      return client.query(sessionQuery);
    },
  });
}

export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: endSession,
    onSuccess: () => {
      // A new document: nothing of what the account saw stays in memory.
      client.clear();
      location.assign("/login");
    },
  });
}

/** Logs out and stays in the app, for somebody who goes on as somebody else. */
export function useLeaveSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: endSession,
    onSuccess: () => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, null);
    },
  });
}

export function useSignUp() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewAccount"]) => answer(api.POST("/api/v1/accounts", { body })),
  });
}

/** Mails the link for confirming an address again. */
export function useSendVerification() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (email: string) => answer(api.POST("/api/v1/email-verifications", { body: { email } })),
  });
}

export function useConfirmEmail() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (token: string) => answer(api.POST("/api/v1/email-verifications/confirm", { body: { token } })),
  });
}

async function endSession() {
  try {
    await answer(api.DELETE("/api/v1/sessions/current"));
  } catch (thrown) {
    // Whoever is logged out already has what they want.
    if (!(thrown instanceof ApiError && thrown.needsLogin)) throw thrown;
  }
}
