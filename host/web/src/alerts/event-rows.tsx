// What happened, as rows.
import { Badge } from "@mantine/core";
import { Link } from "react-router";

import type { AlertEvent } from "../api/alert-events";
import { formatMoment } from "../shell/dates";
import { formatValue } from "../shell/numbers";
import { Row, Rows } from "../shell/rows";
import { StateBadge } from "./state-badge";

interface Props {
  label: string;
  events: readonly AlertEvent[];
  /** Names the alert of each, and leads there. */
  projectId?: string;
  isNew?: (event: AlertEvent) => boolean;
}

export function EventRows({ label, events, projectId, isNew }: Props) {
  return (
    <Rows label={label}>
      {events.map((event) => {
        const what = event.label === "" ? "The alert" : event.label;
        const title = event.from === event.to ? `${what}: reminder` : what;
        return (
          <Row
            key={event.id}
            title={
              projectId === undefined ? title : (
                <>
                  <Link to={`/p/${projectId}/alerts/${event.alert_id}`}>{event.alert}</Link>
                  {event.label !== "" && `: ${event.label}`} {isNew?.(event) === true && <Badge size="xs">New</Badge>}
                </>
              )
            }
            action={<StateBadge state={event.to} />}
          >
            {formatMoment(event.happened_at)}
            {typeof event.value === "number" && ` · ${formatValue(event.value)}`}
            {!event.told && " · nobody notified"}
          </Row>
        );
      })}
    </Rows>
  );
}
