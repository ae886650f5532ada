// Shapes of what is about to come, so that nothing jumps when it does.
import { Skeleton, Stack } from "@mantine/core";

import styles from "./skeletons.module.css";

interface Props {
  /** What is loading, for people who do not see the shapes. */
  label: string;
  count?: number;
}

/** Entries of a list, one line each. */
export function ListSkeleton({ label, count = 6 }: Props) {
  return (
    <Stack gap="xs" role="status" aria-label={label}>
      {Array.from({ length: count }, (_, at) => (
        <Skeleton key={at} height={20} width={`${90 - ((at * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** Things below each other, as `Rows` shows them. */
export function RowsSkeleton({ label, count = 5 }: Props) {
  return (
    <div className={styles.rows} role="status" aria-label={label}>
      {Array.from({ length: count }, (_, at) => (
        <div key={at} className={styles.row}>
          <Skeleton height={24} width={24} radius="sm" />
          <div className={styles.texts}>
            <Skeleton height={12} width={`${36 - ((at * 7) % 15)}%`} />
            <Skeleton height={9} width={`${56 - ((at * 11) % 17)}%`} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** A form: fields with their labels, and the button below them. */
export function FormSkeleton({ label, count = 2 }: Props) {
  return (
    <Stack gap="md" role="status" aria-label={label} maw="36rem">
      {Array.from({ length: count }, (_, at) => (
        <div key={at}>
          <Skeleton height={12} width={96} mt={4} mb={9} />
          <Skeleton height={at === 0 ? 36 : 86} />
        </div>
      ))}
      <Skeleton height={36} width={76} />
    </Stack>
  );
}
