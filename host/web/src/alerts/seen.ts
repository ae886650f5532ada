// Which events somebody has seen, in this browser: the newest one when they last left the page of alerts.
import { useLocalStorage } from "@mantine/hooks";

import type { AlertEvent } from "../api/alert-events";

export function useSeen(projectId: string) {
  return useLocalStorage({ key: `glovebox-alerts-seen-${projectId}`, defaultValue: "", getInitialValueInEffect: false });
}

/** Events that were told and came after the one that was seen last; their ids are in the order in which they came. */
export function newOnes(events: readonly AlertEvent[], seen: string): AlertEvent[] {
  return events.filter(({ id, told }) => told && id > seen);
}
