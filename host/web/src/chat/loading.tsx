import { Skeleton, Text } from "@mantine/core";

import { counted } from "../shell/numbers";
import styles from "./loading.module.css";

/** In the place of the messages, in their shape. Of a long conversation it says how far it is. */
export function Loading({ count }: { count: number }) {
  return (
    <div className={styles.loading} role="status" aria-label="Loading the conversation">
      <Skeleton height={42} width="45%" radius={18} ml="auto" />
      <Skeleton height={16} width="80%" mt={28} />
      <Skeleton height={16} width="65%" mt={10} />
      <Skeleton height={240} mt={20} radius="lg" />
      {count > 0 && (
        <Text size="sm" c="dimmed" ta="center" mt="md">
          {counted(count, "message")} loaded
        </Text>
      )}
    </div>
  );
}
