// Everything that is known of a column.
import { Group, Stack, Text } from "@mantine/core";

import type { ColumnProfile } from "../api/files";
import { formatNumber, formatShare } from "../shell/numbers";
import styles from "./column-figures.module.css";
import { KINDS } from "./kinds";

interface Props {
  column: ColumnProfile;
  /** Rows that the profile is of. */
  rows: number;
}

export function ColumnFigures({ column, rows }: Props) {
  const { name, type, format, unit, code, missing, top, samples } = column;
  const { label, icon: Icon } = KINDS[type];
  const values = rows - column.nulls;
  const most = top[0]?.count ?? 1;
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        <Group gap={6} c="dimmed">
          <Icon size={15} stroke={1.5} aria-hidden />
          <Text size="xs">
            {label}
            {typeof format === "string" && `, written as ${format}`}
            {typeof unit === "string" && `, in ${unit}`}
            {code === true && ", codes or ids"}
          </Text>
        </Group>
      </div>
      {missing && missing.length > 0 && (
        <Text size="xs" c="dimmed">
          Treated as missing: {missing.map(({ value, count }) => `${value} (${formatNumber(count)})`).join(", ")}
        </Text>
      )}
      <dl className={styles.figures}>
        {figures(column, rows).map(([term, figure]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{figure}</dd>
          </div>
        ))}
      </dl>
      {top.length > 0 && (
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            Most common values
          </Text>
          <ul className={styles.top}>
            {top.map(({ value, count }) => (
              <li key={value}>
                <span className={styles.bar} style={{ width: `${(count / most) * 100}%` }} aria-hidden />
                <span className={styles.value} title={value}>
                  {value}
                </span>
                <span className={styles.count}>
                  {formatNumber(count)} · {formatShare(count / values)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {top.length === 0 && samples.length > 0 && (
        <div>
          <Text size="xs" c="dimmed">
            Examples
          </Text>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {samples.join(", ")}
          </Text>
        </div>
      )}
    </Stack>
  );
}

function figures({ nulls, distinct, min, max, mean, std, quantiles, lengths, type }: ColumnProfile, rows: number) {
  const found: [string, string | undefined][] = [
    ["Distinct values", formatNumber(distinct)],
    ["Empty", nulls === 0 || rows === 0 ? "None" : `${formatNumber(nulls)} (${formatShare(nulls / rows)})`],
    [type === "text" ? "First in order" : "Minimum", scalar(min)],
    [type === "text" ? "Last in order" : "Maximum", scalar(max)],
    ["Mean", figure(mean)],
    ["Median", figure(quantiles?.p50)],
    ["Standard deviation", figure(std)],
    ["Middle 50%", range(quantiles?.p25, quantiles?.p75)],
    ["Middle 90%", range(quantiles?.p5, quantiles?.p95)],
    ["Characters", lengths ? range(lengths.min, lengths.max) : undefined],
  ];
  return found.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

function scalar(value: number | string | null | undefined): string | undefined {
  return typeof value === "string" ? value : figure(value);
}

function figure(value: number | null | undefined): string | undefined {
  if (typeof value !== "number") return undefined;
  return new Intl.NumberFormat(undefined, { maximumSignificantDigits: 8 }).format(value);
}

function range(from: number | null | undefined, to: number | null | undefined): string | undefined {
  const [left, right] = [figure(from), figure(to)];
  if (left === undefined || right === undefined) return undefined;
  return left === right ? left : `${left} to ${right}`;
}
