// The sign-up. Whoever did it looks into their mail next: the address has to be theirs.
import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { isEmail, useForm } from "@mantine/form";
import { Link, Navigate, useSearchParams } from "react-router";

import { useSendVerification, useSession, useSignUp } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { rememberWayBack, wayBack } from "../shell/way-back";
import { Entrance } from "./entrance";
import { GoogleButton } from "./google-button";
import { NewPasswordField } from "./password-fields";
import { wrongWithPassword } from "./password-rules";
import { SendAgain } from "./send-again";

export default function SignUpPage() {
  const [search, setSearch] = useSearchParams();
  const session = useSession();
  const signUp = useSignUp();
  // In the address, since whoever looks into their mail may come back to a page that has to be loaded again.
  const mailedTo = search.get("mailed");
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", email: search.get("email") ?? "", password: "" },
    validate: {
      email: isEmail("Enter an email address, such as ada@example.com."),
      password: wrongWithPassword,
    },
  });
  const to = wayBack(search);

  if (session.data) return <Navigate to={to} replace />;
  const change = (what: (search: URLSearchParams) => void) =>
    setSearch((before) => {
      what(before);
      return before;
    });
  if (mailedTo !== null) return <LookIntoMail email={mailedTo} onOther={() => change((next) => next.delete("mailed"))} />;
  return (
    <Entrance
      title="Sign up"
      lead="Ask questions about your files in plain English."
      foot={
        <>
          Already have an account?{" "}
          <Anchor component={Link} to={{ pathname: "/login", search: search.toString() }}>
            Log in
          </Anchor>
        </>
      }
    >
      <form
        noValidate
        onSubmit={form.onSubmit(({ name, ...who }) =>
          signUp.mutate(
            { ...who, name: name.trim() === "" ? null : name.trim() },
            {
              onSuccess: (isOpen) => {
                if (isOpen) return;
                rememberWayBack(to);
                change((next) => next.set("mailed", who.email));
              },
              onError: showFieldErrors(form),
            },
          ),
          focusFirst(form),
        )}
      >
        <Stack>
          <TextInput
            label="Name"
            description="Optional. Other members of your organisation see this name."
            autoComplete="name"
            maxLength={100}
            autoFocus
            key={form.key("name")}
            {...form.getInputProps("name")}
          />
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <NewPasswordField label="Password" key={form.key("password")} {...form.getInputProps("password")} />
          <FormFailure error={signUp.error} form={form} />
          <Button type="submit" fullWidth loading={signUp.isPending}>
            Sign up
          </Button>
        </Stack>
      </form>
      <GoogleButton to={to} />
    </Entrance>
  );
}

interface LookProps { email: string; onOther: () => void }

function LookIntoMail({ email, onOther }: LookProps) {
  const send = useSendVerification();
  return (
    <Entrance
      title="Check your email"
      foot={
        <Stack gap={6}>
          <SendAgain what="link" mutation={send} onSend={() => send.mutate(email)} />
          <Text inherit>
            Wrong address?{" "}
            <Anchor component="button" type="button" onClick={onOther}>
              Use another one
            </Anchor>
          </Text>
        </Stack>
      }
    >
      <Text role="status">
        We sent a link to <strong>{email}</strong>. Follow it to confirm your address.
      </Text>
    </Entrance>
  );
}
