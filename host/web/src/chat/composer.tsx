// Where questions are written. What is typed is kept until the server has it, whatever happens meanwhile.
import { ActionIcon, FileButton, Tooltip } from "@mantine/core";
import IconArrowUp from "@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs";
import IconPaperclip from "@tabler/icons-react/dist/esm/icons/IconPaperclip.mjs";
import IconPlayerStopFilled from "@tabler/icons-react/dist/esm/icons/IconPlayerStopFilled.mjs";
import { type ClipboardEvent, type KeyboardEvent, memo, useCallback, useEffect, useRef, useState } from "react";

import { ApiError } from "../api/error";
import { type StoredFile, useFiles } from "../api/files";
import { nameOf, useModelChoice } from "../api/models";
import { Failed } from "../shell/failed";
import { useAskedFile } from "./asked-file";
import { AttachmentChips } from "./attachment-chips";
import { useUploads } from "./attachments";
import styles from "./composer.module.css";
import { type Draft, EMPTY, keepDraft, readDraft } from "./drafts";
import { DropFiles } from "./drop-files";
import { GrowingTextarea } from "./growing-textarea";
import { matching, type Mention, mentionAt, written } from "./mentions";
import { MentionList } from "./mention-list";
import { ModelPicker } from "./model-picker";
import type { Question, Standing } from "./use-turns";

interface Props {
  projectId: string;
  /** Undefined for a chat that begins with its first question. */
  conversationId: string | undefined;
  /** Of what is typed: the account, and the conversation or the project for a new one. */
  draftName: string;
  standing: Standing;
  isStopping: boolean;
  /** Rejects where the question could not be asked. */
  onAsk: (question: Question) => Promise<void>;
  onStop: () => Promise<void>;
}

const TEXT_MAX = 20_000;
const NONE: StoredFile[] = [];
const MENTIONS = "composer-mentions";
/** What the window for choosing shows first; anything can be dropped. */
const TABLES = 
  ".csv,.tsv,.tab,.txt,.zip,.gz,.xlsx,.xlsm,.xlsb,.xls,.ods,.parquet,.arrow,.feather,.json,.ndjson,.jsonl,text/csv,text/tab-separated-values,application/zip";

/** Not drawn again while an answer streams above it. */
export const Composer = memo(function Composer({ projectId, conversationId, draftName, standing, isStopping, onAsk, onStop }: Props) {
  const input = useRef<HTMLTextAreaElement>(null);
  const choice = useModelChoice(projectId, conversationId);
  const { draft, setDraft, send, error } = useDraft(draftName, choice.asked, onAsk);
  const attach = useCallback(
    (file: Draft["files"][number]) =>
      setDraft((known) =>
        known.files.some(({ id }) => id === file.id) ? known : { ...known, files: [...known.files, file] },
      ),
    [setDraft],
  );
  // A question that was sent before it is known whom it goes to waits for that.
  const isDue = useRef(false);
  const submit = () => {
    if (choice.isKnown) void send();
    else isDue.current = true;
  };
  useEffect(() => {
    if (!isDue.current || !choice.isKnown) return;
    isDue.current = false;
    void send();
  }, [choice.isKnown, send]);
  const uploads = useUploads(projectId, attach);
  const [mention, setMention] = useState<Mention>();
  const [marked, setMarked] = useState(0);
  const { data: files = NONE } = useFiles(projectId);
  useAskedFile(files, attach);
  const offered = mention ? matching(files, mention.typed) : [];
  const isUploading = uploads.sending.some((one) => one.error === undefined);
  const canSend = standing === "idle" && draft.text.trim() !== "" && !isUploading;

  const look = (element: HTMLTextAreaElement) => {
    const at = element.selectionStart === element.selectionEnd ? mentionAt(element.value, element.selectionStart) : undefined;
    setMention(at);
    setMarked(0);
  };
  const take = (at: number) => {
    const file = offered[at];
    if (!file || !mention) return;
    const { text, cursor } = written(draft.text, mention, file.name);
    const attached = draft.files.some(({ id }) => id === file.id) ? draft.files : [...draft.files, { id: file.id, name: file.name }];
    setDraft({ text, files: attached });
    setMention(undefined);
    // After the text is there.
    requestAnimationFrame(() => input.current?.setSelectionRange(cursor, cursor));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (offered.length > 0) {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        setMarked((marked + step + offered.length) % offered.length);
        return;
      }
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        take(marked);
        return;
      }
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        setMention(undefined);
        return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (canSend) submit();
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    // Spreadsheets put a picture of the cells beside their text.
    if (pasted.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    uploads.add(pasted);
  };

  // Ready for the next question, but not where a keyboard would come up and cover the page.
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) input.current?.focus({ preventScroll: true });
  }, []);

  const isOpen = offered.length > 0;
  return (
    <div className={styles.frame}>
      <DropFiles onFiles={uploads.add} />
      {error && (
        <div className={styles.error}>
          <Failed error={error} title="Your question could not be sent" {...(canSend ? { retry: send } : {})} />
        </div>
      )}
      {choice.isGone && choice.model && (
        <p className={styles.gone} role="status">
          The model of this conversation is no longer available. Questions go to {nameOf(choice.model)} instead.
        </p>
      )}
      <div className={styles.composer}>
        {isOpen && <MentionList id={MENTIONS} files={offered} marked={marked} onTake={take} />}
        <AttachmentChips
          files={draft.files}
          sending={uploads.sending}
          onRemove={(fileId) => setDraft({ ...draft, files: draft.files.filter(({ id }) => id !== fileId) })}
          onGiveUp={uploads.remove}
          onAgain={(key, source) => void uploads.again(key, source)}
        />
        <GrowingTextarea
          ref={input}
          maxLength={TEXT_MAX}
          placeholder="Ask about your files"
          aria-label="Your question"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={isOpen ? MENTIONS : undefined}
          aria-activedescendant={isOpen ? `${MENTIONS}-${marked}` : undefined}
          value={draft.text}
          onChange={({ currentTarget }) => {
            setDraft({ ...draft, text: currentTarget.value });
            look(currentTarget);
          }}
          onSelect={({ currentTarget }) => look(currentTarget)}
          onBlur={() => setMention(undefined)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div className={styles.foot}>
          <div className={styles.tools}>
            <FileButton multiple accept={TABLES} onChange={uploads.add}>
              {(props) => (
                <Tooltip label="Attach files">
                  <ActionIcon size={32} aria-label="Attach files" {...props}>
                    <IconPaperclip size={19} stroke={1.6} />
                  </ActionIcon>
                </Tooltip>
              )}
            </FileButton>
            <ModelPicker projectId={projectId} choice={choice} />
          </div>
          {standing === "answering" ? (
            <Tooltip label="Stop (Esc)">
              <ActionIcon
                size={34}
                radius="xl"
                className={styles.stop}
                aria-label={isStopping ? "Stopping" : "Stop"}
                loading={isStopping}
                onClick={onStop}
              >
                <IconPlayerStopFilled size={16} />
              </ActionIcon>
            </Tooltip>
          ) : (
            <Tooltip label={isUploading ? "Waiting for uploads" : "Send (Enter)"}>
              <ActionIcon
                size={34}
                radius="xl"
                variant="filled"
                color="teal"
                aria-label="Send"
                loading={standing === "asking"}
                data-disabled={!canSend || undefined}
                aria-disabled={!canSend}
                onClick={() => {
                  if (canSend) submit();
                }}
              >
                <IconArrowUp size={19} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      </div>
    </div>
  );
});

/** What is typed, and its sending: the words come back where it fails, and are kept for a reload until then. */
function useDraft(name: string, model: Question["model"], onAsk: Props["onAsk"]) {
  const [draft, setDraft] = useState(() => readDraft(name));
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    if (!isSending) keepDraft(name, draft);
  }, [name, draft, isSending]);

  const send = async () => {
    const sent = draft;
    setSending(true);
    setError(undefined);
    setDraft(EMPTY);
    try {
      await onAsk({ text: sent.text.trim(), files: sent.files, ...(model ? { model } : {}) });
      keepDraft(name, EMPTY);
    } catch (thrown) {
      setError(ApiError.from(thrown));
      setDraft((typed) => together(sent, typed));
    } finally {
      setSending(false);
    }
  };
  return { draft, setDraft, send, error };
}

/** A question that came back, before what was typed since. */
function together(sent: Draft, typed: Draft): Draft {
  const text = typed.text === "" ? sent.text : `${sent.text}\n\n${typed.text}`;
  return { text, files: [...sent.files, ...typed.files.filter(({ id }) => !sent.files.some((file) => file.id === id))] };
}
