// One conversation of the list: the way to it, and its menu.
import { VisuallyHidden } from "@mantine/core";
import { useRef, useState } from "react";
import { Link } from "react-router";

import type { Conversation } from "../api/conversations";
import { useMayChange } from "../api/roles";
import styles from "./conversation-list.module.css";
import { ConversationMenu } from "./conversation-menu";
import { TitleField } from "./title-field";
import type { Stage } from "./under-way";

const WORDS: Record<Stage, string> = {
  queued: "is waiting",
  running: "is being answered",
  ready: "has a new answer",
};

interface Props {
  conversation: Conversation;
  isOpen: boolean;
  stage: Stage | undefined;
}

export function ConversationRow({ conversation, isOpen, stage }: Props) {
  const { id, project_id, title, snippet } = conversation;
  const [renaming, setRenaming] = useState(false);
  const mayChange = useMayChange(project_id);
  const link = useRef<HTMLAnchorElement>(null);

  if (renaming) {
    return (
      <TitleField
        conversation={conversation}
        className={styles.field}
        onEnd={(byKey) => {
          setRenaming(false);
          if (byKey) requestAnimationFrame(() => link.current?.focus());
        }}
      />
    );
  }
  return (
    <div className={styles.item} data-open={isOpen || undefined}>
      <Link
        ref={link}
        to={`/p/${project_id}/c/${id}`}
        className={styles.link}
        aria-current={isOpen ? "page" : undefined}
        title={title}
        onDoubleClick={() => mayChange && setRenaming(true)}
        onKeyDown={(event) => {
          if (event.key === "F2" && mayChange) setRenaming(true);
        }}
      >
        <span className={styles.title}>
          {title}
          {stage && <VisuallyHidden component="span">, {WORDS[stage]}</VisuallyHidden>}
        </span>
        {snippet && <span className={styles.snippet}>{snippet}</span>}
      </Link>
      {stage && <span className={styles.stage} data-stage={stage} aria-hidden />}
      <ConversationMenu
        conversation={conversation}
        className={styles.menu}
        onRename={() => {
          // After the menu has given the focus back.
          setTimeout(() => setRenaming(true));
        }}
      />
    </div>
  );
}
