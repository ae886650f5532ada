// The frame of one page: its bar with the title and what can be done, and the content that scrolls below.
import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";

import styles from "./page-frame.module.css";
import { SidebarButton } from "./sidebar-button";

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
  return (
    <>
      <title>{`${title} · Glovebox`}</title>
      <header className={styles.bar}>
        <Group gap="xs" wrap="nowrap" className={styles.heading}>
          <SidebarButton />
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
