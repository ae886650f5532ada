import { Skeleton } from "@mantine/core";

import { PageFrame } from "../shell/page-frame";

/** What the model is told of a project, always. */
export default function PromptsPage() {
  return (
    <PageFrame title="Prompts">
      <Skeleton height={48} />
    </PageFrame>
  );
}
