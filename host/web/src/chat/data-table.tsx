// A table to look at: sorted by any column, some rows at a time, for the clipboard and as a file.
import { Group, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import IconArrowDown from "@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs";
import IconArrowUp from "@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs";
import IconChevronLeft from "@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import { memo, type ReactNode, useMemo, useState } from "react";

import { useDownloadWhole, useWholeRows, WHOLE_PAGE_ROWS, type WholeTable } from "../api/whole-tables";
import { counted } from "../shell/numbers";
import { asText, type Column, compareCells, isMissing, shownColumn, type ShownColumn } from "./columns";
import { CopyButton } from "./copy-button";
import styles from "./data-table.module.css";
import { IconAction } from "./icon-action";
import { fileName, save } from "./save";
import { csvOf, tsvOf } from "./table-text";

interface Props {
  columns: readonly Column[];
  rows: readonly (readonly unknown[])[];
  /** Of the whole table, of which `rows` may be the beginning; null where nobody knows. */
  rowCount: number | null;
  /** What the table holds, for its name and for files made of it. */
  title: string;
  /** The types are read off the values, and nobody vouches for them. */
  guessed?: boolean;
  /** Where all rows are, of which `rows` is the beginning. */
  whole?: WholeTable | undefined;
  /** What else can be done with it. */
  extra?: ReactNode;
}

interface Order {
  column: number;
  descending: boolean;
}

const PAGE_ROWS = 10;
/** A table that is hardly longer than a page is shown whole. */
const WHOLE_ROWS = 14;
const count = new Intl.NumberFormat();

export const DataTable = memo(function DataTable({ columns, rows, rowCount, title, guessed = false, whole, extra }: Props) {
  const [order, setOrder] = useState<Order>();
  const [page, setPage] = useState(0);
  const shown = useMemo(
    () => columns.map((column, at) => shownColumn(column, rows.map((row) => row[at]))),
    [columns, rows],
  );
  const ordered = useMemo(() => (order ? sorted(rows, shown, order) : rows), [rows, shown, order]);
  const [isWhole, setWhole] = useState(rows.length <= WHOLE_ROWS);
  const isPart = whole !== undefined && rowCount !== null && rowCount > rows.length;
  const [isRemote, setRemote] = useState(false);
  const remote = useWholeRows(isRemote ? whole : undefined, page);
  const download = useDownloadWhole();
  const size = isRemote ? WHOLE_PAGE_ROWS : isWhole ? rows.length : PAGE_ROWS;
  const pages = Math.max(1, Math.ceil(((isRemote ? rowCount : undefined) ?? rows.length) / size));
  const isPaged = isRemote || !isWhole;
  const from = isPaged ? page * size : 0;
  // Until they are here, the first rows stay.
  const here = isRemote ? (remote.data?.rows ?? ordered.slice(0, PAGE_ROWS)) : ordered.slice(from, from + size);
  const copyLabel = isRemote ? "Copy these rows" : rowCount === rows.length ? "Copy table" : `Copy the first ${counted(rows.length, "row")}`;
  const showAll = () => {
    setPage(0);
    if (isPart) {
      setOrder(undefined);
      setRemote(!isRemote);
    } else setWhole(!isWhole);
  };

  const sortBy = (column: number) => {
    setPage(0);
    // Ascending, descending, as it was.
    if (order?.column !== column) setOrder({ column, descending: false });
    else setOrder(order.descending ? undefined : { column, descending: true });
  };
  return (
    <div className={styles.frame}>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={title}>
        <table className={styles.table}>
          <thead>
            <tr>
              {shown.map((column, at) => (
                <Head
                  key={at}
                  column={column}
                  guessed={guessed}
                  order={order?.column === at ? order : undefined}
                  onSort={isRemote ? undefined : () => sortBy(at)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {here.map((row, at) => (
              <tr key={from + at}>
                {shown.map((column, place) => (
                  <Cell key={place} column={column} value={row[place]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {remote.error && (
        <Text size="xs" c="var(--mantine-color-error)" px="sm" role="alert">
          {remote.error.message}
        </Text>
      )}
      <Group className={styles.foot} justify="space-between" gap="0 8px">
        <Text size="xs" c="dimmed">
          {isRemote && remote.data ? extent(rowCount ?? 0, rowCount) : extent(rows.length, rowCount)}
          {isRemote && remote.isPending && ", loading the rest…"}
          {order && rowCount !== null && rowCount > rows.length && ", sorted within these rows"}
        </Text>
        <Group gap={2} wrap="nowrap" ml="auto">
          {(rows.length > WHOLE_ROWS || isPart) && (
            <UnstyledButton className={styles.whole} onClick={showAll}>
              {isPart ? (isRemote ? "Show first rows" : "Show all") : isWhole ? "Show pages" : "Show all"}
            </UnstyledButton>
          )}
          {isPaged && (
            <>
              <Text size="xs" c="dimmed" className={styles.place}>
                {count.format(from + 1)}–{count.format(from + here.length)}
              </Text>
              <IconAction label="Previous rows" disabled={page === 0} onClick={() => setPage(page - 1)}>
                <IconChevronLeft size={16} />
              </IconAction>
              <IconAction label="Next rows" disabled={page === pages - 1} onClick={() => setPage(page + 1)}>
                <IconChevronRight size={16} />
              </IconAction>
            </>
          )}
          <CopyButton text={() => tsvOf(columns, isRemote ? here : ordered)} label={copyLabel} />
          <IconAction
            label="Download as CSV"
            loading={download.isPending}
            onClick={() => {
              const name = fileName(title, "csv");
              if (isPart) download.mutate({ table: whole, name });
              else save(name, new Blob([csvOf(columns, ordered)], { type: "text/csv" }));
            }}
          >
            <IconDownload size={16} />
          </IconAction>
          {extra}
        </Group>
      </Group>
    </div>
  );
});

interface HeadProps {
  column: ShownColumn;
  guessed: boolean;
  order: Order | undefined;
  onSort: (() => void) | undefined;
}

function Head({ column: { name, dtype, type, isNumeric }, guessed, order, onSort }: HeadProps) {
  const Arrow = order?.descending ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      data-numeric={isNumeric || undefined}
      aria-sort={order ? (order.descending ? "descending" : "ascending") : undefined}
    >
      <UnstyledButton className={styles.sort} onClick={onSort} disabled={onSort === undefined} title={`${name}: ${type}${guessed ? "" : ` (${dtype})`}`}>
        <span className={styles.name}>
          {name}
          {order && <Arrow size={13} aria-hidden />}
        </span>
        <span className={styles.type}>{type}</span>
      </UnstyledButton>
    </th>
  );
}

function Cell({ column, value }: { column: ShownColumn; value: unknown }) {
  if (isMissing(column.kind, value)) {
    const written = asText(value);
    return (
      <td data-numeric={column.isNumeric || undefined}>
        <span className={styles.missing} title={written === "" ? "No value" : `No value (${written})`}>
          <span aria-hidden>–</span>
          <VisuallyHidden>no value</VisuallyHidden>
        </span>
      </td>
    );
  }
  const text = column.format(value);
  const exact = asText(value);
  return (
    <td data-numeric={column.isNumeric || undefined} title={exact === text && text.length < 40 ? undefined : exact}>
      {text}
    </td>
  );
}

function sorted(rows: Props["rows"], columns: readonly ShownColumn[], { column, descending }: Order) {
  const kind = columns[column]?.kind ?? "text";
  return [...rows].sort((one, other) => compareCells(kind, descending, one[column], other[column]));
}

function extent(shown: number, all: number | null): string {
  if (all === null) return `The first ${count.format(shown)} rows of a large table`;
  if (all > shown) return `First ${count.format(shown)} of ${count.format(all)} rows`;
  return all === 1 ? "1 row" : `${count.format(all)} rows`;
}
