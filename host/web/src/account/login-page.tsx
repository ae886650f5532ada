// The log-in, with the way back to where somebody came from.
import { Alert, Anchor, Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { isEmail, isNotEmpty, useForm } from "@mantine/form";
import { useEffect } from "react";
import { Link, Navigate, useNavigate, useSearchParams } from "react-router";

import { useLogIn, useSession } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { whenIdle } from "../shell/idle";
import { forgetWayBack, wayBack } from "../shell/way-back";
import { Entrance } from "./entrance";
import { GoogleButton } from "./google-button";
import { googleProblem } from "./google-problem";
import { PasswordField } from "./password-fields";
import { SendVerification } from "./send-verification";

export default function LoginPage() {
  const [search] = useSearchParams();
  const session = useSession();
  const navigate = useNavigate();
  const logIn = useLogIn();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: search.get("email") ?? "", password: "", remember: true },
    validate: {
      email: isEmail("Enter your email address, such as ada@example.com."),
      password: isNotEmpty("Enter your password."),
    },
  });
  // What comes next is there by the time that the password is typed.
  useEffect(
    () =>
      whenIdle(() => {
        void import("../shell/shell");
        void import("../chat/conversation-page");
      }),
    [],
  );
  const to = wayBack(search);
  const problem = googleProblem(search.get("problem"));

  if (session.data && logIn.isIdle) return <Navigate to={to} replace />;
  return (
    <Entrance
      title="Log in"
      foot={
        <>
          No account yet?{" "}
          <Anchor component={Link} to={{ pathname: "/signup", search: search.toString() }}>
            Sign up
          </Anchor>
        </>
      }
    >
      {search.has("deleted") && logIn.isIdle && (
        <Alert variant="light" role="status">
          Your account and all its data have been deleted.
        </Alert>
      )}
      {problem !== undefined && logIn.isIdle && (
        <Alert color="red" variant="light" role="alert">
          {problem}
        </Alert>
      )}
      <form
        noValidate
        onSubmit={form.onSubmit((values) =>
          logIn.mutate(values, {
            onSuccess: () => {
              forgetWayBack();
              void navigate(to, { replace: true });
            },
            onError: showFieldErrors(form),
          }),
          focusFirst(form),
        )}
      >
        <Stack>
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            autoFocus={!search.has("email")}
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <PasswordField
            label="Password"
            autoComplete="current-password"
            autoFocus={search.has("email")}
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
          <Group justify="space-between">
            <Checkbox
              label="Stay logged in for 30 days"
              key={form.key("remember")}
              {...form.getInputProps("remember", { type: "checkbox" })}
            />
            <Anchor
              component={Link}
              to="/reset-password"
              size="sm"
              onClick={(event) => {
                // Along with what was typed already.
                event.preventDefault();
                const known = new URLSearchParams(search);
                known.set("email", form.getValues().email);
                void navigate(`/reset-password?${known}`);
              }}
            >
              Forgot password?
            </Anchor>
          </Group>
          <FormFailure error={logIn.error} form={form}>
            {logIn.error?.code === "email_unverified" && <SendVerification email={form.getValues().email} />}
          </FormFailure>
          <Button type="submit" fullWidth loading={logIn.isPending}>
            Log in
          </Button>
        </Stack>
      </form>
      <GoogleButton to={to} />
    </Entrance>
  );
}
