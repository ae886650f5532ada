// Over the page whose session has ended: the way back in, without leaving what was typed.
import { Anchor, Button, Stack, Text } from "@mantine/core";
import { isNotEmpty, useForm } from "@mantine/form";

import { useAccount, useLogInAgain, useLogOut } from "../api/session";
import { PasswordField } from "../account/password-fields";
import { Dialog } from "./dialog";
import { focusFirst, FormFailure, showFieldErrors } from "./form-failure";

interface Props { opened: boolean }

/** Whoever logs in in another tab finds it gone as well: the session is asked for when one comes back here. */
export default function LoggedOut({ opened }: Props) {
  const account = useAccount();
  return (
    <Dialog
      opened={opened}
      onClose={() => undefined}
      title="Log in again"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      // Who comes by in the meantime is not to read what is below.
      overlayProps={{ blur: 8, backgroundOpacity: 0.5 }}
      zIndex={500}
    >
      <Stack>
        <Text>
          Your session has expired. Log in as <strong>{account.email}</strong> to continue. What you typed is kept.
        </Text>
        {account.has_password ? <WithPassword /> : <InAnotherTab />}
        <OtherAccount />
      </Stack>
    </Dialog>
  );
}

function WithPassword() {
  const account = useAccount();
  const logIn = useLogInAgain();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { password: "" },
    validate: { password: isNotEmpty("Enter your password.") },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ password }) =>
          logIn.mutate({ email: account.email, password, remember: true }, { onError: showFieldErrors(form) }),
        focusFirst(form),
      )}
    >
      <Stack>
        {/* By this a password manager knows whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={account.email} readOnly hidden />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          data-autofocus
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        <FormFailure error={logIn.error} form={form} />
        <Button type="submit" fullWidth loading={logIn.isPending}>
          Log in
        </Button>
      </Stack>
    </form>
  );
}

/** For accounts that come by Google, which takes the whole page. */
function InAnotherTab() {
  return (
    <Button component="a" href="/login" target="_blank" rel="noopener" fullWidth data-autofocus>
      Log in in a new tab
    </Button>
  );
}

function OtherAccount() {
  const leave = useLogOut();
  return (
    <Text size="sm" c="dimmed">
      Or{" "}
      <Anchor component="button" type="button" inherit onClick={() => leave.mutate("/login")} disabled={leave.isPending}>
        leave this page
      </Anchor>{" "}
      and log in as someone else.
    </Text>
  );
}
