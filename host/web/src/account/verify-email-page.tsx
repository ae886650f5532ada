// Where the link in a mail leads that confirms an address, after the sign-up and when an account gets another address.
import { Button, Loader, Stack, Text, TextInput } from "@mantine/core";
import { isEmail, useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useSearchParams } from "react-router";

import { keys } from "../api/keys";
import { useConfirmEmail, useSendVerification, useSession } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { Failed } from "../shell/failed";
import { rememberedLoginPath, rememberedWayBack } from "../shell/way-back";
import { Entrance } from "./entrance";

export default function VerifyEmailPage() {
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const session = useSession();
  const client = useQueryClient();
  const { mutate, ...confirm } = useConfirmEmail();
  // A link works once, and React may run an effect twice.
  const asked = useRef<string>(undefined);
  useEffect(() => {
    if (token === "" || asked.current === token) return;
    asked.current = token;
    mutate(token, { onSuccess: () => void client.invalidateQueries({ queryKey: keys.session }) });
  }, [token, mutate, client]);

  if (confirm.isSuccess) {
    return (
      <Entrance title="Your address is confirmed">
        <Text role="status">{session.data ? "Your account now uses this address." : "You can log in now."}</Text>
        <Button component={Link} to={session.data ? rememberedWayBack() : rememberedLoginPath()} fullWidth>
          {session.data ? "Continue" : "Log in"}
        </Button>
      </Entrance>
    );
  }
  if (confirm.error?.passes) {
    return (
      <Entrance title="Address not confirmed yet">
        <Failed error={confirm.error} title="The link could not be checked" retry={() => mutate(token)} />
      </Entrance>
    );
  }
  if (token === "" || confirm.isError) {
    return (
      <Entrance
        title="This link does not work"
        lead={
          confirm.error?.fields.length === 0
            ? confirm.error.message
            : "It may be already used, expired or incomplete. If you have used it before, just log in."
        }
      >
        <Button component={Link} to="/login" variant="default" fullWidth>
          Log in
        </Button>
        <AnotherLink />
      </Entrance>
    );
  }
  return (
    <Entrance title="Confirming your address">
      <Loader type="dots" color="gray" role="status" aria-label="Confirming your address" />
    </Entrance>
  );
}

function AnotherLink() {
  const send = useSendVerification();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "" },
    validate: { email: isEmail("Enter the email address that you signed up with.") },
  });
  if (send.isSuccess) {
    return <Text role="status">If there is an unconfirmed account with this address, a new link was sent to {send.variables}.</Text>;
  }
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ email }) => send.mutate(email, { onError: showFieldErrors(form) }),
        focusFirst(form),
      )}
    >
      <Stack>
        <TextInput
          label="Send another link to"
          type="email"
          autoComplete="email"
          key={form.key("email")}
          {...form.getInputProps("email")}
        />
        <FormFailure error={send.error} form={form} />
        <Button type="submit" variant="default" loading={send.isPending}>
          Send link
        </Button>
      </Stack>
    </form>
  );
}
