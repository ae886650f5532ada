import { Badge } from "@mantine/core";

import { useProjectEvents } from "../api/alert-events";
import { newOnes, useSeen } from "./seen";

/** How much has happened to the project's alerts since somebody looked, beside the way there. */
export function AlertsMark({ projectId }: { projectId: string }) {
  const { data: events = [] } = useProjectEvents(projectId);
  const [seen] = useSeen(projectId);
  const count = newOnes(events, seen).length;
  if (count === 0) return null;
  return (
    <Badge size="sm" color="red.9" aria-label={`${count} new`}>
      {count}
    </Badge>
  );
}
