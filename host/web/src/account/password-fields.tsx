// Fields for passwords: shown on demand, with a hint where caps lock is on, and for new ones with the rules as one types.
import { PasswordInput, type PasswordInputProps, Text, VisuallyHidden } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconPoint from "@tabler/icons-react/dist/esm/icons/IconPoint.mjs";
import { type KeyboardEvent, useState } from "react";

import styles from "./password-fields.module.css";
import { PASSWORD_RULES } from "./password-rules";

/** A password that exists. */
export function PasswordField(props: PasswordInputProps) {
  const [capsLock, setCapsLock] = useState(false);
  // A password manager fills fields by events that are no keys.
  const look = (event: KeyboardEvent<HTMLInputElement>) => {
    if (typeof event.getModifierState === "function") setCapsLock(event.getModifierState("CapsLock"));
  };
  return (
    <div>
      <PasswordInput
        visibilityToggleFocusable
        visibilityToggleButtonProps={{ "aria-label": "Show password" }}
        // Other fields of Mantine's say so themselves.
        aria-invalid={props.error ? true : undefined}
        {...props}
        onKeyDown={look}
        onKeyUp={look}
        onBlur={(event) => {
          setCapsLock(false);
          props.onBlur?.(event);
        }}
      />
      <Text size="xs" c="dimmed" mt={capsLock ? 4 : 0} role="status">
        {capsLock && "Caps lock is on."}
      </Text>
    </div>
  );
}

/** A password that is being chosen. */
export function NewPasswordField(props: PasswordInputProps) {
  const [text, setText] = useState("");
  return (
    <PasswordField
      autoComplete="new-password"
      {...props}
      inputWrapperOrder={["label", "input", "error", "description"]}
      description={<Rules text={text} />}
      descriptionProps={{ component: "div" }}
      onChange={(event) => {
        setText(event.currentTarget.value);
        props.onChange?.(event);
      }}
    />
  );
}

function Rules({ text }: { text: string }) {
  return (
    <ul className={styles.rules}>
      {PASSWORD_RULES.map(({ label, holds }) => {
        const isMet = holds(text);
        const Icon = isMet ? IconCheck : IconPoint;
        return (
          <li key={label} className={styles.rule} data-holds={isMet || undefined}>
            <Icon size={14} aria-hidden />
            {label}
            {isMet && <VisuallyHidden> (done)</VisuallyHidden>}
          </li>
        );
      })}
    </ul>
  );
}
