// One conversation of the list: the way to it, its menu, and the field in which its title is changed.
import { VisuallyHidden } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Link } from "react-router";

import { type Conversation, useRenameConversation } from "../api/conversations";
import { useMayChange } from "../api/roles";
import styles from "./conversation-list.module.css";
import { ConversationMenu } from "./conversation-menu";
import type { Stage } from "./under-way";

const TITLE_MAX_CHARS = 100;

const WORDS: Record<Stage, string> = {
  queued: "waits for its turn",
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

interface FieldProps {
  conversation: Conversation;
  /** `byKey`: somebody ended it with the keyboard and goes on there. */
  onEnd: (byKey: boolean) => void;
}

/** Enter and leaving the field keep the title, Escape does not. */
function TitleField({ conversation: { id, title }, onEnd }: FieldProps) {
  const [text, setText] = useState(title);
  const rename = useRenameConversation();
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const end = (keep: boolean, byKey: boolean) => {
    // Leaving the field follows from taking it away.
    if (ended.current) return;
    ended.current = true;
    const wanted = text.trim();
    if (keep && wanted !== "" && wanted !== title) rename.mutate({ id, title: wanted });
    onEnd(byKey);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends the input of a Japanese or Chinese word is not ours.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") end(true, true);
    if (event.key === "Escape") {
      event.stopPropagation();
      end(false, true);
    }
  };
  return (
    <input
      ref={field}
      className={styles.field}
      aria-label="Title"
      maxLength={TITLE_MAX_CHARS}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(true, false)}
      onKeyDown={onKeyDown}
    />
  );
}
