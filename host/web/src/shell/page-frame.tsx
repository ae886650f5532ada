// The frame of one page: its bar with the title and what can be done, and the content that scrolls below.
import { ActionIcon, Group, Title, Tooltip } from "@mantine/core";
import IconLayoutSidebarLeftExpand from "@tabler/icons-react/dist/esm/icons/IconLayoutSidebarLeftExpand.mjs";
import IconMenu2 from "@tabler/icons-react/dist/esm/icons/IconMenu2.mjs";
import type { ReactNode } from "react";

import styles from "./page-frame.module.css";
import { useSidebar } from "./sidebar-state";

interface Props {
  /** Of the page and of the browser's tab. */
  title: string;
  /** In the place of the title's text, such as a title that can be edited. */
  heading?: ReactNode;
  /** Buttons at the end of the bar. */
  actions?: ReactNode;
  /** How wide the content becomes: lines of text, tables, or all of it without padding and scrolling of its own. */
  width?: "text" | "wide" | "full";
  children: ReactNode;
}

export function PageFrame({ title, heading, actions, width = "text", children }: Props) {
  const sidebar = useSidebar();
  const label = sidebar.isNarrow ? "Open the sidebar" : "Show the sidebar";
  const Icon = sidebar.isNarrow ? IconMenu2 : IconLayoutSidebarLeftExpand;
  return (
    <>
      <title>{`${title} · Glovebox`}</title>
      <header className={styles.bar}>
        <Group gap="xs" wrap="nowrap" className={styles.heading}>
          {!sidebar.isShown && (
            <Tooltip label={label}>
              <ActionIcon aria-label={label} onClick={sidebar.open} size="lg">
                <Icon size={20} stroke={1.5} />
              </ActionIcon>
            </Tooltip>
          )}
          {heading ?? (
            <Title order={1} className={styles.title} title={title}>
              {title}
            </Title>
          )}
        </Group>
        {actions !== undefined && (
          <Group gap="xs" wrap="nowrap">
            {actions}
          </Group>
        )}
      </header>
      {width === "full" ? (
        <div className={styles.full}>{children}</div>
      ) : (
        <div className={styles.scroll}>
          <div className={styles.content} data-width={width}>
            {children}
          </div>
        </div>
      )}
    </>
  );
}
