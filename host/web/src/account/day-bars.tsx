// A small chart of the last days: a bar a day, with the day's figure where one points.
import { Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";

import styles from "./day-bars.module.css";
import { formatUtcDay } from "./usage-figures";

interface Day {
  /** In UTC, such as "2026-05-03". */
  day: string;
  amount: number;
}

interface Props {
  /** What is counted: "Scripts". */
  label: string;
  days: readonly Day[];
  format: (amount: number) => string;
}

const WIDTH = 300;
const HEIGHT = 56;
const GAP = 2;
/** A day with little is not a day with nothing. */
const LEAST = 3;
const NOTHING = 1;

export function DayBars({ label, days, format }: Props) {
  const [shown, setShown] = useState<number>();
  const most = Math.max(...days.map(({ amount }) => amount), 0);
  const step = WIDTH / Math.max(days.length, 1);
  const pointed = shown === undefined ? undefined : days[shown];
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return null;
  return (
    <div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={styles.chart}
        aria-hidden
        onPointerLeave={() => setShown(undefined)}
      >
        {days.map(({ day, amount }, at) => {
          const height = amount === 0 ? NOTHING : Math.max(LEAST, (amount / most) * HEIGHT);
          return (
            <g key={day}>
              <rect
                className={styles.hit}
                x={at * step}
                y={0}
                width={step}
                height={HEIGHT}
                onPointerEnter={() => setShown(at)}
              />
              <rect
                className={styles.bar}
                data-empty={amount === 0 || undefined}
                data-shown={at === shown || undefined}
                x={at * step + GAP / 2}
                y={HEIGHT - height}
                width={step - GAP}
                height={height}
                pointerEvents="none"
              />
            </g>
          );
        })}
      </svg>
      <div className={styles.ends} aria-hidden>
        {pointed ? (
          <>
            <span>{formatUtcDay(pointed.day)}</span>
            <Text span inherit c="var(--mantine-color-text)">
              {format(pointed.amount)}
            </Text>
          </>
        ) : (
          <>
            <span>{formatUtcDay(first.day)}</span>
            <span>Today</span>
          </>
        )}
      </div>
      <VisuallyHidden>
        <table>
          <caption>{label} by day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">{label}</th>
            </tr>
          </thead>
          <tbody>
            {days
              .filter(({ amount }) => amount > 0)
              .map(({ day, amount }) => (
                <tr key={day}>
                  <th scope="row">{formatUtcDay(day)}</th>
                  <td>{format(amount)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </div>
  );
}
