import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** A file: its rows, the profile of its columns, its versions. */
export default function FilePage() {
  return (
    <PageFrame title="File" width="wide">
      <Skeleton height={48} />
    </PageFrame>
  );
}
