// Messages that went out, with what became of each.
import { Badge, Text } from "@mantine/core";

import { type Delivery, useAlertDeliveries } from "../api/alerts";
import { formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { Row, Rows } from "../shell/rows";
import { RowsSkeleton } from "../shell/skeletons";

const STATES: Record<Delivery["state"], { label: string; color: string }> = {
  queued: { label: "Waiting", color: "gray.7" },
  sending: { label: "Sending", color: "gray.7" },
  sent: { label: "Sent", color: "teal.9" },
  failed: { label: "Failed", color: "red.9" },
  unknown: { label: "Unknown", color: "yellow.9" },
};

export function Deliveries({ alertId }: { alertId: string }) {
  const deliveries = useAlertDeliveries(alertId);
  if (deliveries.isPending) return <RowsSkeleton label="Loading the messages" count={2} />;
  if (!deliveries.data) return <Failed error={deliveries.error} retry={deliveries.refetch} />;
  return <DeliveryRows deliveries={deliveries.data} />;
}

export function DeliveryRows({ deliveries }: { deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No notifications yet.
      </Text>
    );
  }
  return (
    <Rows label="Messages">
      {deliveries.map(({ id, channel, title, state, attempts, answer, created_at }) => (
        <Row
          key={id}
          title={`${channel}: ${title}`}
          action={
            <Badge size="sm" color={STATES[state].color}>
              {STATES[state].label}
            </Badge>
          }
        >
          {formatMoment(created_at)}
          {attempts > 1 && ` · ${attempts} attempts`}
          {answer && ` · ${answer}`}
        </Row>
      ))}
    </Rows>
  );
}
