import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** A conversation as everybody sees it who has its link. */
export default function SharePage() {
  return (
    <main>
      <PageFrame title="Shared conversation">
        <Skeleton height={48} />
      </PageFrame>
    </main>
  );
}
