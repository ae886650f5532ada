// What an organisation keeps and has used, and what it may.
import { Paper, Progress, Select, SimpleGrid, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useId, useState } from "react";

import { type Org, useOrgs } from "../api/orgs";
import { useAccount } from "../api/session";
import { type Totals, type Usage, useUsage } from "../api/usage";
import { Failed } from "../shell/failed";
import { formatBytes, formatNumber } from "../shell/numbers";
import { Section } from "../shell/section";
import { span } from "../shell/span";
import { AccountFrame } from "./account-frame";
import { DayBars } from "./day-bars";
import { formatDollars, formatLarge, formatPart, formatUtcDay } from "./usage-figures";

export default function UsagePage() {
  const account = useAccount();
  const orgs = useOrgs();
  const [orgId, setOrgId] = useState(account.personal_org_id);
  const usage = useUsage(orgId);
  return (
    <AccountFrame title="Usage">
      {(orgs.data?.length ?? 0) > 1 && (
        <Select
          label="Organisation"
          data={(orgs.data ?? []).map((org) => ({ value: org.id, label: nameOf(org) }))}
          value={orgId}
          onChange={(value) => setOrgId(value ?? account.personal_org_id)}
          allowDeselect={false}
          maw="20rem"
          mb="lg"
        />
      )}
      {usage.isPending && <Loading />}
      {usage.error && !usage.data && (
        <Failed error={usage.error} title="Usage could not be loaded" retry={usage.refetch} />
      )}
      {usage.data && (
        <>
          <Storage usage={usage.data} />
          <Activity usage={usage.data} />
          <Limits limits={usage.data.limits} />
        </>
      )}
    </AccountFrame>
  );
}

function nameOf(org: Org): string {
  return org.personal ? `${org.name} (only you)` : org.name;
}

function Storage({ usage }: { usage: Usage }) {
  return (
    <Section title="Storage" lead="All versions of your files, and files that scripts created. Delete files to free up storage.">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Meter label="Space" used={usage.bytes} limit={usage.quota_bytes} format={formatBytes} />
        <Meter label="Files" used={usage.files} limit={usage.quota_files} format={formatNumber} />
      </SimpleGrid>
    </Section>
  );
}

interface MeterProps { label: string; used: number; limit: number; format: (amount: number) => string }

/** From this share on there is reason to look. */
const NEARLY_FULL = 0.9;

function Meter({ label, used, limit, format }: MeterProps) {
  const id = useId();
  const full = limit > 0 ? used / limit : 0;
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed" id={id}>
        {label}
      </Text>
      <Text fw={600} size="lg" mt={2}>
        {format(used)}
      </Text>
      <Progress.Root mt="xs" size="sm">
        <Progress.Section
          value={Math.min(100, full * 100)}
          color={full >= NEARLY_FULL ? "red" : "teal"}
          aria-labelledby={id}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={6}>
        {formatPart(used, limit)} of {format(limit)}
      </Text>
    </Paper>
  );
}

const tokensOf = (used: Totals) => used.input_tokens + used.output_tokens;

function Activity({ usage }: { usage: Usage }) {
  const { days, month, limits } = usage;
  const today = days.at(-1)?.fuel ?? 0;
  return (
    <Section
      title="Questions and scripts"
      lead={`Figures are for this month, since ${formatUtcDay(month.from)}; bars show the last ${days.length} days. Days are in UTC.`}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Figure label="Script runs" month={month} days={days} of={(used) => used.runs} format={formatNumber} />
        <Figure
          label="Fuel"
          month={month}
          days={days}
          of={(used) => used.fuel}
          format={formatLarge}
          note={`Instructions executed by scripts. Today: ${formatPart(today, limits.fuel_per_day)} of the daily limit.`}
        />
        <Figure
          label="Tokens"
          month={month}
          days={days}
          of={tokensOf}
          format={formatLarge}
          note={`${formatLarge(month.input_tokens)} read and ${formatLarge(month.output_tokens)} written by models this month.`}
        />
        <Figure
          label="Model cost"
          month={month}
          days={days}
          of={(used) => used.cost_micro_usd}
          format={formatDollars}
          note="Only includes models with known prices."
        />
      </SimpleGrid>
    </Section>
  );
}

interface FigureProps {
  label: string;
  month: Totals;
  days: Usage["days"];
  of: (used: Totals) => number;
  format: (amount: number) => string;
  note?: string;
}

function Figure({ label, month, days, of, format, note }: FigureProps) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600} size="lg" mt={2} mb="xs">
        {format(of(month))}
      </Text>
      <DayBars label={label} days={days.map((used) => ({ day: used.day, amount: of(used) }))} format={format} />
      {note !== undefined && (
        <Text size="xs" c="dimmed" mt={6}>
          {note}
        </Text>
      )}
    </Paper>
  );
}

function Limits({ limits }: { limits: Usage["limits"] }) {
  const rows = [
    ["Scripts per question", formatNumber(limits.turn_runs)],
    ["Fuel per question", formatLarge(limits.turn_fuel)],
    ["Tokens per question", formatLarge(limits.turn_model_tokens)],
    ["Time per question", span(limits.turn_wall_s)],
    ["Questions at the same time", formatNumber(limits.turns_per_org)],
    ["Questions in the queue", formatNumber(limits.turns_waiting_per_org)],
    ["Fuel per day", formatLarge(limits.fuel_per_day)],
  ] as const;
  return (
    <Section title="Limits" lead="An answer that reaches a limit ends with what it has so far. The server's administrator sets the limits.">
      <Table maw="28rem" withRowBorders={false} verticalSpacing={4} horizontalSpacing={0}>
        <Table.Tbody>
          {rows.map(([name, most]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400} c="dimmed">
                {name}
              </Table.Th>
              <Table.Td ta="end">{most}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Loading() {
  return (
    <Stack role="status" aria-label="Loading usage">
      <Skeleton height={14} width={72} mt={4} />
      <Skeleton height={12} width="60%" mb={6} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Skeleton height={116} />
        <Skeleton height={116} />
        <Skeleton height={180} />
        <Skeleton height={180} />
      </SimpleGrid>
    </Stack>
  );
}
