// How wide the columns of the grid are: as their names and values need it, within reason.
import type { ColumnProfile } from "../api/files";
import { formatNumber } from "../shell/numbers";

const LEAST_PX = 140;
const MOST_PX = 320;
/** From when to when it goes stands in the head in one line. */
const TIMES_PX = 188;
/** About, of the fonts that the grid has. */
const NAME_CHAR_PX = 8.4;
const VALUE_CHAR_PX = 7.4;
/** Around the text, and the icon before a name. */
const NAME_AROUND_PX = 44;
const VALUE_AROUND_PX = 24;

export function columnWidth(column: ColumnProfile): number {
  const name = column.name.length * NAME_CHAR_PX + NAME_AROUND_PX;
  const value = valueChars(column) * VALUE_CHAR_PX + VALUE_AROUND_PX;
  const isTime = column.type === "date" || column.type === "datetime";
  return Math.round(Math.min(Math.max(name, value, isTime ? TIMES_PX : LEAST_PX), MOST_PX));
}

/** Of the numbers before the rows. */
export function gutterWidth(rows: number): number {
  return Math.max(44, formatNumber(rows).length * 8 + 22);
}

function valueChars({ lengths, samples, min, max }: ColumnProfile): number {
  if (lengths) return Math.min(lengths.max, (lengths.mean ?? lengths.max) * 1.6);
  const known = [...samples, String(min ?? ""), String(max ?? "")];
  return Math.max(...known.map(({ length }) => length));
}
