// The form of a condition.
import { Autocomplete, Group, NumberInput, Select, Stack } from "@mantine/core";

import type { AlertCondition } from "../api/alerts";

/** A condition as a form has it: everything at once, and numbers that may not be there yet. */
export interface ConditionDraft {
  type: AlertCondition["type"];
  value: string;
  label: string;
  is: "above" | "at_least" | "below" | "at_most";
  direction: "up" | "down" | "either";
  unit: "percent" | "absolute";
  number: number | "";
}

export const EMPTY: ConditionDraft = {
  type: "threshold",
  value: "",
  label: "",
  is: "above",
  direction: "either",
  unit: "percent",
  number: "",
};

export function draftOf(condition: AlertCondition): ConditionDraft {
  const label = "label_column" in condition ? (condition.label_column ?? "") : "";
  const value = "value_column" in condition ? (condition.value_column ?? "") : "";
  switch (condition.type) {
    case "threshold":
      return { ...EMPTY, type: "threshold", label, value, is: condition.is, number: condition.limit };
    case "change":
      return { ...EMPTY, type: "change", label, value, direction: condition.direction, unit: condition.unit, number: condition.by };
    default:
      return { ...EMPTY, type: condition.type, label };
  }
}

/** Nothing as long as a number is missing. */
export function conditionOf({ type, value, label, is, direction, unit, number }: ConditionDraft): AlertCondition | undefined {
  const by = label === "" ? {} : { label_column: label };
  const columns = value === "" ? by : { ...by, value_column: value };
  if (type === "no_data") return { type };
  if (type === "any_row") return { type, ...by };
  if (number === "") return undefined;
  if (type === "threshold") return { type, ...columns, is, limit: number };
  return { type, ...columns, direction, unit, by: number };
}

interface Props {
  draft: ConditionDraft;
  /** Of the tile's table, as far as they are known. */
  columns: readonly string[];
  onChange: (draft: ConditionDraft) => void;
}

export function ConditionFields({ draft, columns, onChange }: Props) {
  const set = (part: Partial<ConditionDraft>) => onChange({ ...draft, ...part });
  const isNumeric = draft.type === "threshold" || draft.type === "change";
  return (
    <Stack gap="sm">
      <Select
        label="Alert me when"
        allowDeselect={false}
        data={[
          { value: "threshold", label: "a number is above or below a limit" },
          { value: "change", label: "a number has changed since the last check" },
          { value: "any_row", label: "the table has rows" },
          { value: "no_data", label: "the table has no rows" },
        ]}
        value={draft.type}
        onChange={(type) => type && set({ type })}
      />
      {isNumeric && (
        <Autocomplete
          label="Value column"
          description="Leave empty if the table has one column."
          data={[...columns]}
          value={draft.value}
          onChange={(value) => set({ value })}
        />
      )}
      {draft.type !== "no_data" && (
        <Autocomplete
          label="Label column"
          description="Each row is watched separately. Leave empty for a single number or the whole table."
          data={[...columns]}
          value={draft.label}
          onChange={(label) => set({ label })}
        />
      )}
      {isNumeric && (
        <Group gap="sm" align="flex-end" grow>
          {draft.type === "threshold" ? (
            <Select
              label="The number is"
              allowDeselect={false}
              data={[
                { value: "above", label: "above" },
                { value: "at_least", label: "at least" },
                { value: "below", label: "below" },
                { value: "at_most", label: "at most" },
              ]}
              value={draft.is}
              onChange={(is) => is && set({ is })}
            />
          ) : (
            <Select
              label="The number"
              allowDeselect={false}
              data={[
                { value: "either", label: "changes by" },
                { value: "up", label: "rises by" },
                { value: "down", label: "falls by" },
              ]}
              value={draft.direction}
              onChange={(direction) => direction && set({ direction })}
            />
          )}
          <NumberInput
            label={draft.type === "threshold" ? "Limit" : "At least"}
            required
            value={draft.number}
            onChange={(number) => set({ number: typeof number === "number" ? number : "" })}
          />
          {draft.type === "change" && (
            <Select
              label="Unit"
              allowDeselect={false}
              data={[
                { value: "percent", label: "percent" },
                { value: "absolute", label: "absolute" },
              ]}
              value={draft.unit}
              onChange={(unit) => unit && set({ unit })}
            />
          )}
        </Group>
      )}
    </Stack>
  );
}
