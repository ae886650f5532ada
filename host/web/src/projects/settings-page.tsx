import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** Name, description and deletion of a project. */
export default function SettingsPage() {
  return (
    <PageFrame title="Project settings">
      <Skeleton height={48} />
    </PageFrame>
  );
}
