// A report is made or changed: when it is sent, to whom, and with what.
import { Button, Checkbox, Group, Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import type { ApiError } from "../api/error";
import type { ReportSettings } from "../api/reports";
import { Failed } from "../shell/failed";

interface Props {
  start: Partial<ReportSettings> & { name: string };
  /** Whether people outside the organisation may be added. */
  mayAddOutside: boolean;
  /** How many of the page's filters the report is sent with. */
  filterCount: number;
  action: string;
  mutation: { isPending: boolean; error: ApiError | null };
  onSave: (settings: ReportSettings) => void;
  onCancel: () => void;
}

const ROLES = [
  { value: "viewer", label: "Everyone in the organisation" },
  { value: "member", label: "Members, admins and owners" },
  { value: "admin", label: "Admins and owners" },
  { value: "owner", label: "Owners" },
];

export function ReportForm({ start, mayAddOutside, filterCount, action, mutation, onSave, onCancel }: Props) {
  const [name, setName] = useState(start.name);
  const [schedule, setSchedule] = useState(start.schedule ?? "weekdays at 9");
  const [zone, setZone] = useState(start.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [role, setRole] = useState<string | null>(start.to_role ?? null);
  const [addresses, setAddresses] = useState([...(start.addresses ?? [])]);
  const [withCsv, setWithCsv] = useState(start.with_csv ?? false);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave({
          name: name.trim(),
          schedule,
          time_zone: zone,
          addresses,
          with_csv: withCsv,
          filters: start.filters ?? {},
          ...(role === null ? {} : { to_role: role as NonNullable<ReportSettings["to_role"]> }),
        });
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Also the subject of the email."
          maxLength={100}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Schedule"
            description="Such as “daily at 7”, “weekdays at 9”, “mondays at 8”, or a cron expression."
            required
            value={schedule}
            onChange={(event) => setSchedule(event.currentTarget.value)}
          />
          <TextInput
            label="Time zone"
            description="Such as Europe/Berlin."
            required
            value={zone}
            onChange={(event) => setZone(event.currentTarget.value)}
          />
        </Group>
        <Select label="Send to members" placeholder="Nobody by role" clearable data={ROLES} value={role} onChange={setRole} />
        <TagsInput
          label="Send to addresses"
          description={
            mayAddOutside
              ? "Press Enter after each. People outside the organisation can receive it as well."
              : "Press Enter after each. Only admins can add people outside the organisation."
          }
          splitChars={[",", ";", " "]}
          acceptValueOnBlur
          value={addresses}
          onChange={setAddresses}
        />
        <Checkbox
          label="Attach the tables as CSV files"
          checked={withCsv}
          onChange={(event) => setWithCsv(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed">
          The email has the numbers, the charts as pictures, and the whole dashboard as a PDF.{" "}
          {filterCount === 0 ? "It uses the dashboard's own filters." : `It uses the filters as they are set now (${filterCount}).`}
        </Text>
        {mutation.error && <Failed error={mutation.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={mutation.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
