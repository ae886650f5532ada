// Tables as text for other programs: values as they are, not as they are shown.
import { asText, type Column } from "./columns";

/** Comma-separated values (RFC 4180), with a byte order mark by which spreadsheets know UTF-8. */
export function csvOf(columns: readonly Column[], rows: readonly (readonly unknown[])[]): string {
  const lines = [columns.map(({ name }) => name), ...rows].map((row) => row.map(csvField).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
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
