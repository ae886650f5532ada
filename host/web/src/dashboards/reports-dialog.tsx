// The reports of a dashboard: when each is sent next, how the last one went, and what became of its mails.
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import type { Conditions } from "../api/dashboards";
import {
  type Report,
  reportPreviewAddress,
  type ReportSend,
  useCreateReport,
  useDeleteReport,
  usePauseReport,
  useReports,
  useReportSends,
  useSendReport,
  useUpdateReport,
} from "../api/reports";
import { formatMoment } from "../shell/dates";
import { Dialog } from "../shell/dialog";
import { Failed } from "../shell/failed";
import { counted } from "../shell/numbers";
import { Row, Rows } from "../shell/rows";
import { RowsSkeleton } from "../shell/skeletons";
import { ReportForm } from "./report-form";

interface Props {
  dashboardId: string;
  title: string;
  /** As they are set on the page. */
  filters: Conditions;
  mayAddOutside: boolean;
  onClose: () => void;
}

const STATES: Record<ReportSend["state"], { label: string; color: string }> = {
  queued: { label: "Waiting", color: "gray.7" },
  running: { label: "Sending", color: "gray.7" },
  sent: { label: "Sent", color: "teal.9" },
  partial: { label: "Incomplete", color: "yellow.9" },
  failed: { label: "Failed", color: "red.9" },
  skipped: { label: "Skipped", color: "gray.7" },
};

const MAIL_WORDS: Record<ReportSend["mails"][number]["state"], string> = {
  queued: "waiting",
  sending: "being sent",
  sent: "sent",
  failed: "failed",
  unknown: "may have arrived",
};

export default function ReportsDialog({ dashboardId, title, filters, mayAddOutside, onClose }: Props) {
  const reports = useReports(dashboardId);
  const create = useCreateReport(dashboardId);
  const update = useUpdateReport(dashboardId);
  const [editing, setEditing] = useState<Report | "new">();
  const isNew = editing === "new";
  return (
    <Dialog opened onClose={onClose} title="Scheduled reports" size="lg">
      {editing !== undefined && (
        <ReportForm
          start={editing === "new" ? { name: title.slice(0, 100), filters } : settingsOf(editing)}
          mayAddOutside={mayAddOutside}
          filterCount={Object.keys(isNew ? filters : editing.filters).length}
          action={isNew ? "Schedule" : "Save"}
          mutation={isNew ? create : update}
          onSave={(settings) => {
            const done = { onSuccess: () => setEditing(undefined) };
            if (editing === "new") create.mutate(settings, done);
            else update.mutate({ id: editing.id, settings }, done);
          }}
          onCancel={() => {
            create.reset();
            update.reset();
            setEditing(undefined);
          }}
        />
      )}
      {editing === undefined && (
        <Stack>
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" c="dimmed">
              A report computes the dashboard and emails it on a schedule.
            </Text>
            <Button size="xs" flex="none" onClick={() => setEditing("new")}>
              New report
            </Button>
          </Group>
          {reports.isPending && <RowsSkeleton label="Loading the reports" count={2} />}
          {reports.error && <Failed error={reports.error} retry={reports.refetch} />}
          {reports.data?.length === 0 && (
            <Text size="sm" c="dimmed">
              No reports yet.
            </Text>
          )}
          {reports.data?.map((report) => (
            <OneReport key={report.id} dashboardId={dashboardId} report={report} onEdit={() => setEditing(report)} />
          ))}
        </Stack>
      )}
    </Dialog>
  );
}

function settingsOf({ name, filters, to_role, addresses, with_csv, schedule, time_zone }: Report) {
  return { name, filters, addresses, with_csv, schedule, time_zone, ...(to_role ? { to_role } : {}) };
}

function OneReport({ dashboardId, report, onEdit }: { dashboardId: string; report: Report; onEdit: () => void }) {
  const { id, name, schedule, time_zone, next_at, paused_at, last_state, last_at, last_problem, unsubscribed } = report;
  const pause = usePauseReport(dashboardId);
  const remove = useDeleteReport(dashboardId);
  const send = useSendReport();
  const [isOpen, setOpen] = useState(false);
  const [isSure, setSure] = useState(false);
  const isPaused = paused_at !== null && paused_at !== undefined;
  return (
    <section aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {schedule} ({time_zone}) · {isPaused ? "paused" : next_at ? `next ${formatMoment(next_at)}` : "no next time"} ·{" "}
            {recipients(report)}
          </Text>
          {unsubscribed.length > 0 && (
            <Text size="sm" c="dimmed">
              Unsubscribed: {unsubscribed.join(", ")}
            </Text>
          )}
          {last_state && last_at && (
            <Text size="sm" c={last_state === "failed" ? "var(--mantine-color-error)" : "dimmed"}>
              Last: {STATES[last_state].label.toLowerCase()}, {formatMoment(last_at)}
              {last_problem && `. ${last_problem}`}
            </Text>
          )}
        </div>
        {last_state && (
          <Badge size="sm" color={STATES[last_state].color} style={{ flex: "none" }}>
            {STATES[last_state].label}
          </Badge>
        )}
      </Group>
      <Group gap={6} mt={6}>
        <Button
          size="compact-xs"
          variant="default"
          loading={send.isPending}
          onClick={() => send.mutate(id, { onSuccess: () => setOpen(true) })}
        >
          Send me one now
        </Button>
        <Button size="compact-xs" variant="default" component="a" href={reportPreviewAddress(id)} target="_blank" rel="noreferrer">
          Preview
        </Button>
        <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          History
        </Button>
        <Button size="compact-xs" variant="default" onClick={onEdit}>
          Edit
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          loading={pause.isPending}
          onClick={() => pause.mutate({ id, paused: !isPaused })}
        >
          {isPaused ? "Resume" : "Pause"}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          color="red"
          loading={remove.isPending}
          onClick={() => (isSure ? remove.mutate(id) : setSure(true))}
        >
          {isSure ? "Delete with its history" : "Delete"}
        </Button>
      </Group>
      {isOpen && <History reportId={id} />}
    </section>
  );
}

function recipients({ to_role, addresses }: Report): string {
  const said = to_role ? [`${to_role === "viewer" ? "everyone" : `${to_role}s and above`} in the organisation`] : [];
  if (addresses.length > 0) said.push(addresses.length > 3 ? counted(addresses.length, "address", "addresses") : addresses.join(", "));
  return `to ${said.join(" and ")}`;
}

function History({ reportId }: { reportId: string }) {
  const sends = useReportSends(reportId);
  if (sends.isPending) return <RowsSkeleton label="Loading the history" count={2} />;
  if (!sends.data) return <Failed error={sends.error} retry={sends.refetch} />;
  if (sends.data.length === 0) {
    return (
      <Text size="sm" c="dimmed" mt={6}>
        Nothing has been sent yet.
      </Text>
    );
  }
  return (
    <Rows label="History">
      {sends.data.map(({ id, planned_at, trial, state, problem, mails }) => (
        <Row
          key={id}
          title={`${formatMoment(planned_at)}${trial ? " (only to one person)" : ""}`}
          action={
            <Badge size="sm" color={STATES[state].color}>
              {STATES[state].label}
            </Badge>
          }
        >
          {problem}
          {mails.map((mail) => (
            <div key={mail.address}>
              {mail.address}: {MAIL_WORDS[mail.state]}
              {mail.answer && mail.state !== "sent" && ` (${mail.answer})`}
            </div>
          ))}
        </Row>
      ))}
    </Rows>
  );
}
