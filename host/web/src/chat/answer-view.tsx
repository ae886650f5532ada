// An answer: its texts, runs and queries, and how it ended.
import { Loader, Text } from "@mantine/core";
import { memo, useMemo } from "react";

import { hasEnded, type GeneratedFile } from "../api/messages";
import { blocksOf, type Block } from "./answer";
import styles from "./answer-view.module.css";
import { Ending } from "./ending";
import { Markdown } from "./markdown";
import type { ChatMessage } from "./message";
import { QueryCard } from "./query-card";
import { RunCard } from "./run-card";

interface Props {
  message: ChatMessage;
  kept: readonly GeneratedFile[];
  imported: boolean;
  onRunScript?: ((script: string) => void) | undefined;
  onRetry?: (() => void) | undefined;
}

export const AnswerView = memo(function AnswerView({ message, kept, imported, onRunScript, onRetry }: Props) {
  const blocks = useMemo(() => blocksOf(message), [message]);
  const state = message.metadata?.state;
  const isOver = state !== undefined && hasEnded(state);
  const surroundings = { answerId: message.id, kept, imported, onRunScript: isOver ? onRunScript : undefined };
  return (
    <div className={styles.answer}>
      {blocks.map((block, at) => {
        if (block.kind === "text") return <Markdown key={`text-${at}`} text={block.text} />;
        if (block.kind === "trouble") return null;
        if (block.kind === "query") {
          const file = kept.find(({ id }) => id === block.query.receipt?.file_id);
          return <QueryCard key={block.id} query={block} kept={file} readOnly={!surroundings.onRunScript} />;
        }
        const attempt = blocks.slice(0, at + 1).filter(({ kind }) => kind === "run").length;
        return <RunCard key={block.id} run={block} attempt={attempt} {...surroundings} />;
      })}
      {!isOver && <Waiting blocks={blocks} before={message.metadata?.before} />}
      {isOver && (
        <Ending
          state={state}
          errors={blocks.flatMap((block) => (block.kind === "trouble" ? [block.error] : []))}
          isEmpty={blocks.length === 0}
          onRetry={onRetry}
        />
      )}
    </div>
  );
});

/** That something is to come, where nothing else says so. */
function Waiting({ blocks, before }: { blocks: readonly Block[]; before: number | null | undefined }) {
  const last = blocks.at(-1);
  if (last?.kind === "text") return null;
  if (last?.kind === "query" && last.phase === "running") return null;
  if (last?.kind === "run" && (last.phase === "writing" || last.phase === "running")) return null;
  return (
    <div className={styles.waiting}>
      <Loader type="dots" size={22} color="gray" aria-hidden />
      <Text size="sm" c="dimmed">
        {waitingFor(before, blocks.length > 0)}
      </Text>
    </div>
  );
}

function waitingFor(before: number | null | undefined, hasBegun: boolean): string {
  if (typeof before !== "number") return hasBegun ? "Checking the result" : "Thinking";
  if (before === 0) return "Your question is next";
  return before === 1 ? "1 question ahead of yours" : `${before} questions ahead of yours`;
}
