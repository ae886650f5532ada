// The filters of a dashboard: each is a button that says what it is set to.
import { Button, Checkbox, Group, NumberInput, Popover, ScrollArea, Select, Stack, Text, TextInput } from "@mantine/core";
import IconFilter from "@tabler/icons-react/dist/esm/icons/IconFilter.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useState } from "react";

import type { Condition, Conditions, Filter } from "../api/dashboards";
import { useFile, useProfile } from "../api/files";
import { IconAction } from "../chat/icon-action";
import { formatDate } from "../shell/dates";
import { formatValue } from "../shell/numbers";

interface Props {
  filters: readonly Filter[];
  set: Conditions;
  /** Those that no tile has to do with, by their ids. */
  idle: readonly string[];
  onChange: (set: Conditions) => void;
}

export function FilterBar({ filters, set, idle, onChange }: Props) {
  if (filters.length === 0) return null;
  const isChanged = Object.keys(set).length > 0;
  return (
    <Group gap="xs" mb="md" role="group" aria-label="Filters">
      {filters.map((filter) => (
        <FilterButton
          key={filter.id}
          filter={filter}
          condition={conditionOf(filter, set)}
          isIdle={idle.includes(filter.id)}
          onChange={(condition) => onChange({ ...set, [filter.id]: condition })}
        />
      ))}
      {isChanged && (
        <Button size="compact-xs" variant="subtle" onClick={() => onChange({})}>
          Reset
        </Button>
      )}
    </Group>
  );
}

function conditionOf(filter: Filter, set: Conditions): Condition | undefined {
  const condition = set[filter.id] ?? filter.default ?? undefined;
  return condition?.type === "all" ? undefined : condition;
}

interface FilterButtonProps {
  filter: Filter;
  condition: Condition | undefined;
  isIdle: boolean;
  onChange: (condition: Condition) => void;
}

function FilterButton({ filter, condition, isIdle, onChange }: FilterButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const choose = (next: Condition) => {
    onChange(next);
    setOpen(false);
  };
  return (
    <Group gap={0} wrap="nowrap">
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" trapFocus shadow="md">
        <Popover.Target>
          <Button
            size="xs"
            variant={condition ? "light" : "default"}
            leftSection={<IconFilter size={14} aria-hidden />}
            onClick={() => setOpen(!isOpen)}
            aria-expanded={isOpen}
          >
            {filter.title}: {condition ? toldCondition(condition) : "all"}
            {isIdle && " (not used by any tile)"}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={filter.title} w={300}>
          {filter.kind === "values" && <Values filter={filter} condition={condition} onApply={choose} />}
          {filter.kind === "range" && <Range condition={condition} onApply={choose} />}
          {filter.kind === "dates" && <Dates condition={condition} onApply={choose} />}
        </Popover.Dropdown>
      </Popover>
      {condition && (
        <IconAction label={`Clear ${filter.title}`} onClick={() => onChange({ type: "all" })}>
          <IconX size={14} />
        </IconAction>
      )}
    </Group>
  );
}

export function toldCondition(condition: Condition): string {
  switch (condition.type) {
    case "all":
      return "all";
    case "values": {
      const [first, ...rest] = condition.values;
      return `${toldValue(first ?? null)}${rest.length > 0 ? ` and ${rest.length} more` : ""}`;
    }
    case "range": {
      const { min, max } = condition;
      if (typeof min === "number" && typeof max === "number") return `${formatValue(min)} to ${formatValue(max)}`;
      if (typeof min === "number") return `from ${formatValue(min)}`;
      return typeof max === "number" ? `up to ${formatValue(max)}` : "all";
    }
    case "dates": {
      const { from, to } = condition;
      if (from && to) return `${formatDate(from)} to ${formatDate(to)}`;
      return from ? `since ${formatDate(from)}` : `until ${formatDate(to ?? "")}`;
    }
    case "last_days":
      return `last ${condition.days} days of the data`;
  }
}

/** A value of a filter; null is a missing one. */
type Value = string | null;

function toldValue(value: Value): string {
  return value ?? "(empty)";
}

/** Names a value among checkboxes, and tells a missing one from the text "null". */
function keyOf(value: Value): string {
  return JSON.stringify(value);
}

interface PartProps {
  condition: Condition | undefined;
  onApply: (condition: Condition) => void;
}

function Values({ filter, condition, onApply }: PartProps & { filter: Filter }) {
  const file = useFile(filter.file_id);
  const profile = useProfile(file.data, file.data?.latest.version ?? 0);
  const column = profile.data?.columns.find(({ name }) => name === filter.column);
  const missing = (column?.nulls ?? 0) > 0 ? [null] : [];
  const known = [...(column?.top.map(({ value }) => value) ?? []), ...(column?.samples ?? []), ...missing];
  const [chosen, setChosen] = useState<readonly Value[]>(condition?.type === "values" ? condition.values : []);
  const [words, setWords] = useState("");
  const all = [...new Set<Value>([...chosen, ...known])];
  const shown = all.filter((value) => toldValue(value).toLowerCase().includes(words.trim().toLowerCase()));
  const typed = words.trim();
  return (
    <Stack gap="xs">
      <TextInput
        aria-label={`Search the values of ${filter.title}`}
        placeholder="Search, or type a value"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        data-autofocus
      />
      <ScrollArea.Autosize mah={220}>
        <Checkbox.Group
          value={chosen.map(keyOf)}
          onChange={(keys) => setChosen(keys.map((key) => JSON.parse(key) as Value))}
          aria-label={filter.title}
        >
          <Stack gap={6}>
            {shown.map((value) => (
              <Checkbox key={keyOf(value)} value={keyOf(value)} label={toldValue(value)} />
            ))}
          </Stack>
        </Checkbox.Group>
        {typed !== "" && !all.includes(typed) && (
          <Button mt={6} size="compact-xs" variant="subtle" onClick={() => setChosen([...chosen, typed])}>
            Add “{typed}”
          </Button>
        )}
        {shown.length === 0 && typed === "" && (
          <Text size="sm" c="dimmed">
            {file.isPending || profile.isLoading ? "Loading the values" : "Type a value."}
          </Text>
        )}
      </ScrollArea.Autosize>
      <Apply onApply={() => onApply(chosen.length === 0 ? { type: "all" } : { type: "values", values: [...chosen] })} />
    </Stack>
  );
}

function Range({ condition, onApply }: PartProps) {
  const range = condition?.type === "range" ? condition : undefined;
  const [min, setMin] = useState<number | string>(range?.min ?? "");
  const [max, setMax] = useState<number | string>(range?.max ?? "");
  const isEmpty = typeof min !== "number" && typeof max !== "number";
  const isWrong = typeof min === "number" && typeof max === "number" && min > max;
  return (
    <Stack gap="xs">
      <NumberInput label="From" value={min} onChange={setMin} data-autofocus />
      <NumberInput label="To" value={max} onChange={setMax} error={isWrong && "Enter a number that is not below the first."} />
      <Apply
        disabled={isWrong}
        onApply={() =>
          onApply(
            isEmpty
              ? { type: "all" }
              : { type: "range", ...(typeof min === "number" ? { min } : {}), ...(typeof max === "number" ? { max } : {}) },
          )
        }
      />
    </Stack>
  );
}

const SPANS = [7, 30, 90, 365];

function Dates({ condition, onApply }: PartProps) {
  const dates = condition?.type === "dates" ? condition : undefined;
  const [days, setDays] = useState<string | null>(condition?.type === "last_days" ? String(condition.days) : null);
  const [from, setFrom] = useState(dates?.from ?? "");
  const [to, setTo] = useState(dates?.to ?? "");
  const isWrong = from !== "" && to !== "" && from > to;
  const apply = () => {
    if (days !== null) onApply({ type: "last_days", days: Number(days) });
    else if (from === "" && to === "") onApply({ type: "all" });
    else onApply({ type: "dates", ...(from === "" ? {} : { from }), ...(to === "" ? {} : { to }) });
  };
  return (
    <Stack gap="xs">
      <Select
        label="Last days of the data"
        placeholder="Any"
        clearable
        comboboxProps={{ withinPortal: false }}
        data={SPANS.map((span) => ({ value: String(span), label: `${span} days` }))}
        value={days}
        onChange={setDays}
      />
      <TextInput label="From" type="date" value={from} disabled={days !== null} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput
        label="To"
        type="date"
        value={to}
        disabled={days !== null}
        error={isWrong && "Choose a day that is not before the first."}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Apply disabled={isWrong} onApply={apply} />
    </Stack>
  );
}

function Apply({ onApply, disabled = false }: { onApply: () => void; disabled?: boolean }) {
  return (
    <Button size="xs" onClick={onApply} disabled={disabled}>
      Apply
    </Button>
  );
}
