// A list of things with what can be done with each, in one frame.
import type { ReactNode } from "react";

import styles from "./rows.module.css";

interface RowsProps { label: string; children: ReactNode }

export function Rows({ label, children }: RowsProps) {
  return (
    <ul className={styles.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  icon?: ReactNode;
  title: ReactNode;
  /** Smaller, below the title. */
  children?: ReactNode;
  /** At the end. */
  action?: ReactNode;
  /** What is at the end comes below on narrow screens. */
  wraps?: boolean;
}

export function Row({ icon, title, children, action, wraps = false }: RowProps) {
  return (
    <li className={styles.row} data-wraps={wraps || undefined}>
      {icon !== undefined && <div className={styles.icon}>{icon}</div>}
      <div className={styles.text}>
        <div className={styles.title}>{title}</div>
        {children !== undefined && <div className={styles.detail}>{children}</div>}
      </div>
      {action !== undefined && action !== false && <div className={styles.action}>{action}</div>}
    </li>
  );
}
