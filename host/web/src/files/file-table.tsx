// The list of files as a table, which keeps its columns as long as there is room for them.
import { Anchor, Group, Loader, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconChevronUp from "@tabler/icons-react/dist/esm/icons/IconChevronUp.mjs";
import IconTable from "@tabler/icons-react/dist/esm/icons/IconTable.mjs";
import { memo, useState } from "react";
import { Link } from "react-router";

import type { StoredFile } from "../api/files";
import { formatAgo, formatMoment } from "../shell/dates";
import { counted, formatBytes, formatNumber } from "../shell/numbers";
import { FileMenu } from "./file-menu";
import styles from "./file-table.module.css";
import { firstSorting, sorted, type SortKey, type Sorting } from "./sorting";

const COLUMNS: { key: SortKey; label: string }[] = [
  { key: "name", label: "Name" },
  { key: "rows", label: "Rows" },
  { key: "columns", label: "Columns" },
  { key: "bytes", label: "Size" },
  { key: "updated", label: "Uploaded" },
];

interface Props {
  files: readonly StoredFile[];
  mayChange: boolean;
}

export function FileTable({ files, mayChange }: Props) {
  const [sorting, setSorting] = useState<Sorting>(firstSorting("updated"));
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {COLUMNS.map(({ key, label }) => (
            <SortHeader key={key} by={key} label={label} sorting={sorting} onSort={setSorting} />
          ))}
          <th>
            <VisuallyHidden>Actions</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted(files, sorting).map((file) => (
          <Row key={file.id} file={file} mayChange={mayChange} />
        ))}
      </tbody>
    </table>
  );
}

interface HeaderProps {
  by: SortKey;
  label: string;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

function SortHeader({ by, label, sorting, onSort }: HeaderProps) {
  const isBy = sorting.by === by;
  const Chevron = sorting.descending ? IconChevronDown : IconChevronUp;
  return (
    <th data-column={by} aria-sort={isBy ? (sorting.descending ? "descending" : "ascending") : undefined}>
      <UnstyledButton
        className={styles.sort}
        onClick={() => onSort(isBy ? { by, descending: !sorting.descending } : firstSorting(by))}
      >
        {label}
        <Chevron size={14} style={{ visibility: isBy ? "visible" : "hidden" }} aria-hidden />
      </UnstyledButton>
    </th>
  );
}

const Row = memo(function Row({ file, mayChange }: { file: StoredFile; mayChange: boolean }) {
  const { id, project_id, name, latest } = file;
  return (
    <tr>
      <td data-column="name">
        <Group gap={10} wrap="nowrap" align="flex-start">
          <StateIcon file={file} />
          <div className={styles.name}>
            <Anchor
              component={Link}
              to={`/p/${project_id}/files/${id}`}
              c="inherit"
              size="sm"
              fw={550}
              underline="hover"
              className={styles.link}
              title={name}
            >
              {name}
            </Anchor>
            <State file={file} />
          </div>
        </Group>
      </td>
      <td data-column="rows">{figure(latest.row_count)}</td>
      <td data-column="columns">{figure(latest.column_count)}</td>
      <td data-column="bytes">{formatBytes(latest.bytes)}</td>
      <td data-column="updated" title={formatMoment(latest.created_at)}>
        {formatAgo(latest.created_at)}
      </td>
      <td data-column="menu">
        <FileMenu file={file} mayChange={mayChange} />
      </td>
    </tr>
  );
});

/** Below the name: what is known beside the columns, and on narrow screens what they would show. */
function State({ file: { latest } }: { file: StoredFile }) {
  if (latest.state === "pending") {
    return (
      <Text size="xs" c="dimmed" role="status">
        Processing…
      </Text>
    );
  }
  if (latest.state === "not_a_table") {
    return (
      <Text size="xs" c="var(--mantine-color-error)" style={{ overflowWrap: "anywhere" }}>
        {typeof latest.problem?.line === "number" && `Line ${formatNumber(latest.problem.line)}: `}
        {latest.problem?.message ?? "This is not a table."}
      </Text>
    );
  }
  const versions = latest.version > 1 ? `Version ${latest.version}` : "";
  const shape = [
    typeof latest.row_count === "number" && counted(latest.row_count, "row"),
    typeof latest.column_count === "number" && counted(latest.column_count, "column"),
    formatBytes(latest.bytes),
  ];
  return (
    <Text size="xs" c="dimmed">
      <span className={styles.shape}>{shape.filter(Boolean).join(" · ")}</span>
      {versions !== "" && <span className={styles.versions}>{versions}</span>}
    </Text>
  );
}

function StateIcon({ file: { latest } }: { file: StoredFile }) {
  if (latest.state === "pending") return <Loader size={18} color="gray" className={styles.icon} aria-hidden />;
  if (latest.state === "not_a_table") {
    const color = "var(--mantine-color-error)";
    return <IconAlertTriangle size={20} stroke={1.5} color={color} className={styles.icon} aria-label="Not a table" />;
  }
  return <IconTable size={20} stroke={1.5} className={styles.icon} color="var(--mantine-color-dimmed)" aria-hidden />;
}

function figure(value: number | null | undefined) {
  if (typeof value === "number") return formatNumber(value);
  return (
    <Text span c="dimmed" aria-label="unknown">
      –
    </Text>
  );
}
