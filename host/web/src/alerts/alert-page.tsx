// An alert: how its labels stand, what happened, who was told, and everything that can be done with it.
import { Alert as Box, Anchor, Button, Group, Menu, Stack, Text, Textarea } from "@mantine/core";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import {
  useAcknowledge,
  useAlert,
  useAlertEvents,
  useAwaited,
  useCheckAlert,
  useDeleteAlert,
  useHistory,
  usePauseAlert,
  useSnoozeAlert,
  useUpdateAlert,
  type WholeAlert,
} from "../api/alerts";
import { IconAction } from "../chat/icon-action";
import { useInProject } from "../projects/may";
import { Confirm } from "../shell/confirm";
import { formatAgo, formatMoment } from "../shell/dates";
import { Dialog } from "../shell/dialog";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { notifyDone } from "../shell/notify";
import { formatNumber, formatValue } from "../shell/numbers";
import { PageFrame } from "../shell/page-frame";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { AlertForm } from "./alert-form";
import { Deliveries } from "./deliveries";
import { EventRows } from "./event-rows";
import { Sparkline } from "./sparkline";
import { StateBadge } from "./state-badge";
import { describe } from "./words";

const HOUR_MS = 3_600_000;
/** Labels whose line is drawn. */
const DRAWN = 20;

export default function AlertPage() {
  const { projectId = "", alertId = "" } = useParams();
  const alert = useAlert(alertId);
  if (alert.error?.status === 404) return <NotFound what="alert" />;
  if (alert.data) return <Shown key={alertId} projectId={projectId} alert={alert.data} />;
  return (
    <PageFrame title="Alert">
      {alert.error ? (
        <Failed error={alert.error} title="The alert could not be loaded" retry={alert.refetch} />
      ) : (
        <RowsSkeleton label="Loading the alert" count={4} />
      )}
    </PageFrame>
  );
}

type Open = "edit" | "acknowledge" | "delete";

function Shown({ projectId, alert }: { projectId: string; alert: WholeAlert }) {
  const { mayChange } = useInProject(projectId);
  const [open, setOpen] = useState<Open>();
  const check = useCheckAlert(alert.id);
  const pause = usePauseAlert(alert.id);
  const snooze = useSnoozeAlert(alert.id);
  const events = useAlertEvents(alert.id);
  const isSnoozed = alert.snoozed_until && new Date(alert.snoozed_until) > new Date();
  const failure = check.error ?? pause.error ?? snooze.error;
  // When it had been checked when somebody wanted it checked: until that is another time, the check goes on.
  const [before, setBefore] = useState<string | null>();
  const isChecking = before !== undefined && before === (alert.checked_at ?? null);
  useAwaited(isChecking);
  const close = () => setOpen(undefined);
  const snoozeFor = (hours: number) => snooze.mutate(new Date(Date.now() + hours * HOUR_MS).toISOString());
  const actions = mayChange && (
    <>
      <Button
        size="xs"
        variant="default"
        loading={check.isPending || isChecking}
        onClick={() => check.mutate(undefined, { onSuccess: () => setBefore(alert.checked_at ?? null) })}
      >
        Check now
      </Button>
      <Button size="xs" variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen("edit")}>
        Edit
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <IconAction label="More actions">
            <IconDots size={18} />
          </IconAction>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setOpen("acknowledge")}>Acknowledge…</Menu.Item>
          {isSnoozed ? (
            <Menu.Item onClick={() => snooze.mutate(null)}>End snooze</Menu.Item>
          ) : (
            <>
              <Menu.Item onClick={() => snoozeFor(1)}>Snooze for an hour</Menu.Item>
              <Menu.Item onClick={() => snoozeFor(24)}>Snooze for a day</Menu.Item>
              <Menu.Item onClick={() => snoozeFor(7 * 24)}>Snooze for a week</Menu.Item>
            </>
          )}
          <Menu.Item onClick={() => pause.mutate(!alert.paused_at)}>{alert.paused_at ? "Resume" : "Pause"}</Menu.Item>
          <Menu.Item color="red" onClick={() => setOpen("delete")}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
  return (
    <PageFrame title={alert.name} width="wide" actions={actions}>
      <Stack gap="xs" mb="lg">
        <Group gap="xs">
          <StateBadge state={alert.state} />
          <Text size="sm">{describe(alert.condition)}</Text>
        </Group>
        <Text size="sm" c="dimmed">
          Checked {alert.schedule} ({alert.time_zone})
          {alert.checked_at ? `, last ${formatAgo(alert.checked_at)}` : ", not yet checked"}
          {alert.next_at && `, next ${formatMoment(alert.next_at)}`} ·{" "}
          <Anchor component={Link} to={`/p/${projectId}/dashboards/${alert.dashboard_id}`} inherit>
            View dashboard
          </Anchor>
        </Text>
        {alert.paused_at && (
          <Box color="yellow" variant="light" role="status">
            Paused since {formatMoment(alert.paused_at)}
            {alert.failures > 0 && `, after ${formatNumber(alert.failures)} failed checks`}.
          </Box>
        )}
        {isSnoozed && alert.snoozed_until && (
          <Box variant="light" role="status">
            Snoozed: no notifications until {formatMoment(alert.snoozed_until)}.
          </Box>
        )}
        {alert.problem && (
          <Box color="red" variant="light" title="The last check failed" role="alert">
            {alert.problem}
          </Box>
        )}
        {failure && <Failed error={failure} />}
      </Stack>
      <Section title="Watched values">
        {alert.labels.length === 0 ? (
          <Text size="sm" c="dimmed">
            Not checked yet.
          </Text>
        ) : (
          <Rows label="Watched values">
            {alert.labels.map((label, at) => (
              <Row
                key={label.label}
                wraps
                title={label.label === "" ? "Overall" : label.label}
                action={
                  <Group gap="md">
                    {at < DRAWN && <History alertId={alert.id} label={label.label} />}
                    <StateBadge state={label.state} />
                  </Group>
                }
              >
                {typeof label.value === "number" && `${formatValue(label.value)} · `}since {formatMoment(label.since)}
                {label.acknowledged_at && ` · acknowledged ${formatAgo(label.acknowledged_at)}`}
                {label.note && `: ${label.note}`}
              </Row>
            ))}
          </Rows>
        )}
      </Section>
      <Section title="History">
        {events.error && !events.data && <Failed error={events.error} retry={events.refetch} />}
        {events.data?.length === 0 && (
          <Text size="sm" c="dimmed">
            No changes yet.
          </Text>
        )}
        {events.data && events.data.length > 0 && <EventRows label="History" events={events.data} />}
      </Section>
      <Section title="Notifications">
        <Deliveries alertId={alert.id} />
      </Section>
      {open === "edit" && <Edit projectId={projectId} alert={alert} onClose={close} />}
      {open === "acknowledge" && <Acknowledge alertId={alert.id} onClose={close} />}
      <Delete projectId={projectId} alert={alert} opened={open === "delete"} onClose={close} />
    </PageFrame>
  );
}

function History({ alertId, label }: { alertId: string; label: string }) {
  const history = useHistory(alertId, label);
  return history.data ? <Sparkline points={history.data} label={label} /> : null;
}

function Edit({ projectId, alert, onClose }: { projectId: string; alert: WholeAlert; onClose: () => void }) {
  const { org } = useInProject(projectId);
  const update = useUpdateAlert(alert.id);
  return (
    <Dialog opened onClose={onClose} title={`Edit ${alert.name}`} size="lg">
      <AlertForm
        projectId={projectId}
        orgId={org?.id}
        tileId={alert.tile_id}
        columns={[]}
        start={alert}
        action="Save"
        mutation={update}
        onSave={(settings) => update.mutate(settings, { onSuccess: onClose })}
      />
    </Dialog>
  );
}

function Acknowledge({ alertId, onClose }: { alertId: string; onClose: () => void }) {
  const acknowledge = useAcknowledge(alertId);
  const [note, setNote] = useState("");
  return (
    <Dialog opened onClose={onClose} title="Acknowledge">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          acknowledge.mutate(note, { onSuccess: onClose });
        }}
      >
        <Stack>
          <Text size="sm">There are no reminders until the state changes.</Text>
          <Textarea
            label="Note"
            maxLength={500}
            autosize
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {acknowledge.error && <Failed error={acknowledge.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={acknowledge.isPending}>
              Acknowledge
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface DeleteProps { projectId: string; alert: WholeAlert; opened: boolean; onClose: () => void }

function Delete({ projectId, alert, opened, onClose }: DeleteProps) {
  const remove = useDeleteAlert(alert.id);
  const navigate = useNavigate();
  return (
    <Confirm
      opened={opened}
      title={`Delete ${alert.name}?`}
      action="Delete"
      mutation={remove}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            notifyDone(`${alert.name} deleted.`);
            void navigate(`/p/${projectId}/alerts`);
          },
        })
      }
    >
      This also deletes its history and its list of notifications.
    </Confirm>
  );
}
