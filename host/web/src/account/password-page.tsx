// The account's password: another one, or the first one of somebody who came by Google.
import { Button, Group, Stack } from "@mantine/core";
import { isNotEmpty, useForm } from "@mantine/form";

import { useChangePassword } from "../api/account";
import { useAccount } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { LeaveGuard } from "../shell/leave-guard";
import { notifyDone } from "../shell/notify";
import { Section } from "../shell/section";
import { AccountFrame } from "./account-frame";
import { LogInAgain } from "./log-in-again";
import { NewPasswordField, PasswordField } from "./password-fields";
import { wrongWithPassword } from "./password-rules";

export default function PasswordPage() {
  const account = useAccount();
  return (
    <AccountFrame title="Password">
      <Section
        title={account.has_password ? "Change your password" : "Set a password"}
        lead={
          account.has_password
            ? "Changing it logs you out everywhere else. API keys keep working."
            : "You signed up with Google and have no password yet. With one, you can also log in without Google."
        }
      >
        {/* Fields that are empty again once the password is changed. */}
        <PasswordForm key={String(account.has_password)} />
      </Section>
    </AccountFrame>
  );
}

function PasswordForm() {
  const account = useAccount();
  const change = useChangePassword();
  const form = useForm({
    initialValues: { current_password: "", password: "" },
    validate: {
      current_password: account.has_password ? isNotEmpty("Enter your current password.") : undefined,
      password: wrongWithPassword,
    },
  });
  const isDirty = form.values.password !== "" && !change.isPending;
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ current_password, password }) =>
          change.mutate(
            { password, current_password: account.has_password ? current_password : null },
            {
              onSuccess: () => {
                form.reset();
                notifyDone("Password changed. You are logged out everywhere else.");
              },
              onError: showFieldErrors(form),
            },
          ),
        focusFirst(form),
      )}
    >
      <LeaveGuard when={isDirty} />
      <Stack maw="28rem">
        <input type="text" name="username" autoComplete="username" value={account.email} readOnly hidden />
        {account.has_password && (
          <PasswordField
            label="Current password"
            autoComplete="current-password"
            {...form.getInputProps("current_password")}
          />
        )}
        <NewPasswordField label="New password" {...form.getInputProps("password")} />
        <FormFailure error={change.error} form={form}>
          <LogInAgain error={change.error} />
        </FormFailure>
        <Group>
          <Button type="submit" loading={change.isPending}>
            {account.has_password ? "Change password" : "Set password"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
