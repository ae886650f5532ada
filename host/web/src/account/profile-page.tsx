// Name, address and Google Sign-In of the account.
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link } from "react-router";

import { useChangeName } from "../api/account";
import { useAccount } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { LeaveGuard } from "../shell/leave-guard";
import { notifyDone } from "../shell/notify";
import { Section } from "../shell/section";
import { AccountFrame } from "./account-frame";
import { EmailSection } from "./email-section";
import { GoogleSection } from "./google-section";

export default function ProfilePage() {
  return (
    <AccountFrame title="Profile">
      <NameSection />
      <EmailSection />
      <GoogleSection />
      <Section
        title="Delete account"
        lead="This also deletes your projects, files and conversations."
        action={
          <Button component={Link} to="/account/delete" variant="default">
            Delete account…
          </Button>
        }
      />
    </AccountFrame>
  );
}

function NameSection() {
  const account = useAccount();
  const change = useChangeName();
  const form = useForm({ initialValues: { name: account.name } });
  const isDirty = form.values.name.trim() !== account.name;
  return (
    <Section title="Name" lead="Other members of your organisations see this name.">
      <LeaveGuard when={isDirty && !change.isPending} />
      <form
        noValidate
        onSubmit={form.onSubmit(
          ({ name }) =>
            change.mutate(name.trim(), {
              onSuccess: (changed) => {
                form.setValues({ name: changed.name });
                notifyDone("Name saved.");
              },
              onError: showFieldErrors(form),
            }),
          focusFirst(form),
        )}
      >
        <Stack maw="28rem">
          <TextInput aria-label="Name" autoComplete="name" maxLength={100} {...form.getInputProps("name")} />
          <FormFailure error={change.error} form={form} />
          <Group>
            <Button type="submit" disabled={!isDirty} loading={change.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
