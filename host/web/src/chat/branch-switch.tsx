import { Group, Text } from "@mantine/core";
import IconChevronLeft from "@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";

import { IconAction } from "./icon-action";
import type { Step } from "./tree";

interface Props {
  step: Step;
  onSelect: (messageId: string) => void;
}

/** "2 / 3": which of the messages that stand in for each other is shown. */
export function BranchSwitch({ step: { message, siblings }, onSelect }: Props) {
  if (siblings.length < 2) return null;
  const at = siblings.findIndex(({ id }) => id === message.id);
  const noun = message.role === "user" ? "question" : "answer";
  const go = (to: number) => {
    const sibling = siblings[to];
    if (sibling) onSelect(sibling.id);
  };
  return (
    <Group gap={0} wrap="nowrap" role="group" aria-label={`Versions of this ${noun}`}>
      <IconAction label={`Previous ${noun}`} disabled={at === 0} onClick={() => go(at - 1)}>
        <IconChevronLeft size={16} />
      </IconAction>
      <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
        {at + 1} / {siblings.length}
      </Text>
      <IconAction
        label={`Next ${noun}`}
        disabled={at === siblings.length - 1}
        onClick={() => go(at + 1)}
      >
        <IconChevronRight size={16} />
      </IconAction>
    </Group>
  );
}
