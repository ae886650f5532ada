// Errors of a form: each next to the field it is about, the rest above the button.
//
//   <form noValidate onSubmit={form.onSubmit(send, focusFirst(form))}>
//   mutate(values, { onError: showFieldErrors(form) });
//   <FormFailure error={mutation.error} form={form} />
import { Alert } from "@mantine/core";
import type { FormErrors, UseFormReturnType } from "@mantine/form";
import IconAlertCircle from "@tabler/icons-react/dist/esm/icons/IconAlertCircle.mjs";
import type { ReactNode } from "react";

import type { ApiError, FieldError } from "../api/error";
import { Wait, withoutWait } from "./wait";

/** Conflicts that are about one field, though the server does not name it. */
const FIELD_OF: Record<string, string> = { name_taken: "name", email_taken: "email" };

/** Puts the server's errors of fields next to the form's fields of the same names, for a mutation's `onError`. */
export function showFieldErrors<Values extends Record<string, unknown>>(form: UseFormReturnType<Values>) {
  return (error: ApiError) => {
    const known = fieldsOf(error).filter(({ field }) => field in form.getValues());
    const errors = Object.fromEntries(known.map(({ field, message }) => [field, message]));
    form.setErrors(errors);
    focusFirst(form)(errors);
  };
}

/** Puts the cursor where the first thing is wrong, for what the form itself finds. */
export function focusFirst<Values extends Record<string, unknown>>(form: UseFormReturnType<Values>) {
  return (errors: FormErrors) => {
    const first = Object.keys(errors)[0];
    if (first !== undefined) form.getInputNode(first)?.focus();
  };
}

interface Props<Values extends Record<string, unknown>> {
  error: ApiError | null;
  form: UseFormReturnType<Values>;
  /** The way out, where there is one. */
  children?: ReactNode;
}

/** What is wrong with a form as a whole; nothing where all of it stands next to the fields. */
export function FormFailure<Values extends Record<string, unknown>>({ error, form, children }: Props<Values>) {
  if (error === null) return null;
  const fields = fieldsOf(error);
  const elsewhere = fields.filter(({ field }) => !(field in form.getValues()));
  if (fields.length > 0 && elsewhere.length === 0) return null;
  const message = elsewhere.length > 0 ? elsewhere.map((field) => field.message).join(" ") : withoutWait(error);
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle />} role="alert">
      {message}
      <Wait error={error} />
      {children}
    </Alert>
  );
}

function fieldsOf(error: ApiError): readonly Pick<FieldError, "field" | "message">[] {
  const field = FIELD_OF[error.code];
  return field === undefined ? error.fields : [{ field, message: error.message }];
}
