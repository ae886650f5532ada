// Alerts in words.
import type { AlertCondition, AlertState } from "../api/alerts";
import { formatValue } from "../shell/numbers";

export const STATES: Record<AlertState, { label: string; color: string }> = {
  normal: { label: "Normal", color: "teal.9" },
  pending: { label: "Pending", color: "yellow.9" },
  firing: { label: "Firing", color: "red.9" },
  recovering: { label: "Recovering", color: "orange.9" },
  no_data: { label: "No data", color: "gray.7" },
  error: { label: "Error", color: "grape.9" },
};

const COMPARISONS = { above: "above", at_least: "at least", below: "below", at_most: "at most" } as const;
const DIRECTIONS = { up: "rises", down: "falls", either: "changes" } as const;

/** "amount is above 20, for each region". */
export function describe(condition: AlertCondition): string {
  const each = "label_column" in condition && condition.label_column ? `, for each ${condition.label_column}` : "";
  switch (condition.type) {
    case "threshold":
      return `${condition.value_column ?? "The number"} is ${COMPARISONS[condition.is]} ${formatValue(condition.limit)}${each}`;
    case "change": {
      const by = condition.unit === "percent" ? `${formatValue(condition.by)} %` : formatValue(condition.by);
      return `${condition.value_column ?? "The number"} ${DIRECTIONS[condition.direction]} by ${by} or more from one check to the next${each}`;
    }
    case "any_row":
      return `There are rows${each}`;
    case "no_data":
      return "There are no rows";
  }
}
