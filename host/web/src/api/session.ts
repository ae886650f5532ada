// Who is logged in, and how that begins and ends.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";

import { forgetDrafts } from "../chat/drafts";
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
  // Whoever comes back to this tab may have logged out, or in, in another one.
  refetchOnWindowFocus: "always",
});

/** The account that is logged in, or null. */
export function useSession() {
  return useQuery(sessionQuery);
}

/** Whose pages these are. They stay so while the session is over and until somebody logs in again. */
export const AccountContext = createContext<Account | undefined>(undefined);

/** The account, on pages that are for people who are logged in. */
export function useAccount(): Account {
  const account = use(AccountContext);
  if (!account) throw new Error("useAccount outside of the guarded pages");
  return account;
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

/** Logs in where the session ended, so that the page goes on: what it has read stays, and is read again. */
export function useLogInAgain() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewSession"]) => answer(api.POST("/api/v1/sessions", { body })),
    onSuccess: () => client.invalidateQueries(),
  });
}

/** Logs out, and goes to the given page. */
export function useLogOut() {
  return useMutation({
    mutationFn: async (to: string) => {
      await endSession();
      forgetDrafts();
      // A new document: nothing of what the account saw stays in memory.
      location.assign(to);
    },
  });
}

/** Signs up. The first account on one's own machine is open at once, and logged in: then this is true. */
export function useSignUp() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: async (body: Schemas["NewAccount"]): Promise<boolean> => {
      const { response } = await api.POST("/api/v1/accounts", { body });
      if (response.status !== 201) return false;
      client.clear();
      await client.query(sessionQuery);
      return true;
    },
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
