// One conversation: its messages, and where the next question is written.
import { Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useCallback, useEffect, useMemo, useState } from "react";

import { type Conversation as Kept, conversationQuery } from "../api/conversations";
import { ApiError } from "../api/error";
import { hasEnded, type Message } from "../api/messages";
import { contentAddress } from "../api/generated-files";
import { useModelChoice } from "../api/models";
import { useMayChange } from "../api/roles";
import { useAccount } from "../api/session";
import { ConversationMenu } from "../conversations/conversation-menu";
import { TitleField } from "../conversations/title-field";
import { forgetAnswer, watchAnswer } from "../conversations/under-way";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { whenIdle } from "../shell/idle";
import { loaded } from "../shell/loaded";
import { notifyFailed } from "../shell/notify";
import { PageFrame } from "../shell/page-frame";
import { Announcer } from "./announcer";
import { useForeseen } from "./chart-image";
import { Composer } from "./composer";
import styles from "./conversation.module.css";
import { Loading } from "./loading";
import { textOf } from "./message";
import { NewChat } from "./new-chat";
import { type Question, useTurns } from "./use-turns";

// Not needed for a new chat to be seen, and there by the time that a question is asked.
const [MessageList, loadMessageList] = loaded(async () => (await import("./message-list")).MessageList);
const [Follower, loadFollower] = loaded(async () => (await import("./follower")).Follower);

interface Props {
  projectId: string;
  /** Undefined until the first question is asked. */
  conversationId: string | undefined;
  onBegun: (conversation: Kept) => void;
}

export function Conversation({ projectId, conversationId, onBegun }: Props) {
  const turns = useTurns({ projectId, conversationId, onBegun });
  const { ask, retry, stop, select, steps, live, pending, rows, standing } = turns;
  const { data: conversation } = useQuery({ ...conversationQuery(conversationId ?? ""), enabled: conversationId !== undefined });
  const mayAsk = useMayChange(projectId);
  const account = useAccount();
  const { asked: chosen } = useModelChoice(projectId, conversationId);
  useUnderWay(conversationId, turns);
  const { isLoading } = turns;
  useEffect(() => {
    if (isLoading) {
      void loadMessageList();
      return;
    }
    return whenIdle(() => {
      void loadMessageList();
      void loadFollower();
    });
  }, [isLoading]);
  useEscape(standing === "answering", stop);
  const isForeseen = useForeseen(steps.at(-1)?.message, contentAddress);

  // Asked by a click: there is nothing to give back when it fails, so the corner says it.
  const askByClick = useCallback(
    (question: Omit<Question, "model">) => {
      ask({ ...question, ...(chosen ? { model: chosen } : {}) }).catch((thrown: unknown) =>
        notifyFailed(ApiError.from(thrown), "Your question could not be sent"),
      );
    },
    [ask, chosen],
  );
  const actions = useMemo(() => {
    const isFree = mayAsk && standing === "idle";
    return {
      projectId,
      mayChange: mayAsk,
      onSelect: select,
      onAsk: isFree ? (text: string) => askByClick({ text, files: [] }) : undefined,
      onEdit: isFree
        ? ({ files, parent_id }: Message, text: string) =>
            askByClick({ text, files: files.filter(({ deleted }) => !deleted), parentId: parent_id ?? null })
        : undefined,
      onRetry: isFree ? (answerId: string) => void retry(answerId, chosen) : undefined,
      onRunScript: isFree
        ? (question: Message, script: string) =>
            askByClick({
              text: textOf(question),
              files: question.files.filter(({ deleted }) => !deleted),
              script,
              parentId: question.parent_id ?? null,
            })
        : undefined,
    };
  }, [projectId, mayAsk, standing, select, askByClick, retry, chosen]);
  const shown = useMemo(() => ({ steps, live, pending, rows, actions }), [steps, live, pending, rows, actions]);

  const [isRenaming, setRenaming] = useState(false);

  if (turns.error?.status === 404) return <NotFound what="conversation" />;
  const isNew = conversationId === undefined && steps.length === 0 && !pending;
  return (
    <PageFrame
      title={conversation?.title ?? (conversationId === undefined ? "New chat" : "Conversation")}
      width="full"
      heading={conversation && isRenaming ? <Renaming conversation={conversation} onEnd={() => setRenaming(false)} /> : undefined}
      actions={
        conversation && (
          <ConversationMenu
            conversation={conversation}
            // After the menu has given the focus back.
            onRename={() => void setTimeout(() => setRenaming(true))}
          />
        )
      }
    >
      <div className={styles.conversation} data-new={isNew || undefined}>
        {turns.error && (
          <div className={`${styles.message ?? ""} ${styles.instead ?? ""}`}>
            <Failed error={turns.error} title="The conversation could not be loaded" retry={turns.refetch} />
          </div>
        )}
        {(turns.isLoading || !isForeseen) && !turns.error && <Loading count={turns.count} />}
        {isNew && <NewChat projectId={projectId} onAsk={(text) => askByClick({ text, files: [] })} />}
        {(steps.length > 0 || pending) && isForeseen && (
          <Suspense fallback={<Loading count={0} />}>
            <MessageList shown={shown} asked={turns.asked} />
          </Suspense>
        )}
        {turns.following && (
          <Suspense>
            <Follower
              key={`${turns.following.answerId} ${turns.following.tries}`}
              answerId={turns.following.answerId}
              isNew={turns.following.isNew}
              onMessage={turns.onMessage}
              onEnded={turns.onEnded}
              onLost={turns.onLost}
              onConnected={turns.onConnected}
            />
          </Suspense>
        )}
        {!turns.isConnected && !turns.lost && (
          <Text size="sm" c="dimmed" className={styles.message} role="status">
            Connection lost. Reconnecting; the answer continues in the meantime.
          </Text>
        )}
        {turns.lost && (
          <div className={styles.message}>
            <Failed error={turns.lost} title="The answer could not be loaded" retry={turns.again} />
          </div>
        )}
        <Announcer message={live} />
        {mayAsk ? (
          <Composer
            projectId={projectId}
            conversationId={conversationId}
            draftName={`${account.id}-${conversationId ?? `new-${projectId}`}`}
            standing={standing}
            isStopping={turns.isStopping}
            onAsk={ask}
            onStop={stop}
          />
        ) : (
          <Text size="sm" c="dimmed" className={styles.message}>
            You have read-only access. To ask questions, you need to be a member of the organisation.
          </Text>
        )}
      </div>
    </PageFrame>
  );
}

function Renaming({ conversation, onEnd }: { conversation: Kept; onEnd: () => void }) {
  return (
    <>
      <VisuallyHidden component="h1">{conversation.title}</VisuallyHidden>
      <TitleField conversation={conversation} className={styles.title} onEnd={onEnd} />
    </>
  );
}

/** Tells the sidebar which conversation an answer is being given in. */
function useUnderWay(conversationId: string | undefined, { steps }: ReturnType<typeof useTurns>) {
  const leaf = steps.at(-1)?.message;
  const going = leaf?.role === "assistant" && !hasEnded(leaf.state) ? leaf.id : undefined;
  useEffect(() => {
    if (conversationId === undefined) return;
    if (going === undefined) forgetAnswer(conversationId);
    else watchAnswer(conversationId, going, "running");
  }, [conversationId, going]);
}

/** Esc stops the answer, unless it is meant for something that is open. */
function useEscape(isActive: boolean, stop: () => Promise<void>) {
  useEffect(() => {
    if (!isActive) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      const target = event.target as Element | null;
      if (document.querySelector("[aria-modal='true']") || target?.closest("[role='menu'], [role='dialog']")) return;
      void stop();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [isActive, stop]);
}
