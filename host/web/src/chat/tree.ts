// The tree of a conversation's messages, and the one way through it that is shown.
//
// Messages with the same parent stand in for each other: edited questions and answers that were asked for again.
import type { Message } from "../api/messages";

export interface Tree {
  byId: ReadonlyMap<string, Message>;
  /** By the parent's id, in the order in which they were made; the first questions stand under "". */
  children: ReadonlyMap<string, readonly Message[]>;
  newest: Message | undefined;
}

/** A message on the way that is shown, with those that stand in for it. */
export interface Step {
  message: Message;
  siblings: readonly Message[];
}

/** `messages` in the order in which they were made. */
export function treeOf(messages: readonly Message[]): Tree {
  const byId = new Map<string, Message>();
  const children = new Map<string, Message[]>();
  for (const message of messages) {
    byId.set(message.id, message);
    const key = message.parent_id ?? "";
    const siblings = children.get(key);
    if (siblings) siblings.push(message);
    else children.set(key, [message]);
  }
  return { byId, children, newest: messages.at(-1) };
}

/** The way from the first question to `leafId`, or to the newest message. */
export function pathTo({ byId, children, newest }: Tree, leafId: string | undefined): Step[] {
  const steps: Step[] = [];
  let message = (leafId === undefined ? undefined : byId.get(leafId)) ?? newest;
  while (message) {
    steps.push({ message, siblings: children.get(message.parent_id ?? "") ?? [message] });
    message = message.parent_id ? byId.get(message.parent_id) : undefined;
  }
  return steps.reverse();
}

/** The end of the newest way through a message. */
export function leafUnder({ children }: Tree, id: string): string {
  let leaf = id;
  for (let next = children.get(leaf)?.at(-1); next; next = children.get(leaf)?.at(-1)) leaf = next.id;
  return leaf;
}
