
import type { Cell, ColumnProfile } from "../api/files";
import { Dialog } from "../shell/dialog";
import { formatNumber } from "../shell/numbers";
import styles from "./row-dialog.module.css";

interface Props {
  row: { index: number; cells: readonly Cell[] } | undefined;
  columns: readonly ColumnProfile[];
  onClose: () => void;
}

/** One row below each other, with its long texts in full. */
export function RowDialog({ row, columns, onClose }: Props) {
  return (
    <Dialog opened={row !== undefined} onClose={onClose} title={`Row ${formatNumber((row?.index ?? 0) + 1)}`} size="lg">
      <dl className={styles.values}>
        {columns.map(({ name }, at) => (
          <div key={at}>
            <dt>{name}</dt>
            <dd>{row?.cells[at] ?? <span className={styles.nothing}>empty</span>}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
