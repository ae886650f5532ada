// Tables as text for other programs: values as they are, not as they are shown.
import { asText, type Column } from "./columns";

interface Table {
  columns: readonly Column[];
  rows: readonly (readonly unknown[])[];
}

/** Comma-separated values (RFC 4180), with a byte order mark by which spreadsheets know UTF-8. */
export function csvOf(columns: Table["columns"], rows: Table["rows"]): string {
  return csvOfAll([{ columns, rows }]);
}

/** The same of several tables, one below the other with an empty line between them. */
export function csvOfAll(tables: readonly Table[]): string {
  const texts = tables.map(({ columns, rows }) =>
    [columns.map(({ name }) => name), ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join(""),
  );
  return `\uFEFF${texts.join("\r\n")}`;
}

/** Tab-separated values, as spreadsheets take them from the clipboard. */
export function tsvOf(columns: readonly Column[], rows: readonly (readonly unknown[])[]): string {
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(tsvField).join("\t")).join("\n");
}

/** What a spreadsheet would take for a formula, though it is only text. */
const FORMULA = /^[=+\-@\t\r]/;

function csvField(value: unknown): string {
  const text = typeof value === "string" && FORMULA.test(value) && Number.isNaN(Number(value)) ? `'${value}` : asText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function tsvField(value: unknown): string {
  return asText(value).replaceAll(/[\t\r\n]+/g, " ");
}
