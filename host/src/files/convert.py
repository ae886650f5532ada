"""Makes CSV of files that are tables in another form: workbooks, JSON, Parquet, Arrow.

Reads the input `file` and writes each table as `0.csv`, `1.csv`, … and what they are as `tables.json`. Runs in the
sandbox, over bytes that nobody has looked at. Params:

    kind        xlsx, binary (.xls, .xlsb), ods, json, ndjson, parquet or arrow
    tables_max  of more tables, none is made
"""

import csv
import datetime
import json
import re
import zipfile
from xml.etree import ElementTree

COLUMNS_MAX = 5_000
ROWS_MAX = 5_000_000
"""Rows of one sheet, of which formats let people repeat empty ones without end."""


class NotATable(Exception):
    """Says why."""


# --- what is written ----------------------------------------------------------------------------

made = []


def write(name, rows):
    """One table of the file, without the columns and last rows that are empty."""
    rows = [list(row) for row in rows]
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if width > COLUMNS_MAX:
        raise NotATable(f"A table has {width} columns; up to {COLUMNS_MAX} can be read.")
    for row in rows:
        row += [None] * (width - len(row))
    used = [at for at in range(width) if any(row[at] is not None for row in rows)]
    if not used:
        return
    days = {at for at in used if is_days(row[at] for row in rows)}
    with open(f"{len(made)}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow(["" if row[at] is None else shown(row[at], at in days) for at in used])
    made.append(name)


def is_days(cells):
    """Whether all times of a column are midnights."""
    times = [cell for cell in cells if isinstance(cell, datetime.datetime)]
    return bool(times) and all(cell.time() == datetime.time() for cell in times)


def shown(value, day):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if day else value.isoformat(sep=" ")
    if isinstance(value, datetime.timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# --- workbooks ----------------------------------------------------------------------------------


def workbook():
    """Sheets of a workbook with the values that its formulas had when it was saved."""
    import warnings

    import openpyxl

    warnings.simplefilter("ignore")
    with open("file", "rb") as file:
        book = openpyxl.load_workbook(file, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    hidden = len(book.worksheets) - len(sheets)
    for sheet in sheets:
        covers = {}
        for area in sheet.merged_cells.ranges:
            # A value over several rows is each row's; one over several columns is a title, or a name above names.
            if area.min_col == area.max_col and area.max_row - area.min_row < 100_000:
                for row in range(area.min_row, area.max_row + 1):
                    covers[row, area.min_col] = (area.min_row, area.min_col)
        write(sheet.title, ([cell_value(sheet, cell, covers) for cell in row] for row in sheet.iter_rows()))
    notes = ["hidden sheets are left out"] if hidden else []
    if has_unknown_formulas(sheets):
        notes.append("formulas without a stored value are read as empty: open the workbook in a spreadsheet program, save it and upload it again")
    return notes


def has_unknown_formulas(sheets):
    """Whether there are formulas that no spreadsheet program has computed."""
    import openpyxl

    with zipfile.ZipFile("file") as archive:
        formulas = any(b"<f>" in archive.read(name) or b"<f " in archive.read(name)
                       for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
    if not formulas:
        return False
    with open("file", "rb") as file:
        book = openpyxl.load_workbook(file)
    return any(cell.data_type == "f" and sheet.cell(cell.row, cell.column).value is None
               for sheet in sheets for row in book[sheet.title].iter_rows() for cell in row)


def cell_value(sheet, cell, covers):
    place = covers.get((cell.row, cell.column))
    if place:
        cell = sheet.cell(*place)
    value = cell.value
    form = cell.number_format or ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if re.fullmatch("0{2,}", form) and value == int(value):
            return str(int(value)).zfill(len(form))
        if "%" in form:
            return f"{round(value * 100, 10):g}%"
    return value


def binary_workbook():
    """Sheets of a workbook in one of Excel's binary forms."""
    import python_calamine

    try:
        book = python_calamine.load_workbook("file")
    except python_calamine.CalamineError as error:
        raise NotATable("The file is a damaged Excel workbook, one with a password, or a document of another kind. "
                        "Save it as .xlsx without a password, or as CSV.") from error
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
    shown = [sheet for sheet in sheets if sheet.visible == python_calamine.SheetVisibleEnum.Visible] or sheets
    for sheet in shown:
        rows = book.get_sheet_by_name(sheet.name).to_python()
        write(sheet.name, ([None if cell == "" else cell for cell in row] for row in rows))
    notes = ["the formats of cells are not read from .xls and .xlsb: 12.5% is 0.125, and 0042 is 42"]
    if len(shown) < len(sheets):
        notes.append("hidden sheets are left out")
    return notes


OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def open_document():
    """Sheets of an OpenDocument spreadsheet."""
    with zipfile.ZipFile("file") as archive:
        tree = ElementTree.fromstring(archive.read("content.xml"))
    for sheet in tree.iter(TABLE + "table"):
        rows = []
        for row in sheet.iter(TABLE + "table-row"):
            cells = []
            for cell in row:
                if cell.tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
                    continue
                again = min(int(cell.get(TABLE + "number-columns-repeated", 1)), COLUMNS_MAX)
                cells += [open_value(cell)] * again
            while cells and cells[-1] is None:
                cells.pop()
            again = int(row.get(TABLE + "number-rows-repeated", 1)) if cells else 1
            if len(rows) + again > ROWS_MAX:
                raise NotATable(f"A sheet has more than {ROWS_MAX} rows.")
            rows += [cells] * again
        write(sheet.get(TABLE + "name", "Sheet"), rows)
    return []


def open_value(cell):
    kind = cell.get(OFFICE + "value-type")
    if kind in ("float", "currency"):
        value = float(cell.get(OFFICE + "value"))
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if kind == "percentage":
        return f"{round(float(cell.get(OFFICE + 'value')) * 100, 10):g}%"
    if kind == "date":
        return datetime.datetime.fromisoformat(cell.get(OFFICE + "date-value"))
    if kind == "boolean":
        return cell.get(OFFICE + "boolean-value") == "true"
    text = "\n".join("".join(part.itertext()) for part in cell.iter(TEXT + "p"))
    return text or None


# --- JSON ---------------------------------------------------------------------------------------


def flat(value, name="", into=None):
    """An object's values by their names, nested ones with dots."""
    into = {} if into is None else into
    for key, inner in value.items():
        path = f"{name}.{key}" if name else str(key)
        if isinstance(inner, dict) and inner:
            flat(inner, path, into)
        else:
            into[path] = inner
    return into


def write_objects(name, objects):
    rows = [flat(item) if isinstance(item, dict) else {"value": item} for item in objects]
    names = list(dict.fromkeys(key for row in rows for key in row))
    write(name, [names, *([row.get(key) for key in names] for row in rows)])


def is_objects(value):
    return isinstance(value, list) and bool(value) and any(isinstance(item, dict) for item in value)


def json_document():
    with open("file", encoding="utf-8-sig") as file:
        text = file.read()
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return json_lines(text, error)
    if isinstance(value, list) and value:
        if all(isinstance(item, list) for item in value):
            write("table", value)
        else:
            write_objects("table", value)
    elif isinstance(value, dict):
        lists = {key: inner for key, inner in value.items() if is_objects(inner)}
        if lists:
            for key, inner in lists.items():
                write_objects(key, inner)
        elif value and all(isinstance(inner, list) for inner in value.values()) and len({len(inner) for inner in value.values()}) == 1:
            write("table", [list(value), *zip(*value.values())])
        elif value and all(isinstance(inner, dict) for inner in value.values()):
            write_objects("table", [{"key": key, **inner} for key, inner in value.items()])
        else:
            write_objects("table", [value])
    return []


def json_lines(text, error):
    """One value a line."""
    objects = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                objects.append(json.loads(line))
            except json.JSONDecodeError:
                if objects:
                    raise NotATable(f"Line {number} is not JSON, unlike the lines before it.") from None
                raise NotATable(f"This looks like JSON, but it breaks off in line {error.lineno}: {error.msg}.") from None
    write_objects("table", objects)
    return []


# --- Parquet and Arrow --------------------------------------------------------------------------


def columnar(read):
    import polars as pl

    frame = read(pl)
    while any(isinstance(dtype, pl.Struct) for dtype in frame.dtypes):
        for name, dtype in frame.schema.items():
            if isinstance(dtype, pl.Struct):
                inner = frame.get_column(name).struct.unnest()
                inner = inner.rename({field: f"{name}.{field}" for field in inner.columns})
                at = frame.get_column_index(name)
                frame = frame.drop(name)
                for offset, column in enumerate(inner.get_columns()):
                    frame = frame.insert_column(at + offset, column)
                break
    lists = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    if lists:
        frame = frame.with_columns(pl.Series(name, [None if value is None else json.dumps(value.to_list(), default=str) for value in
                                             frame.get_column(name)], dtype=pl.String) for name in lists)
    binary = [name for name, dtype in frame.schema.items() if dtype in (pl.Binary, pl.Object)]
    frame = frame.drop(binary)
    if not frame.width:
        raise NotATable("The file has no column that can be shown as text.")
    frame.write_csv("0.csv")
    made.append("table")
    return ["columns of bytes are left out"] if binary else []


KINDS = {"xlsx": workbook, "binary": binary_workbook, "ods": open_document, "json": json_document, "ndjson": json_document,
         "parquet": lambda: columnar(lambda pl: pl.read_parquet("file")), "arrow": lambda: columnar(lambda pl: pl.read_ipc("file"))}


def main():
    try:
        try:
            notes = KINDS[params["kind"]]()
        except (NotATable, MemoryError):
            raise
        except Exception as error:
            raise NotATable(f"The file is damaged, or uses a feature that is not supported ({type(error).__name__}). Save it as CSV.") from error
        if not made:
            raise NotATable("The file contains no table: it has no values.")
        if len(made) > params["tables_max"]:
            raise NotATable(f"The file has {len(made)} tables; up to {params['tables_max']} can be read. Save those that you need as CSV.")
        told = {"tables": made, "notes": notes}
    except NotATable as reason:
        told = {"problem": str(reason)}
    with open("tables.json", "w", encoding="utf-8") as file:
        json.dump(told, file)


main()
