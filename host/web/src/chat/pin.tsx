// Keeps an answer in mind: in a long conversation later questions are answered with it before others.
import IconPin from "@tabler/icons-react/dist/esm/icons/IconPin.mjs";
import IconPinFilled from "@tabler/icons-react/dist/esm/icons/IconPinFilled.mjs";

import { type Message, usePinAnswer } from "../api/messages";
import { IconAction } from "./icon-action";

export function Pin({ message: { id, conversation_id, pinned } }: { message: Message }) {
  const pin = usePinAnswer(conversation_id);
  const Icon = pinned ? IconPinFilled : IconPin;
  return (
    <IconAction
      label={pinned ? "Unpin answer" : "Pin answer"}
      title={pinned ? "Pinned: later answers take it into account. Click to unpin." : "Pin: later answers take it into account"}
      {...(pinned ? { variant: "light", color: "teal" } : {})}
      onClick={() => pin.mutate({ id, pinned: !pinned })}
    >
      <Icon size={16} />
    </IconAction>
  );
}
