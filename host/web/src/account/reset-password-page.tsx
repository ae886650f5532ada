// A forgotten password: the address, then the mailed code with a new password, on one page. Whoever did it is logged in.
import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { isEmail, useForm } from "@mantine/form";
import { Link, useNavigate, useSearchParams } from "react-router";

import { useAskForReset, useResetPassword } from "../api/account";
import { useLogIn } from "../api/session";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { notifyDone } from "../shell/notify";
import { wayBack } from "../shell/way-back";
import { CODE_DIGITS } from "./code";
import { CodeField } from "./code-field";
import { Entrance } from "./entrance";
import { NewPasswordField } from "./password-fields";
import { wrongWithPassword } from "./password-rules";
import { SendAgain } from "./send-again";

/** A code that was mailed somewhere. */
interface Sent {
  /** The request that the code belongs to. */
  id: string;
  email: string;
}

export default function ResetPasswordPage() {
  const [search, setSearch] = useSearchParams();
  const email = search.get("email") ?? "";
  const id = search.get("request");
  // In the address, since whoever looks into their mail may come back to a page that has to be loaded again.
  const keep = (sent: Sent) =>
    setSearch((before) => {
      before.set("email", sent.email);
      before.set("request", sent.id);
      return before;
    });
  const forget = () =>
    setSearch((before) => {
      before.delete("request");
      return before;
    });
  return id !== null && email !== "" ? (
    <ChoosePassword sent={{ id, email }} onSentAgain={keep} onOtherAddress={forget} />
  ) : (
    <AskForCode email={email} onSent={keep} />
  );
}

interface AskProps { email: string; onSent: (sent: Sent) => void }

function AskForCode({ email, onSent }: AskProps) {
  const [search] = useSearchParams();
  const ask = useAskForReset();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email },
    validate: { email: isEmail("Enter the email address of your account, such as ada@example.com.") },
  });
  return (
    <Entrance
      title="Reset your password"
      lead="Enter the email address of your account. We send you a code for choosing a new password."
      foot={
        <>
          Remember your password?{" "}
          <Anchor component={Link} to={{ pathname: "/login", search: search.toString() }}>
            Log in
          </Anchor>
        </>
      }
    >
      <form
        noValidate
        onSubmit={form.onSubmit(
          (values) =>
            ask.mutate(values.email, {
              onSuccess: ({ id }) => onSent({ id, email: values.email }),
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
            autoFocus
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <FormFailure error={ask.error} form={form} />
          <Button type="submit" fullWidth loading={ask.isPending}>
            Send code
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

interface ChooseProps { sent: Sent; onSentAgain: (sent: Sent) => void; onOtherAddress: () => void }

function ChoosePassword({ sent, onSentAgain, onOtherAddress }: ChooseProps) {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const ask = useAskForReset();
  const reset = useResetPassword();
  const logIn = useLogIn();
  const form = useForm({
    initialValues: { code: "", password: "" },
    validate: {
      code: (code) => (code.length === CODE_DIGITS ? null : "Enter the six-digit code from the email."),
      password: wrongWithPassword,
    },
  });
  const enter = async (password: string) => {
    notifyDone("Password changed. You are logged out everywhere else.");
    try {
      await logIn.mutateAsync({ email: sent.email, password, remember: false });
      await navigate(wayBack(search), { replace: true });
    } catch {
      // The password is changed whatever else is: the log-in page says what stands in the way.
      await navigate(`/login?email=${encodeURIComponent(sent.email)}`, { replace: true });
    }
  };
  return (
    <Entrance
      title="Choose a new password"
      lead={
        <span role="status">
          If <strong>{sent.email}</strong> has an account, we have sent it a six-digit code. The code expires in ten
          minutes.
        </span>
      }
      foot={
        <Stack gap={6}>
          <SendAgain
            what="code"
            mutation={ask}
            onSend={() =>
              ask.mutate(sent.email, {
                onSuccess: ({ id }) => {
                  form.setFieldValue("code", "");
                  onSentAgain({ ...sent, id });
                },
              })
            }
          />
          <Text inherit>
            Wrong address?{" "}
            <Anchor component="button" type="button" onClick={onOtherAddress}>
              Use another one
            </Anchor>
          </Text>
        </Stack>
      }
    >
      <form
        noValidate
        onSubmit={form.onSubmit(
          (values) =>
            reset.mutate(
              { id: sent.id, ...values },
              { onSuccess: () => void enter(values.password), onError: showFieldErrors(form) },
            ),
          focusFirst(form),
        )}
      >
        <Stack>
          {/* By this a password manager knows whose password it is. */}
          <input type="text" name="username" autoComplete="username" value={sent.email} readOnly hidden />
          <CodeField label="Code from the email" autoFocus {...form.getInputProps("code")} />
          <NewPasswordField label="New password" {...form.getInputProps("password")} />
          <FormFailure error={reset.error} form={form} />
          <Button type="submit" fullWidth loading={reset.isPending || logIn.isPending}>
            Change password
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}
