// What an organisation's models used, month by month, and the cap on it.
import { Button, Group, NumberInput, Paper, Select, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";

import { formatDollars, formatLarge } from "../account/usage-figures";
import { type ModelMonthUsed, type ModelSpending, useModelSpending, useSetModelCap } from "../api/model-providers";
import { isAtLeast, type Org } from "../api/orgs";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { formatNumber } from "../shell/numbers";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";

const MICRO = 1_000_000;

export function Spending({ org }: { org: Org }) {
  const spending = useModelSpending(org.id);
  return (
    <Section
      title="Spending"
      lead="All models of this organisation, this server's included. Costs are estimates at list prices, in US dollars. Months are in UTC."
    >
      {spending.isPending && <RowsSkeleton label="Loading the spending" count={2} />}
      {spending.error && !spending.data && (
        <Failed error={spending.error} title="The spending could not be loaded" retry={spending.refetch} />
      )}
      {spending.data && (
        <Stack>
          <Months spending={spending.data} />
          {isAtLeast(org.role, "admin") ? (
            // What was typed goes when another cap was saved.
            <CapForm key={JSON.stringify(spending.data.cap)} orgId={org.id} cap={spending.data.cap} />
          ) : (
            <Text size="sm">{capOf(spending.data.cap)}</Text>
          )}
        </Stack>
      )}
    </Section>
  );
}

function Months({ spending }: { spending: ModelSpending }) {
  const [chosen, setChosen] = useState(spending.this_month);
  const months = [...new Set([spending.this_month, ...spending.months.map(({ month }) => month)])];
  const models = spending.months.find(({ month }) => month === chosen)?.models ?? [];
  return (
    <Stack gap="xs">
      {months.length > 1 && (
        <Select
          label="Month"
          data={months.map((month) => ({ value: month, label: monthName(month) }))}
          allowDeselect={false}
          maw="14rem"
          value={chosen}
          onChange={(month) => month !== null && setChosen(month)}
        />
      )}
      {models.length === 0 ? (
        <Text size="sm" c="dimmed">{`No model was used in ${monthName(chosen)}.`}</Text>
      ) : (
        <Paper withBorder>
          <Table verticalSpacing="xs" horizontalSpacing="sm" aria-label={`Models in ${monthName(chosen)}`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Model</Table.Th>
                <Table.Th ta="end" visibleFrom="xs">
                  Answers
                </Table.Th>
                <Table.Th ta="end">Tokens</Table.Th>
                <Table.Th ta="end">Cost</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {models.map((used) => (
                <Table.Tr key={`${used.account ?? ""} ${used.provider} ${used.model}`}>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>
                    {used.provider === "earlier" ? "Before models were told apart" : used.model}
                    <Text size="xs" c="dimmed">
                      {used.account ?? "This server"}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="end" visibleFrom="xs">
                    {used.provider === "earlier" ? "–" : formatNumber(used.turns)}
                  </Table.Td>
                  <Table.Td ta="end" title={`${formatNumber(used.input_tokens)} read, ${formatNumber(used.output_tokens)} written`}>
                    {formatLarge(used.input_tokens + used.output_tokens)}
                  </Table.Td>
                  <Table.Td ta="end">{costOf(used)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
    </Stack>
  );
}

function CapForm({ orgId, cap }: { orgId: string; cap: ModelSpending["cap"] }) {
  const save = useSetModelCap(orgId);
  const [dollars, setDollars] = useState<number | string>(cap.cost_micro_usd == null ? "" : cap.cost_micro_usd / MICRO);
  const [tokens, setTokens] = useState<number | string>(cap.tokens ?? "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(
          {
            cost_micro_usd: typeof dollars === "number" ? Math.round(dollars * MICRO) : null,
            tokens: typeof tokens === "number" ? tokens : null,
          },
          { onSuccess: () => notifyDone("The monthly cap is saved.") },
        );
      }}
    >
      <Stack gap="xs">
        <Text size="sm" c="dimmed" maw="36rem">
          A monthly cap stops questions to models once it is reached; answers under way still end, and built-in rules still
          answer. Tokens whose price is not known do not count towards dollars: cap tokens for those models.
        </Text>
        <Group align="flex-end">
          <NumberInput label="Dollars per month" placeholder="No cap" min={0.01} decimalScale={2} thousandSeparator w="11rem" value={dollars} onChange={setDollars} />
          <NumberInput label="Tokens per month" placeholder="No cap" min={1} allowDecimal={false} thousandSeparator w="11rem" value={tokens} onChange={setTokens} />
          <Button type="submit" variant="default" loading={save.isPending}>
            Save cap
          </Button>
        </Group>
        {save.error && <Failed error={save.error} />}
      </Stack>
    </form>
  );
}

/** A cost is told only as far as prices are known. */
function costOf({ cost_micro_usd: cost, unpriced_tokens: unpriced }: ModelMonthUsed): string {
  if (unpriced === 0) return formatDollars(cost);
  return cost === 0 ? "Price unknown" : `${formatDollars(cost)} + unknown`;
}

function capOf({ cost_micro_usd: cost, tokens }: ModelSpending["cap"]): string {
  const caps = [cost == null ? [] : [formatDollars(cost)], tokens == null ? [] : [`${formatNumber(tokens)} tokens`]].flat();
  return caps.length === 0 ? "There is no monthly cap." : `The monthly cap is ${caps.join(" or ")}.`;
}

/** A day of UTC, such as "2026-05-01": "May 2026". */
function monthName(day: string): string {
  return new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(day));
}
