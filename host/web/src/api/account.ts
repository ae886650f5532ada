// The account of whoever is logged in: what it is called, what lets its owner in, and its end.
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { keys } from "./keys";
import { sessionQuery } from "./session";

export function useChangeName() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (name: string) => answer(api.PATCH("/api/v1/account", { body: { name } })),
    onSuccess: (account) => client.setQueryData(sessionQuery.queryKey, account),
  });
}

/** Mails a link to the new address, which becomes the account's own when it is followed. */
export function useChangeEmail() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewEmail"]) => answer(api.PUT("/api/v1/account/email", { body })),
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewPassword"]) => answer(api.PUT("/api/v1/account/password", { body })),
    onSuccess: () =>
      Promise.all([keys.session, keys.sessions].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** The address of Google's page, where tying the account to Google goes on. */
export function useLinkGoogle() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewLink"]) => answer(api.POST("/api/v1/account/google", { body })),
  });
}

export function useUnlinkGoogle() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: () => answer(api.DELETE("/api/v1/account/google")),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.session }),
  });
}

export function useDeleteAccount() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["AccountDeletion"]) => answer(api.DELETE("/api/v1/account", { body })),
  });
}

/** Mails a code by which whoever has it chooses a new password; the answer has the id that the code belongs to. */
export function useAskForReset() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (email: string) => answer(api.POST("/api/v1/password-resets", { body: { email } })),
  });
}

export function useResetPassword() {
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: ({ id, ...body }: Schemas["PasswordReset"] & { id: string }) =>
      answer(
        api.POST("/api/v1/password-resets/{password_reset_id}/confirm", {
          params: { path: { password_reset_id: id } },
          body,
        }),
      ),
  });
}
