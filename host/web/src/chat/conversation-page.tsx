import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** A conversation, and a new one that is not there yet. */
export default function ConversationPage() {
  return (
    <PageFrame title="New chat">
      <Skeleton height={48} />
    </PageFrame>
  );
}
