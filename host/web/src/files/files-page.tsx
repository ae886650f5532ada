import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** A project's files. */
export default function FilesPage() {
  return (
    <PageFrame title="Files" width="wide">
      <Skeleton height={48} />
    </PageFrame>
  );
}
