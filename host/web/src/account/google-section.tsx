// Whether Google Sign-In leads to the account, and how that begins and ends.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { isNotEmpty, useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useSearchParams } from "react-router";

import { useLinkGoogle, useUnlinkGoogle } from "../api/account";
import { useGoogleAvailable } from "../api/google";
import { useAccount } from "../api/session";
import { Confirm } from "../shell/confirm";
import { Dialog } from "../shell/dialog";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { notifyDone } from "../shell/notify";
import { Section } from "../shell/section";
import { googleLinkProblem } from "./google-problem";
import { LogInAgain } from "./log-in-again";
import { PasswordField } from "./password-fields";

/** Nothing where the server has no Google Sign-In and none has to be taken away. */
export function GoogleSection() {
  const account = useAccount();
  const available = useGoogleAvailable();
  const [search] = useSearchParams();
  const [asking, { open, close }] = useDisclosure(false);
  const unlink = useUnlinkGoogle();
  const problem = googleLinkProblem(search.get("problem"));
  if (!available && !account.google_linked) return null;
  return (
    <Section
      title="Google Sign-In"
      lead={
        account.google_linked
          ? account.has_password
            ? "You can log in with Google or with your password."
            : "You log in with Google. Set a password before you disconnect Google, so that you can still log in."
          : "Log in with Google as well as with your password."
      }
      action={
        <Button variant="default" onClick={open} disabled={account.google_linked && !account.has_password}>
          {account.google_linked ? "Disconnect…" : "Connect…"}
        </Button>
      }
    >
      {problem !== undefined && !account.google_linked && (
        <Alert color="red" variant="light" role="alert" maw="36rem">
          {problem}
        </Alert>
      )}
      {account.google_linked ? (
        <Confirm
          opened={asking}
          onClose={close}
          title="Disconnect Google?"
          action="Disconnect"
          mutation={unlink}
          onConfirm={() =>
            unlink.mutate(undefined, {
              onSuccess: () => {
                close();
                notifyDone("Google disconnected.");
              },
            })
          }
        >
          From then on, you log in with {account.email} and your password only.
        </Confirm>
      ) : (
        <Dialog opened={asking} onClose={close} title="Connect Google">
          <Connect onCancel={close} />
        </Dialog>
      )}
    </Section>
  );
}

function Connect({ onCancel }: { onCancel: () => void }) {
  const account = useAccount();
  const link = useLinkGoogle();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { password: "" },
    validate: { password: account.has_password ? isNotEmpty("Enter your password.") : undefined },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ password }) =>
          link.mutate(
            { password: account.has_password ? password : null, return_to: "/account" },
            { onSuccess: ({ url }) => location.assign(url), onError: showFieldErrors(form) },
          ),
        focusFirst(form),
      )}
    >
      <Stack>
        <Text>Choose your account at Google; you then return here. Your password keeps working.</Text>
        {account.has_password && (
          <PasswordField
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
        )}
        <FormFailure error={link.error} form={form}>
          <LogInAgain error={link.error} />
        </FormFailure>
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={link.isPending || link.isSuccess}>
            Continue to Google
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
