// A modal dialog that gives the focus back to where it was asked for, and is not closed by Escape below another one.
//
// Mantine's own gives it to what had it when the dialog opened. From a menu that is an entry, which is gone by then, and
// whoever works by keyboard starts again at the top of the page.
import { Modal, type ModalProps } from "@mantine/core";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";

export function Dialog(props: ModalProps) {
  const root = useRef<HTMLDivElement>(null);
  useFocusReturn(props.opened, root);
  const isTop = useStacked(props.opened);
  return (
    <Modal
      ref={root}
      // No landmark: of two dialogs above each other it would be the second one of its kind.
      attributes={{ header: { role: "none" } }}
      {...props}
      onClose={() => {
        if (isTop()) props.onClose();
      }}
      returnFocus={false}
    />
  );
}

/** The dialogs that are open, each above the one before. */
const stack: object[] = [];

/** Tells whether no other dialog is above this one: Escape is heard by all of them. */
function useStacked(opened: boolean): () => boolean {
  const [self] = useState(() => ({}));
  useLayoutEffect(() => {
    if (!opened) return undefined;
    stack.push(self);
    return () => void stack.splice(stack.indexOf(self), 1);
  }, [opened, self]);
  return () => stack.at(-1) === self;
}

/** What had the focus last and is no entry of a menu. */
let place: Element | undefined;

document.addEventListener("focusin", ({ target }) => {
  if (target instanceof Element && !target.closest("[role=menu]")) place = target;
});

function useFocusReturn(opened: boolean, root: RefObject<HTMLElement | null>) {
  const isOpen = useRef(false);
  useLayoutEffect(() => {
    if (!opened) return undefined;
    const asked = place;
    isOpen.current = true;
    return () => {
      isOpen.current = false;
      setTimeout(() => {
        // Another dialog may have it by now, or this one again.
        if (isOpen.current || !isFree(root)) return;
        // What was asked for may have taken away what asked: the row of what is deleted.
        const back = asked?.isConnected === true ? asked : document.getElementById("content");
        if (back instanceof HTMLElement) back.focus({ preventScroll: true });
      });
    };
  }, [opened, root]);
}

/** Whether nothing has the focus but what is being closed. */
function isFree(closing: RefObject<HTMLElement | null>): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || closing.current?.contains(activeElement) === true;
}
