// The messages of a shared conversation: one way through them, with the ways beside it to choose from.
import { Group, Text } from "@mantine/core";
import IconPaperclip from "@tabler/icons-react/dist/esm/icons/IconPaperclip.mjs";
import { memo, useMemo, useState } from "react";

import type { Message } from "../api/messages";
import type { SharedMessage } from "../api/shares";
import { AnswerView } from "../chat/answer-view";
import { BranchSwitch } from "../chat/branch-switch";
import { chatMessageOf, textOf } from "../chat/message";
import { leafUnder, pathTo, type Step, treeOf } from "../chat/tree";
import styles from "./shared-messages.module.css";

interface Props {
  /** In the order in which they were made. */
  messages: readonly SharedMessage[];
}

export function SharedMessages({ messages }: Props) {
  const tree = useMemo(() => treeOf(messages.map(asMessage)), [messages]);
  const [leafId, setLeafId] = useState<string>();
  const select = (id: string) => setLeafId(leafUnder(tree, id));
  return (
    <ol className={styles.messages}>
      {pathTo(tree, leafId).map((step) => (
        <li key={step.message.id} className={styles.message}>
          {step.message.role === "user" ? <Question step={step} /> : <Answer message={step.message} />}
          {step.siblings.length > 1 && (
            <Group justify={step.message.role === "user" ? "flex-end" : "flex-start"} mt={4}>
              <BranchSwitch step={step} onSelect={select} />
            </Group>
          )}
        </li>
      ))}
    </ol>
  );
}

function Question({ step: { message } }: { step: Step }) {
  return (
    <div className={styles.bubble}>
      {message.files.length > 0 && (
        <Group gap={6} mb={6}>
          {message.files.map(({ name }) => (
            <Text key={name} span size="xs" className={styles.file}>
              <IconPaperclip size={13} aria-hidden /> {name}
            </Text>
          ))}
        </Group>
      )}
      <div className={styles.text}>{textOf(message)}</div>
    </div>
  );
}

const Answer = memo(function Answer({ message }: { message: Message }) {
  const shown = useMemo(() => chatMessageOf(message), [message]);
  return <AnswerView message={shown} kept={message.generated_files} imported={message.imported} />;
});

/** As the pages of members have it: strangers learn the files' names alone. */
function asMessage(shared: SharedMessage): Message {
  const files = shared.files.map((name) => ({ id: name, name, deleted: false }));
  return { ...shared, conversation_id: "", files, pinned: false };
}
