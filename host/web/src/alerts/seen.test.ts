import { expect, test } from "vitest";

import type { AlertEvent } from "../api/alert-events";
import { newOnes } from "./seen";

function event(id: string, told: boolean): AlertEvent {
  return {
    id, told, alert_id: "1", alert: "Low", check_id: "1", label: "", from: "normal", to: "firing", value: 1,
    happened_at: "2026-01-01T00:00:00Z",
  };
}

test("what was told after the last visit is new", () => {
  const events = [event("03", true), event("02", false), event("01", true)];
  expect(newOnes(events, "").map(({ id }) => id)).toEqual(["03", "01"]);
  expect(newOnes(events, "01").map(({ id }) => id)).toEqual(["03"]);
  expect(newOnes(events, "03")).toEqual([]);
});
