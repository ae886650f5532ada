// A question as it was asked, and the way to ask it otherwise.
import { Button, Group, Text, UnstyledButton } from "@mantine/core";
import IconCode from "@tabler/icons-react/dist/esm/icons/IconCode.mjs";
import IconPaperclip from "@tabler/icons-react/dist/esm/icons/IconPaperclip.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import { memo, useDeferredValue, useState } from "react";
import { Link } from "react-router";

import type { Message } from "../api/messages";
import { BranchSwitch } from "./branch-switch";
import { CopyButton } from "./copy-button";
import { GrowingTextarea } from "./growing-textarea";
import { IconAction } from "./icon-action";
import { textOf } from "./message";
import styles from "./question-view.module.css";
import type { Step } from "./tree";

interface Props {
  step: Step;
  projectId: string;
  onSelect: (messageId: string) => void;
  /** Asks another question in its place; left out where nothing can be asked now. */
  onEdit?: ((message: Message, text: string) => void) | undefined;
}

export const QuestionView = memo(function QuestionView({ step, projectId, onSelect, onEdit }: Props) {
  const [isEdited, setEdited] = useState(false);
  // The buttons come when there is time: nobody sees them while the messages scroll by.
  const hasButtons = useDeferredValue(true, false);
  const { message } = step;
  const text = textOf(message);
  if (isEdited && onEdit) {
    return (
      <EditQuestion
        text={text}
        onCancel={() => setEdited(false)}
        onSend={(changed) => {
          setEdited(false);
          onEdit(message, changed);
        }}
      />
    );
  }
  return (
    <div className={styles.question}>
      <Bubble text={text} files={message.files} projectId={projectId} script={ownScriptOf(message)} />
      <div className={styles.actions} data-shown={step.siblings.length > 1 || undefined}>
        {hasButtons && (
          <>
            {onEdit && (
              <IconAction label="Edit and ask again" onClick={() => setEdited(true)}>
                <IconPencil size={16} />
              </IconAction>
            )}
            <CopyButton text={text} label="Copy question" />
            <BranchSwitch step={step} onSelect={onSelect} />
          </>
        )}
      </div>
    </div>
  );
});

/** One that is on its way to the server, as high as it will be. */
export function PendingQuestion({ text, files, projectId }: Pick<BubbleProps, "text" | "files" | "projectId">) {
  return (
    <div className={styles.question}>
      <Bubble text={text} files={files} projectId={projectId} />
      <div className={styles.actions} />
    </div>
  );
}

interface BubbleProps {
  text: string;
  files: readonly { id: string; name: string; deleted?: boolean }[];
  projectId: string;
  /** That somebody handed in with the question. */
  script?: string | undefined;
}

/** The words of a question, and what it is about. */
export function Bubble({ text, files, projectId, script }: BubbleProps) {
  const [isOpen, setOpen] = useState(false);
  const isLong = text.length > LONG_CHARACTERS || text.split("\n").length > LONG_LINES;
  return (
    <div className={styles.bubble}>
      {files.length > 0 && (
        <Group gap={6} mb={6}>
          {files.map(({ id, name, deleted = false }) =>
            deleted ? (
              <span key={id} className={styles.file} title="This file was deleted">
                <IconPaperclip size={13} aria-hidden /> <s>{name}</s>
              </span>
            ) : (
              <Link key={id} to={`/p/${projectId}/files/${id}`} className={styles.file}>
                <IconPaperclip size={13} aria-hidden /> {name}
              </Link>
            ),
          )}
        </Group>
      )}
      <div className={styles.text} data-folded={(isLong && !isOpen) || undefined}>
        {text}
      </div>
      {isLong && (
        <UnstyledButton className={styles.more} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show less" : "Show all"}
        </UnstyledButton>
      )}
      {script !== undefined && (
        <Text size="xs" c="dimmed" mt={4} className={styles.own}>
          <IconCode size={14} aria-hidden /> With your own script
        </Text>
      )}
    </div>
  );
}

const LONG_CHARACTERS = 1200;
const LONG_LINES = 16;

function ownScriptOf({ parts }: Message): string | undefined {
  return parts.find((part) => part.type === "script")?.script;
}

interface EditProps {
  text: string;
  onCancel: () => void;
  onSend: (text: string) => void;
}

function EditQuestion({ text, onCancel, onSend }: EditProps) {
  const [changed, setChanged] = useState(text);
  const send = () => {
    if (changed.trim() !== "") onSend(changed.trim());
  };
  return (
    <form
      className={styles.edit}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <GrowingTextarea
        aria-label="The question"
        value={changed}
        autoFocus
        onFocus={({ currentTarget }) => currentTarget.setSelectionRange(text.length, text.length)}
        onChange={(event) => setChanged(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            onCancel();
          }
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            send();
          }
        }}
      />
      <Group justify="flex-end" gap="xs" mt={8}>
        <Button size="xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="xs" type="submit" disabled={changed.trim() === ""}>
          Ask
        </Button>
      </Group>
    </form>
  );
}
