// The account's address, and the way to another one: it counts when the link that is mailed there was followed.
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { isEmail, isNotEmpty, useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import IconMail from "@tabler/icons-react/dist/esm/icons/IconMail.mjs";

import { useChangeEmail } from "../api/account";
import { useAccount } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { Section } from "../shell/section";
import { LogInAgain } from "./log-in-again";
import { PasswordField } from "./password-fields";

export function EmailSection() {
  const account = useAccount();
  const [isChanging, { open, close }] = useDisclosure(false);
  const change = useChangeEmail();
  const waiting = change.isSuccess ? change.variables.email : account.new_email;
  return (
    <Section
      title="Email"
      lead={account.email}
      action={
        !isChanging && (
          <Button variant="default" onClick={open}>
            Change…
          </Button>
        )
      }
    >
      {!isChanging && waiting && waiting !== account.email && (
        <Alert variant="light" icon={<IconMail />} role="status" maw="36rem">
          We sent a link to <strong>{waiting}</strong>. Follow it to confirm the new address. Until then, your current
          address stays in use.
        </Alert>
      )}
      {isChanging && <ChangeEmail change={change} onDone={close} />}
    </Section>
  );
}

interface Props { change: ReturnType<typeof useChangeEmail>; onDone: () => void }

function ChangeEmail({ change, onDone }: Props) {
  const account = useAccount();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", password: "" },
    validate: {
      email: isEmail("Enter the new address, such as ada@example.com."),
      password: account.has_password ? isNotEmpty("Enter your password.") : undefined,
    },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ email, password }) =>
          change.mutate(
            { email, password: account.has_password ? password : null },
            { onSuccess: onDone, onError: showFieldErrors(form) },
          ),
        focusFirst(form),
      )}
    >
      <Stack maw="28rem">
        <TextInput
          label="New email"
          type="email"
          autoComplete="email"
          autoFocus
          key={form.key("email")}
          {...form.getInputProps("email")}
        />
        {account.has_password && (
          <PasswordField
            label="Your password"
            autoComplete="current-password"
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
        )}
        <Text size="sm" c="dimmed">
          We send a verification link to the new address. The change takes effect when you follow it.
        </Text>
        <FormFailure error={change.error} form={form}>
          <LogInAgain error={change.error} />
        </FormFailure>
        <Group>
          <Button type="submit" loading={change.isPending}>
            Send link
          </Button>
          <Button
            variant="default"
            onClick={() => {
              change.reset();
              onDone();
            }}
          >
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
