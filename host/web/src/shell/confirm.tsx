// The question before something that cannot be undone.
//
//   <Confirm opened={…} title="Delete project?" action="Delete project" typed={project.name} mutation={remove}
//            onConfirm={() => remove.mutate()} onClose={…}>What goes.</Confirm>
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import IconAlertCircle from "@tabler/icons-react/dist/esm/icons/IconAlertCircle.mjs";
import { type ReactNode, useState } from "react";

import type { ApiError } from "../api/error";
import { Dialog } from "./dialog";
import { Wait, withoutWait } from "./wait";

interface Props {
  opened: boolean;
  title: string;
  /** What happens then. */
  children: ReactNode;
  /** The button that does it: "Delete project". */
  action: string;
  /** What has to be typed before it can be done. */
  typed?: string;
  mutation: { isPending: boolean; error: ApiError | null; reset: () => void };
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ opened, title, onClose, mutation, ...rest }: Props) {
  const close = () => {
    mutation.reset();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={title}>
      <Question {...rest} mutation={mutation} onClose={close} />
    </Dialog>
  );
}

/** Inside of the dialog, so that what was typed is gone when it is opened again. */
function Question({ children, action, typed, mutation, onConfirm, onClose }: Omit<Props, "opened" | "title">) {
  const [text, setText] = useState("");
  const ready = typed === undefined || text.trim() === typed.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onConfirm();
      }}
    >
      <Stack>
        <Text component="div">{children}</Text>
        {typed !== undefined && (
          <TextInput
            label={
              <>
                Type <strong>{typed}</strong> to confirm
              </>
            }
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {mutation.error && (
          <Alert color="red" variant="light" icon={<IconAlertCircle />} role="alert">
            {withoutWait(mutation.error)}
            <Wait error={mutation.error} />
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} {...(typed === undefined ? { "data-autofocus": true } : {})}>
            Cancel
          </Button>
          <Button type="submit" color="red.9" disabled={!ready} loading={mutation.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
