// A project's alerts: how each stands, and what happened since somebody looked.
import { Box } from "@mantine/core";
import IconBell from "@tabler/icons-react/dist/esm/icons/IconBell.mjs";
import { useEffect, useState } from "react";
import { Link, useParams } from "react-router";

import { useProjectEvents } from "../api/alert-events";
import { type Alert, useAlerts } from "../api/alerts";
import { formatAgo, formatMoment } from "../shell/dates";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { counted } from "../shell/numbers";
import { PageFrame } from "../shell/page-frame";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { EventRows } from "./event-rows";
import { newOnes, useSeen } from "./seen";
import { StateBadge } from "./state-badge";
import { describe } from "./words";

export default function AlertsPage() {
  const { projectId = "" } = useParams();
  const alerts = useAlerts(projectId);
  if (alerts.error?.status === 404) return <NotFound what="project" />;
  return (
    <PageFrame title="Alerts" width="wide">
      {alerts.isPending && <RowsSkeleton label="Loading the alerts" count={4} />}
      {alerts.error && !alerts.data && (
        <Failed error={alerts.error} title="The alerts could not be loaded" retry={alerts.refetch} />
      )}
      {alerts.data?.length === 0 && (
        <Empty icon={IconBell} title="No alerts yet">
          An alert watches a table or a number on a dashboard and notifies you when it crosses a limit, changes or has
          no data. To create one, open a dashboard tile and choose “Alert me”.
        </Empty>
      )}
      {alerts.data && alerts.data.length > 0 && (
        <Rows label="Alerts">
          {alerts.data.map((alert) => (
            <Row
              key={alert.id}
              icon={<IconBell size={20} stroke={1.5} aria-hidden />}
              title={<Link to={`/p/${projectId}/alerts/${alert.id}`}>{alert.name}</Link>}
              action={<StateBadge state={alert.state} />}
            >
              {describe(alert.condition)} · {timing(alert)}
              {alert.firing > 1 && ` · ${counted(alert.firing, "label")} firing`}
            </Row>
          ))}
        </Rows>
      )}
      <WhatHappened key={projectId} projectId={projectId} />
    </PageFrame>
  );
}

function timing({ paused_at, snoozed_until, checked_at }: Alert): string {
  if (paused_at) return "paused";
  if (snoozed_until && new Date(snoozed_until) > new Date()) return `snoozed until ${formatMoment(snoozed_until)}`;
  return checked_at ? `checked ${formatAgo(checked_at)}` : "not checked yet";
}

/** What is new stays marked as long as the page is open, and is seen from then on. */
function WhatHappened({ projectId }: { projectId: string }) {
  const { data: events = [], error, refetch } = useProjectEvents(projectId);
  const [seen, setSeen] = useSeen(projectId);
  const [before] = useState(seen);
  const newest = events[0]?.id;
  useEffect(() => {
    if (newest !== undefined && newest > seen) setSeen(newest);
  }, [newest, seen, setSeen]);
  if (error && events.length === 0) {
    return <Failed error={error} title="The history could not be loaded" retry={refetch} />;
  }
  if (events.length === 0) return null;
  const fresh = new Set(newOnes(events, before).map(({ id }) => id));
  return (
    <Box mt="xl">
      <Section title="History">
        <EventRows label="History" events={events} projectId={projectId} isNew={({ id }) => fresh.has(id)} />
      </Section>
    </Box>
  );
}
