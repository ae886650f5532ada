// What somebody thinks of an answer: a thumb, and words where they want to add some.
import { Button, Group, Popover, Textarea } from "@mantine/core";
import IconThumbDown from "@tabler/icons-react/dist/esm/icons/IconThumbDown.mjs";
import IconThumbDownFilled from "@tabler/icons-react/dist/esm/icons/IconThumbDownFilled.mjs";
import IconThumbUp from "@tabler/icons-react/dist/esm/icons/IconThumbUp.mjs";
import IconThumbUpFilled from "@tabler/icons-react/dist/esm/icons/IconThumbUpFilled.mjs";
import { useState } from "react";

import { type Message, useRateAnswer } from "../api/messages";
import { notifyDone } from "../shell/notify";

import { IconAction } from "./icon-action";

const TEXT_MAX = 2000;

export function Feedback({ message }: { message: Message }) {
  const rate = useRateAnswer(message.conversation_id);
  const [isAsking, setAsking] = useState(false);
  const [text, setText] = useState("");
  const value = message.feedback?.value;

  const set = (verdict: "up" | "down") => {
    const next = verdict === value ? null : verdict;
    rate.mutate({ id: message.id, value: next, text: "" });
    setText("");
    setAsking(next !== null);
  };
  const send = () => {
    if (value && text.trim() !== "") {
      rate.mutate({ id: message.id, value, text: text.trim() }, { onSuccess: () => notifyDone("Thank you.") });
    }
    setAsking(false);
  };
  const Up = value === "up" ? IconThumbUpFilled : IconThumbUp;
  const Down = value === "down" ? IconThumbDownFilled : IconThumbDown;
  const thumbs = (
    <Group gap={0} wrap="nowrap">
      <IconAction label="Good answer" aria-pressed={value === "up"} onClick={() => set("up")}>
        <Up size={16} />
      </IconAction>
      <IconAction label="Bad answer" aria-pressed={value === "down"} onClick={() => set("down")}>
        <Down size={16} />
      </IconAction>
    </Group>
  );
  // Most answers are never rated: what asks for words is there when somebody does.
  if (!isAsking || value === undefined) return thumbs;
  return (
    <Popover opened onChange={setAsking} width={300} position="bottom-start" trapFocus>
      <Popover.Target>{thumbs}</Popover.Target>
      <Popover.Dropdown>
        <Textarea
          label={value === "up" ? "What was good? (optional)" : "What was wrong? (optional)"}
          rows={3}
          maxLength={TEXT_MAX}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs" mt="sm">
          <Button size="xs" variant="default" onClick={() => setAsking(false)}>
            Skip
          </Button>
          <Button size="xs" onClick={send}>
            Send feedback
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
