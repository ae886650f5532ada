// The frame of the pages for people who are not logged in: a narrow column with the name above.
import { Anchor, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { usePageShown } from "../shell/idle";
import { Wordmark } from "../shell/wordmark";
import styles from "./entrance.module.css";

interface Props {
  title: string;
  /** A sentence below the title. */
  lead?: ReactNode;
  children?: ReactNode;
  /** The way to the other pages, below everything. */
  foot?: ReactNode;
}

export function Entrance({ title, lead, children, foot }: Props) {
  usePageShown();
  return (
    <div className={styles.page}>
      <title>{`${title} · Glovebox`}</title>
      <header>
        <Anchor component={Link} to="/" underline="never" c="inherit">
          <Wordmark />
        </Anchor>
      </header>
      <main className={styles.column}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {lead !== undefined && (
          <Text c="dimmed" mt={6} component="div">
            {lead}
          </Text>
        )}
        <Stack mt="lg">{children}</Stack>
        {foot !== undefined && (
          <Text mt="lg" c="dimmed" component="div">
            {foot}
          </Text>
        )}
      </main>
    </div>
  );
}
