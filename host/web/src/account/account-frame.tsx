// The frame of the account's pages, with the way from one to the other.
import type { ReactNode } from "react";

import { PageFrame } from "../shell/page-frame";
import { PageTabs } from "../shell/page-tabs";

const PAGES = [
  { path: "/account", label: "Profile" },
  { path: "/account/password", label: "Password" },
  { path: "/account/sessions", label: "Sessions" },
  { path: "/account/api-keys", label: "API keys" },
  { path: "/account/usage", label: "Usage" },
  { path: "/account/appearance", label: "Appearance" },
];

interface Props {
  title: string;
  /** Buttons at the end of the bar. */
  actions?: ReactNode;
  children: ReactNode;
}

export function AccountFrame({ title, actions, children }: Props) {
  return (
    <PageFrame title={title} actions={actions}>
      <PageTabs label="Account" pages={PAGES} />
      {children}
    </PageFrame>
  );
}
