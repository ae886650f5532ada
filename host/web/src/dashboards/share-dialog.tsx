// Links to a dashboard: made, shown once, and ended.
import { Button, CopyButton, Group, Modal, PasswordInput, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { useDashboardShares, useShareDashboard, useUnshareDashboard } from "../api/dashboards";
import { formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { Row, Rows } from "../shell/rows";

const DAY_MS = 86_400_000;

export default function DashboardShareDialog({ dashboardId, onClose }: { dashboardId: string; onClose: () => void }) {
  const shares = useDashboardShares(dashboardId, true);
  const share = useShareDashboard(dashboardId);
  const unshare = useUnshareDashboard(dashboardId);
  const [days, setDays] = useState<string | null>(null);
  const [password, setPassword] = useState("");
  const [sites, setSites] = useState("");
  const origins = sites.split(/\s+/).filter((site) => site !== "");
  const make = () =>
    share.mutate({
      origins,
      ...(password === "" ? {} : { password }),
      ...(days === null ? {} : { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
    });
  return (
    <Modal opened onClose={onClose} title="Share by a link" size="lg">
      <Stack>
        <Text size="sm">
          Whoever has the link sees the newest version with its own filters, without an account. They see results that are
          kept; nothing is run for them, and they see no scripts.
        </Text>
        {share.data && (
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              label="Link"
              description="Copy it now: it is not shown again."
              readOnly
              flex={1}
              value={new URL(`/shared/${share.data.token}`, location.origin).href}
            />
            <CopyButton value={new URL(`/shared/${share.data.token}`, location.origin).href}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? "Copied" : "Copy"}</Button>}
            </CopyButton>
          </Group>
        )}
        <Select
          label="Ends"
          placeholder="Never by itself"
          clearable
          data={[
            { value: "1", label: "In a day" },
            { value: "7", label: "In a week" },
            { value: "30", label: "In 30 days" },
          ]}
          value={days}
          onChange={setDays}
        />
        <PasswordInput
          label="Password"
          description="Leave empty if the link alone is enough."
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Textarea
          label="Sites that may show it in their own pages"
          placeholder="https://intranet.example.com"
          autosize
          value={sites}
          onChange={(event) => setSites(event.currentTarget.value)}
        />
        {share.error && <Failed error={share.error} />}
        <Group justify="flex-end">
          <Button loading={share.isPending} onClick={make}>
            Make a link
          </Button>
        </Group>
        {shares.data && shares.data.length > 0 && (
          <Rows label="Links">
            {shares.data.map(({ id, created_at, expires_at, password: asks, origins: shown }) => (
              <Row
                key={id}
                title={`Made ${formatMoment(created_at)}`}
                action={
                  <Button size="compact-xs" variant="default" loading={unshare.isPending} onClick={() => unshare.mutate(id)}>
                    End it
                  </Button>
                }
              >
                {expires_at ? `Ends ${formatMoment(expires_at)}` : "Does not end by itself"}
                {asks && ", asks for a password"}
                {shown.length > 0 && `, in pages of ${shown.join(", ")}`}
              </Row>
            ))}
          </Rows>
        )}
      </Stack>
    </Modal>
  );
}
