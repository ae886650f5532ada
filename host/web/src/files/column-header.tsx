// The head of a column: its name and type, how its values are distributed, and all of its profile a click away.
import { Popover, UnstyledButton } from "@mantine/core";

import type { ColumnProfile } from "../api/files";
import { counted, formatNumber, formatShare, formatShort } from "../shell/numbers";
import styles from "./column-header.module.css";
import { ColumnFigures } from "./column-figures";
import { isNumeric, KINDS } from "./kinds";
import { Sketch } from "./sketch";

/** Of the head; the grid has to know it. */
export const HEADER_PX = 118;
const PADDING_PX = 10;
const SKETCH_PX = 34;

interface Props {
  column: ColumnProfile;
  rows: number;
  width: number;
}

export function ColumnHeader({ column, rows, width }: Props) {
  const { label, icon: Icon } = KINDS[column.type];
  return (
    <Popover width={320} position="bottom-start" shadow="md" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={styles.header}
          aria-label={`${column.name}: ${label}. ${summary(column, rows)}. Show details`}
        >
          <span className={styles.name} title={column.name}>
            <Icon size={15} stroke={1.5} className={styles.icon} aria-hidden />
            {column.name}
          </span>
          <Sketch column={column} rows={rows} width={Math.min(width - 2 * PADDING_PX, 180)} height={SKETCH_PX} />
          <span className={styles.line}>{summary(column, rows)}</span>
          <span className={styles.line} data-warn={column.nulls > 0 || undefined}>
            {rows === 0 ? "" : column.nulls === 0 ? "None empty" : `${formatShare(column.nulls / rows)} empty`}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={styles.figures}>
        <ColumnFigures column={column} rows={rows} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** The one line that says most. */
function summary(column: ColumnProfile, rows: number): string {
  const { min, max, distinct, top, type } = column;
  const values = rows - column.nulls;
  if (rows === 0) return "No rows";
  if (values <= 0) return "All empty";
  if (isNumeric(column) && typeof min === "number" && typeof max === "number") {
    return min === max ? `Always ${formatShort(min)}` : `${formatShort(min)} to ${formatShort(max)}`;
  }
  if ((type === "date" || type === "datetime") && min !== null && max !== null) {
    return `${String(min).slice(0, 10)} to ${String(max).slice(0, 10)}`;
  }
  if (distinct === values && values > 1) return "All distinct";
  const [first] = top;
  if (distinct === 1) return `Always ${first?.value ?? column.samples[0] ?? "the same"}`;
  if (first && distinct <= 10) return `${first.value} ${formatShare(first.count / values)}`;
  return distinct === 0 ? counted(values, "value") : `${formatNumber(distinct)} distinct`;
}
