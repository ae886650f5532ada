// An alert is made or changed: what it watches, when, and who is told. What it would see now is shown before.
import { Alert as Box, Button, Group, MultiSelect, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { type AlertSettings, usePreviewAlert } from "../api/alerts";
import { useChannels } from "../api/channels";
import type { ApiError } from "../api/error";
import { Failed } from "../shell/failed";
import { counted, formatNumber } from "../shell/numbers";
import { type ConditionDraft, ConditionFields, conditionOf, draftOf, EMPTY } from "./condition-fields";

interface Props {
  projectId: string;
  orgId: string | undefined;
  tileId: string;
  /** Of the tile's table, as far as they are known. */
  columns: readonly string[];
  /** What it is called, and what it is so far. */
  start: Partial<AlertSettings> & { name: string };
  action: string;
  mutation: { isPending: boolean; error: ApiError | null };
  onSave: (settings: AlertSettings) => void;
}

const MISSING = [
  { value: "itself", label: "is told" },
  { value: "firing", label: "counts as firing" },
  { value: "normal", label: "counts as normal" },
  { value: "nothing", label: "changes nothing" },
];

type CountsAs = "itself" | "firing" | "normal" | "nothing";

export function AlertForm({ projectId, orgId, tileId, columns, start, action, mutation, onSave }: Props) {
  const channels = useChannels(orgId);
  const preview = usePreviewAlert(projectId);
  const [name, setName] = useState(start.name);
  const [draft, setDraft] = useState<ConditionDraft>(start.condition ? draftOf(start.condition) : EMPTY);
  const [schedule, setSchedule] = useState(start.schedule ?? "weekdays at 9");
  const [zone, setZone] = useState(start.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [channelIds, setChannelIds] = useState(start.channel_ids ?? []);
  const [pendingMin, setPendingMin] = useState((start.rules?.pending_s ?? 0) / 60);
  const [recoveringMin, setRecoveringMin] = useState((start.rules?.recovering_s ?? 0) / 60);
  const [remindMin, setRemindMin] = useState<number | "">(start.rules?.remind_s ? start.rules.remind_s / 60 : "");
  const [noData, setNoData] = useState<CountsAs>(start.rules?.no_data ?? "itself");
  const [failed, setFailed] = useState<CountsAs>(start.rules?.error ?? "itself");
  const condition = conditionOf(draft);
  const minutes = (value: string | number) => (typeof value === "number" ? value : 0);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!condition) return;
        onSave({
          name: name.trim(),
          condition,
          schedule,
          time_zone: zone,
          channel_ids: channelIds,
          rules: {
            pending_s: Math.round(pendingMin * 60),
            recovering_s: Math.round(recoveringMin * 60),
            remind_s: remindMin === "" ? null : Math.round(remindMin * 60),
            no_data: noData,
            error: failed,
          },
        });
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          maxLength={100}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ConditionFields
          draft={draft}
          columns={columns}
          onChange={(changed) => {
            setDraft(changed);
            preview.reset();
          }}
        />
        <Group gap="sm">
          <Button
            size="xs"
            variant="default"
            disabled={!condition}
            loading={preview.isPending}
            onClick={() => condition && preview.mutate({ tile_id: tileId, condition })}
          >
            What would it see now?
          </Button>
        </Group>
        {preview.error && <Failed error={preview.error} />}
        {preview.data?.problem && (
          <Box color="red" variant="light" role="alert">
            {preview.data.problem}
          </Box>
        )}
        {preview.data && !preview.data.problem && (
          <Box variant="light" role="status">
            <Text size="sm">
              It would watch {counted(preview.data.rows.length, "thing")}, of which {formatNumber(preview.data.firing)} would fire now
              {preview.data.firing > 0 &&
                `: ${preview.data.rows
                  .filter(({ firing }) => firing)
                  .slice(0, 5)
                  .map(({ label, value }) => `${label === "" ? "the value" : label} (${formatNumber(value ?? 0)})`)
                  .join(", ")}`}
              .
            </Text>
          </Box>
        )}
        <Group grow align="flex-start">
          <TextInput
            label="Checked"
            description="Such as “every 15 minutes”, “hourly”, “weekdays at 9”, or a cron pattern."
            required
            value={schedule}
            onChange={(event) => setSchedule(event.currentTarget.value)}
          />
          <TextInput
            label="Time zone"
            description="As Europe/Berlin."
            required
            value={zone}
            onChange={(event) => setZone(event.currentTarget.value)}
          />
        </Group>
        <MultiSelect
          label="Tells"
          description={
            channels.data?.length === 0
              ? "There is no channel yet: an admin makes them on the organisation's page. Without one it shows here alone."
              : "Without a channel it shows here alone."
          }
          data={(channels.data ?? []).map(({ id, name: label, shown }) => ({ value: id, label: `${label} (${shown})` }))}
          value={channelIds}
          onChange={setChannelIds}
        />
        <Group grow align="flex-start">
          <NumberInput
            label="Fires after minutes"
            description="For which it has to last."
            min={0}
            value={pendingMin}
            onChange={(value) => setPendingMin(minutes(value))}
          />
          <NumberInput
            label="Over after minutes"
            description="Without it."
            min={0}
            value={recoveringMin}
            onChange={(value) => setRecoveringMin(minutes(value))}
          />
          <NumberInput
            label="Reminds every minutes"
            description="Left empty, never."
            min={5}
            value={remindMin}
            onChange={(value) => setRemindMin(typeof value === "number" ? value : "")}
          />
        </Group>
        <Group grow>
          <Select
            label="No data"
            allowDeselect={false}
            data={MISSING}
            value={noData}
            onChange={(value) => value && setNoData(value as CountsAs)}
          />
          <Select
            label="A failed check"
            allowDeselect={false}
            data={MISSING}
            value={failed}
            onChange={(value) => value && setFailed(value as CountsAs)}
          />
        </Group>
        {mutation.error && <Failed error={mutation.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={mutation.isPending} disabled={!condition}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
