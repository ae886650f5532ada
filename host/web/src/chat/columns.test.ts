import { expect, test } from "vitest";

import { compare, compareCells, isMissing, kindOf, shownColumn, typedTable } from "./columns";
import { csvOf, csvOfAll, tsvOf } from "./table-text";

function check(name: string, dtype: string, values: unknown[], expected: string[]) {
  const column = shownColumn({ name, dtype }, values);
  expect(values.map((value) => column.format(value))).toEqual(expected);
}

test("amounts are grouped, years and ids are not", () => {
  check("sales", "i64", [1234567, null], ["1,234,567", ""]);
  check("year", "i64", [1970, 2024], ["1970", "2024"]);
  check("customer_id", "u32", [10432], ["10432"]);
  check("years", "i64", [45000], ["45,000"]);
  check("n", "u64", ["18446744073709551615"], ["18,446,744,073,709,551,615"]);
});

test("years of a file, and those with gaps, are not grouped", () => {
  check("year", "i64", ["2019", "2020", ""], ["2019", "2020", ""]);
  check("year", "f64", [2019, "NaN", 2020], ["2019", "NaN", "2020"]);
  check("zip", "f64", [10432, null], ["10432", ""]);
  check("years", "f64", [45000.5], ["45,000.5"]);
});

test("numbers of a column have the same digits, as few as they need", () => {
  check("mpg", "f64", [17.689655172413794, 21.25], ["17.69", "21.25"]);
  check("price", "f64", [1200.5, 3], ["1,200.5", "3.0"]);
  check("share", "f64", [1, 2], ["1", "2"]);
  check("p", "f64", [0.5, 0.00000123, "NaN"], ["0.5000", "1.23E-6", "NaN"]);
});

test("dates are told in the reader's way, and what is none as it stands", () => {
  check("day", "date", ["2012-01-01", "soon"], ["Jan 1, 2012", "soon"]);
  check("at", "datetime[μs]", ["2012-01-01T13:05:00"], ["Jan 1, 2012, 1:05 PM"]);
});

test("times, durations and lists are told as people do", () => {
  check("at", "time", ["13:05:00", "13:05:00.25"], ["1:05:00 PM", "13:05:00.25"]);
  check("took", "duration[μs]", ["P1DT2H3M4.5S", "PT0S", "-PT90S", "long"], ["1 d 2 h 3 min 4.5 s", "0 s", "−90 s", "long"]);
  check("tags", "list[str]", [["a", "b"], []], ["a, b", ""]);
  check("point", "struct[2]", [{ x: 1 }], ['{"x":1}']);
});

test("types have names that people know", () => {
  const typeOf = (dtype: string) => shownColumn({ name: "c", dtype }, []).type;
  expect(["str", "cat", "u32", "f64", "bool", "datetime[μs, UTC]", "list[i64]", "struct[2]", "null"].map(typeOf)).toEqual([
    "text",
    "category",
    "whole number",
    "number",
    "yes or no",
    "date and time",
    "list",
    "record",
    "empty",
  ]);
});

test("durations are ordered by their length", () => {
  expect(["PT90S", "P1DT", "-PT5S"].sort((one, other) => compare("duration", one, other))).toEqual(["-PT5S", "PT90S", "P1DT"]);
});

test("types are known by their names", () => {
  expect(["i64", "u8", "f32", "decimal[10,2]", "bool", "date", "datetime[ms]", "str", "list[i64]"].map(kindOf)).toEqual([
    "integer",
    "integer",
    "number",
    "number",
    "boolean",
    "date",
    "datetime",
    "text",
    "text",
  ]);
});

test("numbers are ordered as numbers, texts as people do", () => {
  expect([10, 9, "inf", -1].sort((one, other) => compare("number", one, other))).toEqual([-1, 9, 10, "inf"]);
  expect(["b10", "B2", "a"].sort((one, other) => compare("text", one, other))).toEqual(["a", "B2", "b10"]);
});

test("a dash and an exponent alone are no numbers", () => {
  const rows = [["-", "E5", "e10", "", ".5", "-1e3"]];
  const { columns } = typedTable(["a", "b", "c", "d", "e", "f"], rows);
  expect(columns.map(({ dtype }) => dtype)).toEqual(["str", "str", "str", "str", "f64", "f64"]);
});

test("gaps of a number column come last whichever way it is sorted", () => {
  const values = [3, "NaN", 1, null, "inf", "", 2, "None"];
  const sorted = (descending: boolean) => [...values].sort((one, other) => compareCells("number", descending, one, other));
  expect(sorted(false)).toEqual([1, 2, 3, "inf", "NaN", null, "", "None"]);
  expect(sorted(true)).toEqual(["inf", 3, 2, 1, "NaN", null, "", "None"]);
});

test("NaN is a gap among numbers and a word among texts", () => {
  expect(isMissing("number", "NaN")).toBe(true);
  expect(isMissing("integer", "")).toBe(true);
  expect(isMissing("text", "NaN")).toBe(false);
  expect(isMissing("number", "-inf")).toBe(false);
  expect(isMissing("integer", "18446744073709551615")).toBe(false);
});

test("a column of a file stays a number column where Python left gaps", () => {
  const { columns, rows } = typedTable(["a", "b"], [["1.5", "1"], ["NaN", "None"], ["nan", ""]]);
  expect(columns.map(({ dtype }) => dtype)).toEqual(["f64", "i64"]);
  expect(rows[1]).toEqual(["NaN", "None"]);
});

test("tables for other programs hold the values themselves", () => {
  const columns = [
    { name: "a,b", dtype: "str" },
    { name: "n", dtype: "f64" },
  ];
  const rows = [
    ['say "hi"', 17.689655172413794],
    [null, -1],
    ["=1+1", 2],
  ];
  expect(csvOf(columns, rows)).toBe('\uFEFF"a,b",n\r\n"say ""hi""",17.689655172413794\r\n,-1\r\n\'=1+1,2\r\n');
  expect(tsvOf(columns, rows)).toBe('a,b\tn\nsay "hi"\t17.689655172413794\n\t-1\n=1+1\t2');
});

test("a file of several tables has one byte order mark, at its beginning", () => {
  const table = { columns: [{ name: "n", dtype: "i64" }], rows: [[1]] };
  expect(csvOfAll([table, table])).toBe("\uFEFFn\r\n1\r\n\r\nn\r\n1\r\n");
});

test("the text of a file is read as what all of a column can be", () => {
  const rows = [
    ["1", "1.5", "007", "2012-01-01", "x", "true", "2012-01-01T10:00:00.000000", "10:00:00.000"],
    ["-20", "2", "01", "2012-01-02", null, "False", "2012-01-01 10:00", ""],
  ];
  const table = typedTable(["a", "b", "c", "d", "e", "f", "g", "h"], rows);
  const dtypes = ["i64", "f64", "str", "date", "str", "bool", "datetime", "time"];
  expect(table.columns.map(({ dtype }) => dtype)).toEqual(dtypes);
  expect(table.rows.map((row) => [row[1], row[5]])).toEqual([
    [1.5, true],
    [2, false],
  ]);
});
