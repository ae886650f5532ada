// The frame of the account's pages, with the way from one to the other.
import type { ReactNode } from "react";
import { NavLink } from "react-router";

import { PageFrame } from "../shell/page-frame";
import styles from "./account-frame.module.css";

const PAGES = [
  { path: "/account", label: "Profile" },
  { path: "/account/sessions", label: "Sessions" },
  { path: "/account/api-keys", label: "API keys" },
  { path: "/account/usage", label: "Usage" },
  { path: "/account/appearance", label: "Appearance" },
] as const;

interface Props { title: string; children: ReactNode }

export function AccountFrame({ title, children }: Props) {
  return (
    <PageFrame title={title}>
      <nav aria-label="Account" className={styles.pages}>
        <ul>
          {PAGES.map(({ path, label }) => (
            <li key={path}>
              <NavLink to={path} end className={styles.entry}>
                {label}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </PageFrame>
  );
}
