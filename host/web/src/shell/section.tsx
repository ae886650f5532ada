import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

import styles from "./section.module.css";

interface Props {
  title: string;
  /** What it is about, in a sentence or two. */
  lead?: ReactNode;
  /** What can be done with all of it, beside the title. */
  action?: ReactNode;
  children?: ReactNode;
}

/** A part of a page of settings. */
export function Section({ title, lead, action, children }: Props) {
  const heading = useId();
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <Group justify="space-between" align="flex-start" gap="sm" className={styles.head}>
        <div style={{ flex: "1 1 16rem" }}>
          <Title order={2} size="md" id={heading}>
            {title}
          </Title>
          {lead !== undefined && (
            <Text c="dimmed" size="sm" mt={2} component="div" maw="36rem">
              {lead}
            </Text>
          )}
        </div>
        {action}
      </Group>
      {children}
    </section>
  );
}
