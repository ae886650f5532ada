import { VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";

import { hasEnded } from "../api/messages";
import { blocksOf, hasFailed } from "./answer";
import type { ChatMessage } from "./message";

interface Props {
  /** The answer that is being given, or has just been. */
  message: ChatMessage | undefined;
}

/** Says how far an answer is to those who do not see it: milestones, and no words of it. */
export function Announcer({ message }: Props) {
  const said = useMemo(() => (message ? milestone(message) : ""), [message]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {said}
    </VisuallyHidden>
  );
}

function milestone(message: ChatMessage): string {
  const state = message.metadata?.state;
  if (state === "done") return "Answer ready";
  if (state === "stopped") return "Answer stopped";
  if (state !== undefined && hasEnded(state)) return "The answer failed";
  const run = blocksOf(message).findLast((block) => block.kind === "run");
  if (!run) return "";
  if (run.phase === "writing") return "Writing a script";
  if (run.phase === "running") return "Running the script";
  return hasFailed(run) ? "The script failed" : "The script is finished";
}
