// How the values of a table's columns are read, ordered and written for people, in their own language.
//
// Types come as polars names them (`i64`, `f64`, `str`, `date`, `datetime[μs]` …), values as JSON: integers beyond 2^53
// and the numbers that JSON lacks are text.

import { isoDuration, isoSeconds } from "./duration";

export interface Column {
  name: string;
  dtype: string;
}

export type Kind = "integer" | "number" | "boolean" | "date" | "datetime" | "time" | "duration" | "text";

export interface ShownColumn extends Column {
  kind: Kind;
  /** As people read the type. */
  type: string;
  /** Stands at the end of its cell, digit below digit. */
  isNumeric: boolean;
  /** A value as it is shown; the empty text for null. */
  format: (value: unknown) => string;
}

const TYPES: Record<Kind, string> = {
  integer: "whole number",
  number: "number",
  boolean: "yes or no",
  date: "date",
  datetime: "date and time",
  time: "time",
  duration: "duration",
  text: "text",
};

/** Types that are shown as text and are something else, by how polars begins their names. */
const OTHER_TYPES: readonly (readonly [beginning: string, type: string])[] = [
  ["cat", "category"],
  ["enum", "category"],
  ["list", "list"],
  ["array", "list"],
  ["struct", "record"],
  ["binary", "bytes"],
  ["null", "empty"],
];

/** Integers that are names rather than amounts, such as years and codes, are not grouped by thousands. */
const NAMELIKE = /(^|[\s_.-])(year|yr|id|code|zip|postcode|number|no|nr)s?$/i;
const YEARS = { from: 1000, to: 2999 };
/** Digits after the point: of shares and other values below 1, and of all others. */
const DIGITS_SMALL = 4;
const DIGITS = 2;

export function shownColumn(column: Column, values: readonly unknown[]): ShownColumn {
  const kind = kindOf(column.dtype);
  const format = formatOf(kind, column.name, values);
  return {
    ...column,
    kind,
    type: OTHER_TYPES.find(([beginning]) => column.dtype.startsWith(beginning))?.[1] ?? TYPES[kind],
    isNumeric: kind === "integer" || kind === "number" || kind === "duration",
    format: (value) => (value === null || value === undefined ? "" : format(value)),
  };
}

export function kindOf(dtype: string): Kind {
  if (/^[iu]\d+$/.test(dtype)) return "integer";
  if (/^(f\d+|decimal)/.test(dtype)) return "number";
  if (dtype === "bool") return "boolean";
  if (dtype === "date") return "date";
  if (dtype.startsWith("datetime")) return "datetime";
  if (dtype === "time") return "time";
  if (dtype.startsWith("duration")) return "duration";
  return "text";
}

/** Whether a cell holds no value. pandas writes a gap among numbers as "NaN". */
export function isMissing(kind: Kind, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return (kind === "integer" || kind === "number") && Number.isNaN(asNumber(value));
}

/** Orders the values of a column. Missing ones come last, ascending and descending. */
export function compareCells(kind: Kind, descending: boolean, one: unknown, other: unknown): number {
  const [noOne, noOther] = [isMissing(kind, one), isMissing(kind, other)];
  if (noOne || noOther) return Number(noOne) - Number(noOther);
  return compare(kind, one, other) * (descending ? -1 : 1);
}

/** Orders two values that are not missing. */
export function compare(kind: Kind, one: unknown, other: unknown): number {
  // Infinity less itself is not a number.
  if (kind === "integer" || kind === "number") return asNumber(one) - asNumber(other) || 0;
  if (kind === "duration") return (isoSeconds(asText(one)) ?? 0) - (isoSeconds(asText(other)) ?? 0);
  return COLLATOR.compare(asText(one), asText(other));
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true });

/** Rows of text as they stand in a file, in columns of the types that all of their values can be read as. */
export function typedTable(names: readonly string[], rows: readonly (readonly (string | null)[])[]) {
  const columns = names.map((name, at): Column => ({ name, dtype: dtypeOf(rows.map((row) => row[at] ?? null)) }));
  const typed = rows.map((row) => row.map((value, at) => typedValue(columns[at]?.dtype, value)));
  return { columns, rows: typed };
}

/** What all texts of a column look like. A number that begins with a zero is a code. */
const LOOKS: readonly (readonly [dtype: string, look: RegExp])[] = [
  ["i64", /^-?(0|[1-9]\d*)$/],
  ["f64", /^-?((0|[1-9]\d*)(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i],
  ["bool", /^(true|false)$/i],
  ["date", /^\d{4}-\d\d-\d\d$/],
  ["datetime", /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/],
  ["time", /^\d\d:\d\d:\d\d(\.\d+)?$/],
];

/** How Python writes a gap into a file. */
const NO_VALUE = /^(|nan|none)$/i;

function dtypeOf(values: readonly (string | null)[]): string {
  const there = values.filter((value) => value !== null && !NO_VALUE.test(value));
  if (there.length === 0) return "str";
  return LOOKS.find(([, look]) => there.every((value) => look.test(value ?? "")))?.[0] ?? "str";
}

function typedValue(dtype: string | undefined, value: string | null): unknown {
  if (value === null || NO_VALUE.test(value)) return value;
  if (dtype === "f64") return Number(value);
  return dtype === "bool" ? value.toLowerCase() === "true" : value;
}

function formatOf(kind: Kind, name: string, values: readonly unknown[]): (value: unknown) => string {
  switch (kind) {
    case "integer": {
      const useGrouping = !isNamelike(name, values);
      const format = new Intl.NumberFormat(undefined, { useGrouping, maximumFractionDigits: 0 });
      return (value) => (isInteger(value) ? format.format(typeof value === "string" ? BigInt(value) : value) : asText(value));
    }
    case "number": {
      const digits = digitsOf(values);
      // Years and codes become numbers with a point where some of them are missing.
      const useGrouping = digits > 0 || !isNamelike(name, values);
      const format = new Intl.NumberFormat(undefined, { useGrouping, minimumFractionDigits: digits, maximumFractionDigits: digits });
      const small = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4, notation: "scientific" });
      return (value) => {
        if (typeof value !== "number") return asText(value);
        const vanishes = value !== 0 && Math.abs(value) < 10 ** -digits / 2;
        return (vanishes ? small : format).format(value);
      };
    }
    case "boolean":
      return (value) => (value === true ? "yes" : value === false ? "no" : asText(value));
    case "date":
      return dates({ dateStyle: "medium", timeZone: "UTC" });
    case "datetime":
      return dates({ dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
    case "time":
      return times();
    case "duration":
      return (value) => isoDuration(asText(value)) ?? asText(value);
    case "text":
      return (value) => (isPlainList(value) ? value.map(asText).join(", ") : asText(value));
  }
}

function isPlainList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
}

/** As many digits as the column's values need, and no more than help. */
function digitsOf(values: readonly unknown[]): number {
  const numbers = values.filter((value): value is number => typeof value === "number");
  const greatest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const limit = greatest >= 1 ? DIGITS : DIGITS_SMALL;
  return numbers.reduce((most, value) => (most === limit ? most : Math.max(most, digitsNeeded(value, limit))), 0);
}

function digitsNeeded(value: number, limit: number): number {
  for (let digits = 0; digits < limit; digits += 1) {
    if (Number(value.toFixed(digits)) === value) return digits;
  }
  return limit;
}

function dates(options: Intl.DateTimeFormatOptions): (value: unknown) => string {
  const format = new Intl.DateTimeFormat(undefined, options);
  return (value) => {
    const text = asText(value);
    // Times without a zone are told as they stand.
    const time = Date.parse(/[T ]/.test(text) && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text.replace(" ", "T")}Z` : text);
    return Number.isNaN(time) ? text : format.format(time);
  };
}

/** Of a day, as exact as its texts are. */
function times(): (value: unknown) => string {
  const format = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", timeZone: "UTC" });
  return (value) => {
    const text = asText(value);
    const time = /\.\d*[1-9]/.test(text) ? Number.NaN : Date.parse(`1970-01-01T${text}Z`);
    return Number.isNaN(time) ? text : format.format(time);
  };
}

/** Whether the numbers of a column are names. A column of years counts as such only where all can be years. */
function isNamelike(name: string, values: readonly unknown[]): boolean {
  return NAMELIKE.test(name) && (!/year|yr/i.test(name) || values.every(isYearOrMissing));
}

function isYearOrMissing(value: unknown): boolean {
  const number = asNumber(value);
  return Number.isNaN(number) || (number >= YEARS.from && number <= YEARS.to);
}

function isInteger(value: unknown): value is number | string {
  return typeof value === "number" || (typeof value === "string" && /^-?\d+$/.test(value));
}

function asNumber(value: unknown): number {
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  // The empty text would be 0.
  return value === null || value === undefined || (typeof value === "string" && value.trim() === "") ? NaN : Number(value);
}

/** Lists and structs as JSON. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
