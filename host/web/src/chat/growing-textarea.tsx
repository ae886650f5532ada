import type { ComponentPropsWithRef } from "react";

import styles from "./growing-textarea.module.css";

type Props = ComponentPropsWithRef<"textarea"> & { value: string };

/** As high as its text, up to a limit. The style sheet alone makes it so: nothing is measured while somebody types. */
export function GrowingTextarea({ value, className, ...props }: Props) {
  return (
    <div className={`${styles.frame ?? ""} ${className ?? ""}`} data-value={value}>
      <textarea rows={1} value={value} {...props} />
    </div>
  );
}
