import { Stack, Text, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props {
  icon?: Icon;
  title: string;
  /** What to do now, in a sentence. */
  children?: ReactNode;
  /** The button that does it. */
  action?: ReactNode;
}

/** Where there is nothing yet: it says what could be here, and how. */
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <Stack align="center" gap="xs" pt={64} pb="lg" px="md" maw="28rem" mx="auto" ta="center">
      {Icon && <Icon size={36} stroke={1.25} color="var(--mantine-color-dimmed)" aria-hidden />}
      <Title order={2} size="h4">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" component="div">
          {children}
        </Text>
      )}
      {action !== undefined && <div style={{ marginTop: "var(--mantine-spacing-sm)" }}>{action}</div>}
    </Stack>
  );
}
