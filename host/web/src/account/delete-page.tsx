// The end of the account: what goes with it, what stands in the way, and the typed confirmation.
import { Anchor, Button, Group, List, Skeleton, Stack, TextInput } from "@mantine/core";
import { isNotEmpty, useForm } from "@mantine/form";
import { Link } from "react-router";

import { useDeleteAccount } from "../api/account";
import { useAccount } from "../api/session";
import { forgetDrafts } from "../chat/drafts";
import { Failed } from "../shell/failed";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { counted, formatBytes } from "../shell/numbers";
import { PageFrame } from "../shell/page-frame";
import { Section } from "../shell/section";
import { LogInAgain } from "./log-in-again";
import { PasswordField } from "./password-fields";
import { type Losses, useLosses } from "./losses";

export default function DeletePage() {
  const { losses, error, refetch } = useLosses();
  return (
    <PageFrame title="Delete account">
      <Section title="Deleted data" lead="Deletion is immediate and permanent. Nobody can undo it, including us.">
        {!losses && !error && <Skeleton height={96} role="status" aria-label="Loading your data" />}
        {!losses && error && <Failed error={error} title="Your data could not be loaded" retry={refetch} />}
        {losses && <What losses={losses} />}
      </Section>
      {losses && losses.inTheWay.length > 0 ? (
        <InTheWay orgs={losses.inTheWay} />
      ) : (
        <Section title="Confirmation">
          <Confirmation />
        </Section>
      )}
    </PageFrame>
  );
}

function What({ losses }: { losses: Losses }) {
  return (
    <List spacing={4} size="sm">
      <List.Item>
        {counted(losses.projects, "project")} with all conversations, prompts and generated files
      </List.Item>
      {losses.bytes > 0 && (
        <List.Item>
          {counted(losses.files, "file")}, {formatBytes(losses.bytes)} in total
        </List.Item>
      )}
      {losses.orgs.length > 0 && (
        <List.Item>
          {losses.orgs.length === 1 ? "the organisation " : "the organisations "}
          <strong>{losses.orgs.map(({ name }) => name).join(", ")}</strong>, of which you are the only member
        </List.Item>
      )}
      <List.Item>all your sessions, API keys and invitations</List.Item>
      {losses.left.length > 0 && (
        <List.Item>
          your membership in <strong>{losses.left.map(({ name }) => name).join(", ")}</strong>; its content stays for
          the other members
        </List.Item>
      )}
    </List>
  );
}

function InTheWay({ orgs }: { orgs: Losses["inTheWay"] }) {
  return (
    <Section
      title="Before you can delete your account"
      lead="You are the only owner of organisations with other members. Make one of them an owner, or delete the organisation:"
    >
      <List size="sm">
        {orgs.map((org) => (
          <List.Item key={org.id}>
            <Anchor component={Link} to={`/org/${org.id}/members`} inherit>
              {org.name}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Section>
  );
}

function Confirmation() {
  const account = useAccount();
  const remove = useDeleteAccount();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { typed: "", password: "" },
    validate: {
      typed: (typed) =>
        typed.trim().toLowerCase() === account.email.toLowerCase() ? null : `Type ${account.email} exactly as shown.`,
      password: account.has_password ? isNotEmpty("Enter your password.") : undefined,
    },
  });
  const leave = () => {
    // A new document: nothing of what the account saw stays in memory, nor in this browser.
    localStorage.removeItem("glovebox-project");
    forgetDrafts();
    location.assign("/login?deleted");
  };
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        ({ password }) =>
          remove.mutate(
            { password: account.has_password ? password : null },
            { onSuccess: leave, onError: showFieldErrors(form) },
          ),
        focusFirst(form),
      )}
    >
      <Stack maw="32rem">
        <TextInput
          label={
            <>
              Type <strong>{account.email}</strong> to confirm
            </>
          }
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          key={form.key("typed")}
          {...form.getInputProps("typed")}
        />
        {account.has_password && (
          <PasswordField
            label="Your password"
            autoComplete="current-password"
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
        )}
        <FormFailure error={remove.error} form={form}>
          <LogInAgain error={remove.error} />
        </FormFailure>
        <Group>
          <Button type="submit" color="red.9" loading={remove.isPending || remove.isSuccess}>
            Delete my account
          </Button>
          <Button variant="default" component={Link} to="/account">
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
