// The end of the account: what goes with it, what stands in the way, and the typed confirmation.
import { Anchor, Button, Group, List, Skeleton, Stack, TextInput } from "@mantine/core";
import { isNotEmpty, useForm } from "@mantine/form";
import { Link } from "react-router";

import { useDeleteAccount } from "../api/account";
import { useAccount } from "../api/session";
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
    <PageFrame title="Delete the account">
      <Section title="What goes" lead="At once and for good. Nobody can bring it back, and that includes us.">
        {!losses && !error && <Skeleton height={96} role="status" aria-label="Counting what you have" />}
        {!losses && error && <Failed error={error} title="What you have could not be counted" retry={refetch} />}
        {losses && <What losses={losses} />}
      </Section>
      {losses && losses.inTheWay.length > 0 ? (
        <InTheWay orgs={losses.inTheWay} />
      ) : (
        <Section title="Are you sure?">
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
        {counted(losses.projects, "project")} with all conversations and prompts, and what scripts made
      </List.Item>
      {losses.bytes > 0 && (
        <List.Item>
          {counted(losses.files, "file")}, {formatBytes(losses.bytes)} in all
        </List.Item>
      )}
      {losses.orgs.length > 0 && (
        <List.Item>
          {losses.orgs.length === 1 ? "the organisation " : "the organisations "}
          <strong>{losses.orgs.map(({ name }) => name).join(", ")}</strong>, which nobody else belongs to
        </List.Item>
      )}
      <List.Item>every session, API key and invitation of yours</List.Item>
      {losses.left.length > 0 && (
        <List.Item>
          your place in <strong>{losses.left.map(({ name }) => name).join(", ")}</strong>; what is in there stays for the
          others
        </List.Item>
      )}
    </List>
  );
}

function InTheWay({ orgs }: { orgs: Losses["inTheWay"] }) {
  return (
    <Section
      title="First, this"
      lead="You are the only owner of organisations that others belong to. Make one of them an owner, or delete the organisation:"
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
        typed.trim().toLowerCase() === account.email.toLowerCase() ? null : `Type ${account.email}, as it stands here.`,
      password: account.has_password ? isNotEmpty("Enter your password.") : undefined,
    },
  });
  const leave = () => {
    // A new document: nothing of what the account saw stays in memory, nor in this browser.
    localStorage.removeItem("glovebox-project");
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
            Keep it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
