// Asks before somebody leaves a page with what they have not saved.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { useBlocker } from "react-router";

import { Dialog } from "./dialog";

interface Props {
  /** There is something that was not saved. */
  when: boolean;
}

/** Guards the page, however it is left: by a link, the back button, or by closing the tab. */
export function LeaveGuard({ when }: Props) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => when && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!when) return;
    // The browser asks in its own words.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [when]);
  return (
    <DiscardQuestion
      opened={blocker.state === "blocked"}
      onDiscard={() => blocker.proceed?.()}
      onStay={() => blocker.reset?.()}
    />
  );
}

interface QuestionProps { opened: boolean; onDiscard: () => void; onStay: () => void }

/** For dialogs, which are closed and not left. */
export function DiscardQuestion({ opened, onDiscard, onStay }: QuestionProps) {
  return (
    <Dialog opened={opened} onClose={onStay} title="Discard your changes?" size="sm" zIndex={400}>
      <Stack>
        <Text>Your changes on this page are not saved.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDiscard}>
            Discard
          </Button>
          <Button onClick={onStay} data-autofocus>
            Keep editing
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
