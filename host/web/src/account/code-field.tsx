import { TextInput, type TextInputProps } from "@mantine/core";

import { codeOf } from "./code";
import styles from "./code-field.module.css";

interface Props extends Omit<TextInputProps, "onChange"> {
  onChange: (code: string) => void;
}

/** Six digits from a mail, in one field: it is typed, pasted or filled in by the browser as any other. */
export function CodeField({ onChange, ...props }: Props) {
  return (
    <TextInput
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCorrect="off"
      spellCheck={false}
      classNames={{ input: styles.code }}
      {...props}
      onChange={(event) => onChange(codeOf(event.currentTarget.value))}
    />
  );
}
