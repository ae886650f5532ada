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
    <Modal opened onClose={onClose} title="Share with a link" size="lg">
      <Stack>
        <Text size="sm">
          Anyone with the link sees the latest version with its saved filters, without an account. They see stored
          results only: nothing is run for them, and scripts are hidden.
        </Text>
        {share.data && (
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              label="Link"
              description="Copy it now. It is not shown again."
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
          label="Expires"
          placeholder="Never"
          clearable
          data={[
            { value: "1", label: "In 1 day" },
            { value: "7", label: "In 7 days" },
            { value: "30", label: "In 30 days" },
          ]}
          value={days}
          onChange={setDays}
        />
        <PasswordInput
          label="Password"
          description="Optional. Leave empty to share without a password."
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Textarea
          label="Sites that may embed it"
          placeholder="https://intranet.example.com"
          autosize
          value={sites}
          onChange={(event) => setSites(event.currentTarget.value)}
        />
        {share.error && <Failed error={share.error} />}
        <Group justify="flex-end">
          <Button loading={share.isPending} onClick={make}>
            Create link
          </Button>
        </Group>
        {shares.data && shares.data.length > 0 && (
          <Rows label="Links">
            {shares.data.map(({ id, created_at, expires_at, password: asks, origins: shown }) => (
              <Row
                key={id}
                title={`Created ${formatMoment(created_at)}`}
                action={
                  <Button size="compact-xs" variant="default" loading={unshare.isPending} onClick={() => unshare.mutate(id)}>
                    Revoke
                  </Button>
                }
              >
                {expires_at ? `Expires ${formatMoment(expires_at)}` : "Never expires"}
                {asks && ", password required"}
                {shown.length > 0 && `, may be embedded by ${shown.join(", ")}`}
              </Row>
            ))}
          </Rows>
        )}
      </Stack>
    </Modal>
  );
}
