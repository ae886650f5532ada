// The values of a label as a small line. What it shows is said in words as well.
import type { AlertPoint } from "../api/alerts";
import { formatShort } from "../shell/numbers";

const WIDTH = 240;
const HEIGHT = 48;
const EDGE = 4;

export function Sparkline({ points, label }: { points: readonly AlertPoint[]; label: string }) {
  const values = points.flatMap(({ value, firing }, at) => (typeof value === "number" ? [{ at, value, firing }] : []));
  const last = values.at(-1);
  if (last === undefined || values.length < 2) return null;
  const low = Math.min(...values.map(({ value }) => value));
  const high = Math.max(...values.map(({ value }) => value));
  const x = (at: number) => EDGE + (points.length < 2 ? 0.5 : at / (points.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => HEIGHT - EDGE - (high === low ? 0.5 : (value - low) / (high - low)) * (HEIGHT - 2 * EDGE);
  const firing = values.filter((one) => one.firing);
  return (
    <svg
      role="img"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      style={{ maxWidth: "100%" }}
      aria-label={`${label === "" ? "Value" : label} in ${values.length} checks: ${formatShort(low)} to ${formatShort(high)}, last ${formatShort(last.value)}, firing ${firing.length} times`}
    >
      <polyline
        points={values.map(({ at, value }) => `${x(at)},${y(value)}`).join(" ")}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
      />
      {firing.map(({ at, value }) => (
        <rect key={at} x={x(at) - 2.5} y={y(value) - 2.5} width={5} height={5} fill="var(--mantine-color-red-filled)" />
      ))}
    </svg>
  );
}
