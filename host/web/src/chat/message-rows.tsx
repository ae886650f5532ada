// The rows of the list: a message each, and what stands below the last one.
import { memo, useMemo } from "react";

import { hasEnded, type Message } from "../api/messages";
import { isWhole } from "./answer";
import { AnswerPlaceContext } from "./answer-place";
import { AnswerActions } from "./answer-actions";
import { AnswerView } from "./answer-view";
import { type ChatMessage, chatMessageOf } from "./message";
import { PendingQuestion, QuestionView } from "./question-view";
import { FollowUps } from "./suggestions";
import type { Step } from "./tree";
import { answerRow, type Pending } from "./use-turns";

/** What can be done; what is left out cannot be done now. */
export interface Actions {
  projectId: string;
  /** Whether the reader may change the conversation, now or later. */
  mayChange: boolean;
  onSelect: (messageId: string) => void;
  onAsk: ((text: string) => void) | undefined;
  onEdit: ((question: Message, text: string) => void) | undefined;
  onRetry: ((answerId: string) => void) | undefined;
  onRunScript: ((question: Message, script: string) => void) | undefined;
}

export interface Shown {
  steps: readonly Step[];
  /** The last answer as it streams. */
  live: ChatMessage | undefined;
  pending: Pending | undefined;
  /** What rows go by that are not called by their message's id. */
  rows: ReadonlyMap<string, string>;
  actions: Actions;
}

const QUESTION_PX = 90;
const ANSWER_PX = 480;
/** A question on its way, and the answer that is to come. */
const PENDING_ROWS = 2;

export function rowCount({ steps, pending }: Shown): number {
  return steps.length + (pending ? PENDING_ROWS : 0);
}

/** The same for the same message, also before and after it has an id. */
export function rowKey({ steps, rows, pending }: Pick<Shown, "steps" | "rows" | "pending">, at: number): string {
  const id = steps[at]?.message.id;
  if (id !== undefined) return rows.get(id) ?? id;
  if (!pending) return String(at);
  return at === steps.length ? pending.row : answerRow(pending.row);
}

/** How high a row is before anybody has seen it. */
export function rowHeight({ steps }: Shown, at: number): number {
  return steps[at]?.message.role === "assistant" ? ANSWER_PX : QUESTION_PX;
}

export function MessageRow({ shown: { steps, live, pending, actions }, at }: { shown: Shown; at: number }) {
  const step = steps[at];
  if (step?.message.role === "user") {
    const { projectId, onSelect, onEdit } = actions;
    return <QuestionView step={step} projectId={projectId} onSelect={onSelect} onEdit={onEdit} />;
  }
  if (step) {
    const isLast = at === steps.length - 1 && !pending;
    const question = steps[at - 1]?.message;
    return <Answer step={step} question={question} live={isLast ? live : undefined} isLast={isLast} actions={actions} />;
  }
  if (pending && at === steps.length) {
    return <PendingQuestion text={pending.text} files={pending.files} projectId={actions.projectId} />;
  }
  return <AnswerView message={COMING} kept={[]} imported={false} />;
}

const COMING: ChatMessage = { id: "asking", role: "assistant", parts: [] };

interface AnswerProps {
  step: Step;
  question: Message | undefined;
  live: ChatMessage | undefined;
  isLast: boolean;
  actions: Actions;
}

const Answer = memo(function Answer({ step, question, live, isLast, actions }: AnswerProps) {
  const { message } = step;
  const { projectId, mayChange, onSelect, onRetry, onRunScript, onAsk } = actions;
  // What streams is newer than what is stored, until that has ended.
  const isOver = hasEnded(message.state);
  const shown = isOver || !live ? stored(message) : live;
  const retry = onRetry && (() => onRetry(message.id));
  const { id: messageId, imported } = message;
  const place = useMemo(
    () => (isOver && mayChange && !imported ? { projectId, messageId } : undefined),
    [isOver, mayChange, imported, projectId, messageId],
  );
  return (
    <>
      <AnswerPlaceContext value={place}>
        <AnswerView
          message={shown}
          kept={message.generated_files}
          imported={imported}
          onRunScript={question && onRunScript ? (script) => onRunScript(question, script) : undefined}
          onRetry={retry}
        />
      </AnswerPlaceContext>
      {isOver && (
        <AnswerActions step={step} isLast={isLast} mayChange={mayChange} onSelect={onSelect} onRetry={retry} />
      )}
      {isWhole(message) && isLast && onAsk && (
        <FollowUps conversationId={message.conversation_id} answerId={message.id} onAsk={onAsk} />
      )}
    </>
  );
});

const converted = new WeakMap<Message, ChatMessage>();

/** The same message for the same one, so that nothing is rendered again. */
function stored(message: Message): ChatMessage {
  const known = converted.get(message);
  if (known) return known;
  const made = chatMessageOf(message);
  converted.set(message, made);
  return made;
}
