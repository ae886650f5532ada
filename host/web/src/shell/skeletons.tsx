// Shapes of what is about to come, so that nothing jumps when it does.
import { Skeleton, Stack } from "@mantine/core";

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

/** Rows of a table, or cards below each other. */
export function RowsSkeleton({ label, count = 5 }: Props) {
  return (
    <Stack gap="sm" role="status" aria-label={label}>
      {Array.from({ length: count }, (_, at) => (
        <Skeleton key={at} height={48} />
      ))}
    </Stack>
  );
}
