import { Badge } from "@mantine/core";

import type { AlertState } from "../api/alerts";
import { STATES } from "./words";

export function StateBadge({ state }: { state: AlertState }) {
  const { label, color } = STATES[state];
  return (
    <Badge size="sm" color={color}>
      {label}
    </Badge>
  );
}
