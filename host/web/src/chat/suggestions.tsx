import { Skeleton, UnstyledButton } from "@mantine/core";
import IconArrowUpRight from "@tabler/icons-react/dist/esm/icons/IconArrowUpRight.mjs";
import { useQuery } from "@tanstack/react-query";

import { followUpsQuery } from "../api/suggestions";
import styles from "./suggestions.module.css";

interface Props {
  questions: readonly string[];
  label: string;
  onAsk: (question: string) => void;
}

/** Questions to ask by a click. */
export function Suggestions({ questions, label, onAsk }: Props) {
  if (questions.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={label}>
      {questions.map((question) => (
        <li key={question}>
          <UnstyledButton className={styles.question} onClick={() => onAsk(question)}>
            <span>{question}</span>
            <IconArrowUpRight size={15} aria-hidden />
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}

const USUAL_WIDTHS_PX = [300, 340, 270];

/** While they are made up. */
export function SuggestionsSkeleton() {
  return (
    <div className={styles.list} aria-hidden>
      {USUAL_WIDTHS_PX.map((width) => (
        <Skeleton key={width} width={width} maw="100%" height={36} radius={18} />
      ))}
    </div>
  );
}

interface FollowUpsProps {
  conversationId: string;
  answerId: string;
  onAsk: (question: string) => void;
}

/** What could be asked after the newest answer; nothing where the server knows nothing. */
export function FollowUps({ conversationId, answerId, onAsk }: FollowUpsProps) {
  const { data: questions = [] } = useQuery(followUpsQuery(conversationId, answerId));
  return <Suggestions questions={questions} label="Follow-up questions" onAsk={onAsk} />;
}
