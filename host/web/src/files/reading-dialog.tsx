// The settings of how a file is read: what is not set is found out from the file.
import { Button, Group, NumberInput, ScrollArea, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { type Profile, type ReadingSettings, type StoredFile, useSetReading } from "../api/files";
import { Dialog } from "../shell/dialog";
import { KINDS } from "./kinds";

/** Columns whose types can be set here; wider tables are set over the API. */
const COLUMNS_MAX = 200;
const SKIP_MAX = 200;

const DECIMALS = [
  { value: ".", label: "A point: 1,234.50" },
  { value: ",", label: "A comma: 1.234,50" },
];
const ORDERS = [
  { value: "dmy", label: "Day first: 31/12/2024" },
  { value: "mdy", label: "Month first: 12/31/2024" },
  { value: "ymd", label: "Year first: 2024/12/31" },
];
const TOTALS = [
  { value: "keep", label: "Keep as normal rows" },
  { value: "leave_out", label: "Leave out" },
];
const HEADERS = [
  { value: "yes", label: "Contains the column names" },
  { value: "no", label: "Is a normal row" },
];
const TYPES = ["text", "integer", "number", "date", "datetime"].map((value) => ({
  value,
  label: KINDS[value as keyof typeof KINDS].label,
}));

interface Props {
  file: StoredFile;
  profile: Profile;
  opened: boolean;
  onClose: () => void;
}

export function ReadingDialog({ file, profile, opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Reading options" size="lg">
      <ReadingForm file={file} profile={profile} onClose={onClose} />
    </Dialog>
  );
}

function ReadingForm({ file, profile, onClose }: Omit<Props, "opened">) {
  const set = useSetReading();
  const [settings, setSettings] = useState<ReadingSettings>(file.reading);
  const change = (more: ReadingSettings) => setSettings({ ...settings, ...more });
  const found = { placeholder: "Automatic", clearable: true };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ id: file.id, reading: settings }, { onSuccess: onClose });
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          Applies to all questions, scripts and later versions of this file.
        </Text>
        <Group grow align="flex-start">
          <NumberInput
            label="Rows before the table"
            placeholder="Automatic"
            min={0}
            max={SKIP_MAX}
            allowDecimal={false}
            value={settings.skip_rows ?? ""}
            onChange={(rows) => change({ skip_rows: typeof rows === "number" ? rows : null })}
          />
          <Select
            {...found}
            label="First row"
            data={HEADERS}
            value={typeof settings.header === "boolean" ? (settings.header ? "yes" : "no") : null}
            onChange={(value) => change({ header: value === null ? null : value === "yes" })}
          />
        </Group>
        <Group grow align="flex-start">
          <Select
            {...found}
            label="Decimal separator"
            data={DECIMALS}
            value={settings.decimal ?? null}
            onChange={(value) => change({ decimal: value as ReadingSettings["decimal"] })}
          />
          <Select
            {...found}
            label="Date format"
            data={ORDERS}
            value={settings.date_order ?? null}
            onChange={(value) => change({ date_order: value as ReadingSettings["date_order"] })}
          />
          <Select
            {...found}
            label="Total rows"
            data={TOTALS}
            value={settings.totals ?? null}
            onChange={(value) => change({ totals: value as ReadingSettings["totals"] })}
          />
        </Group>
        <ScrollArea.Autosize mah="35vh" type="auto">
          <Stack gap="xs">
            {profile.columns.slice(0, COLUMNS_MAX).map(({ name, type }) => (
              <Group key={name} justify="space-between" wrap="nowrap">
                <Text size="sm" truncate title={name}>
                  {name}
                </Text>
                <Select
                  aria-label={`Type of ${name}`}
                  size="xs"
                  w={180}
                  clearable
                  placeholder={KINDS[type].label}
                  data={TYPES}
                  value={settings.columns?.[name] ?? null}
                  onChange={(value) => {
                    const others = Object.entries(settings.columns ?? {}).filter(([other]) => other !== name);
                    const type = value as NonNullable<ReadingSettings["columns"]>[string] | null;
                    change({ columns: Object.fromEntries(type === null ? others : [...others, [name, type]]) });
                  }}
                />
              </Group>
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={set.isPending}>
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
