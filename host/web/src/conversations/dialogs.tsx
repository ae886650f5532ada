// The dialogs about a conversation, apart from the menus that open them: an entry of a list comes and goes with
// scrolling, searching and the width of the window, and a dialog must not go with it.
import { lazy, Suspense, useState, useSyncExternalStore } from "react";
import { useMatch, useNavigate } from "react-router";

import { type Conversation, useConversation } from "../api/conversations";

// Loaded when one is asked for.
const DeleteDialog = lazy(async () => ({ default: (await import("./delete-dialog")).DeleteDialog }));
const ShareDialog = lazy(async () => ({ default: (await import("./share-dialog")).ShareDialog }));

interface Asked {
  kind: "share" | "delete";
  conversation: Conversation;
}

let asked: Asked | undefined;
const listeners = new Set<() => void>();

export function openShare(conversation: Conversation) {
  set({ kind: "share", conversation });
}

export function openDelete(conversation: Conversation) {
  set({ kind: "delete", conversation });
}

/** Stands once in the shell. */
export function ConversationDialogs() {
  const current = useSyncExternalStore(subscribe, () => asked);
  // While a dialog fades away it still shows what it was about.
  const [last, setLast] = useState(current);
  if (current && current !== last) setLast(current);
  const shown = current ?? last;
  return (
    shown && (
      <Suspense>
        <Dialog key={shown.conversation.id} {...shown} isOpen={current !== undefined} />
      </Suspense>
    )
  );
}

function Dialog({ kind, conversation, isOpen }: Asked & { isOpen: boolean }) {
  // What it is now: shared or not, under another title.
  const { data } = useConversation(conversation.id);
  const now = data ?? conversation;
  const leave = useLeave(conversation);
  const close = () => set(undefined);
  return kind === "share" ? (
    <ShareDialog conversation={now} opened={isOpen} onClose={close} />
  ) : (
    <DeleteDialog conversation={now} opened={isOpen} onClose={close} onDeleted={leave} />
  );
}

/** To a new chat, where the conversation is the page that is open. */
function useLeave({ id, project_id }: Conversation) {
  const navigate = useNavigate();
  const open = useMatch("/p/:projectId/c/:conversationId")?.params.conversationId;
  return () => {
    if (open === id) void navigate(`/p/${project_id}`, { replace: true });
  };
}

function set(next: Asked | undefined) {
  asked = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
