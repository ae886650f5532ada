// An alert is made or changed: what it watches, when, and who is told. What it would see now is shown before.
import { Alert as Box, Button, Group, MultiSelect, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { type AlertSettings, usePreviewAlert } from "../api/alerts";
import { useChannels } from "../api/channels";
import type { ApiError } from "../api/error";
import { Failed } from "../shell/failed";
import { counted, formatNumber, formatValue } from "../shell/numbers";
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
  { value: "itself", label: "send a notification" },
  { value: "firing", label: "treat as firing" },
  { value: "normal", label: "treat as normal" },
  { value: "nothing", label: "keep the current state" },
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
            Preview
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
              Watches {counted(preview.data.rows.length, "value")}; {formatNumber(preview.data.firing)} would fire now
              {preview.data.firing > 0 &&
                `: ${preview.data.rows
                  .filter(({ firing }) => firing)
                  .slice(0, 5)
                  .map(({ label, value }) => `${label === "" ? "the value" : label} (${typeof value === "number" ? formatValue(value) : "no value"})`)
                  .join(", ")}`}
              .
            </Text>
          </Box>
        )}
        <Group grow align="flex-start">
          <TextInput
            label="Schedule"
            description="Such as “every 15 minutes”, “hourly”, “weekdays at 9”, or a cron expression."
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
        <MultiSelect
          label="Notify"
          description={
            channels.data?.length === 0
              ? "There are no channels yet. Admins create them on the organisation's page. Without a channel, the alert shows only in Glovebox."
              : "Without a channel, the alert shows only in Glovebox."
          }
          data={(channels.data ?? []).map(({ id, name: label, shown }) => ({ value: id, label: `${label} (${shown})` }))}
          value={channelIds}
          onChange={setChannelIds}
        />
        <Group grow align="flex-start">
          <NumberInput
            label="Fire after (minutes)"
            description="How long the condition must hold."
            min={0}
            value={pendingMin}
            onChange={(value) => setPendingMin(minutes(value))}
          />
          <NumberInput
            label="Resolve after (minutes)"
            description="How long the condition must no longer hold."
            min={0}
            value={recoveringMin}
            onChange={(value) => setRecoveringMin(minutes(value))}
          />
          <NumberInput
            label="Remind every (minutes)"
            description="Leave empty for no reminders."
            min={5}
            value={remindMin}
            onChange={(value) => setRemindMin(typeof value === "number" ? value : "")}
          />
        </Group>
        <Group grow>
          <Select
            label="If there is no data"
            allowDeselect={false}
            data={MISSING}
            value={noData}
            onChange={(value) => value && setNoData(value as CountsAs)}
          />
          <Select
            label="If a check fails"
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
