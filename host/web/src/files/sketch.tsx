import type { ColumnProfile } from "../api/files";
import { distribution } from "./distribution";
import styles from "./sketch.module.css";

interface Props {
  column: ColumnProfile;
  /** Rows that the profile is of. */
  rows: number;
  width: number;
  height: number;
}

/** Bars of a column's values, as large as a word. */
export function Sketch({ column, rows, width, height }: Props) {
  const found = distribution(column, rows);
  if (!found) return <svg width={width} height={height} aria-hidden />;
  const most = Math.max(...found.bars.map(({ share }) => share));
  const step = width / Math.max(found.bars.length, 4);
  const gap = found.touching ? 1 : Math.min(4, step / 4);
  return (
    <svg width={width} height={height} role="img" aria-label={found.text} className={styles.sketch}>
      <title>{found.text}</title>
      {found.bars.map(({ share, rest }, at) => {
        // What is there at all is seen.
        const tall = share === 0 ? 0 : Math.max(1.5, (share / most) * (height - 1));
        return (
          <rect
            key={at}
            x={at * step}
            y={height - tall}
            width={step - gap}
            height={tall}
            rx={1}
            data-rest={rest === true ? true : undefined}
          />
        );
      })}
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
    </svg>
  );
}
