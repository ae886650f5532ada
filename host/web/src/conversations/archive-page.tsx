import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** The archived conversations of a project. */
export default function ArchivePage() {
  return (
    <PageFrame title="Archive">
      <Skeleton height={48} />
    </PageFrame>
  );
}
