// The field in which the title of a conversation is changed, where the title stands.
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import { type Conversation, useRenameConversation } from "../api/conversations";

const TITLE_MAX_CHARS = 100;

interface Props {
  conversation: Conversation;
  className?: string | undefined;
  /** `byKey`: somebody ended it with the keyboard and goes on there. */
  onEnd: (byKey: boolean) => void;
}

/** Enter and leaving the field keep the title, Escape does not. */
export function TitleField({ conversation: { id, title }, className, onEnd }: Props) {
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
      className={className}
      aria-label="Title"
      maxLength={TITLE_MAX_CHARS}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(true, false)}
      onKeyDown={onKeyDown}
    />
  );
}
