import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** Who belongs to an organisation, and who is invited. */
export default function MembersPage() {
  return (
    <PageFrame title="Members">
      <Skeleton height={48} />
    </PageFrame>
  );
}
