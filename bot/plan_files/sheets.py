"""The rows of a CSV text or an XLSX workbook, each cell as text that knows its place."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from bot.plan_files.errors import PlanFileError
from care.plancells import Cell, heading

MOST_ROWS: Final = 15_000
_MINUTES_A_DAY: Final = 24 * 60
_MOST_COLUMNS: Final = 32
# A sheet that says it has a cell at XFD1048576 is as large as it says, in empty cells.
_BOUNDS: Final = {"max_row": MOST_ROWS + 1, "max_col": _MOST_COLUMNS}
_UNPACKED: Final = 16 * 1024 * 1024
_DELIMITERS: Final = (",", ";", "\t")
_SEP: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"')
_DECIMALS: Final = re.compile(r"[#,]*0(?:\.(?P<places>0+))?")
_QUOTED: Final = re.compile(r'"([^"]*)"|\\(.)')
Rows = list[list[Cell]]


def csv_rows(text: str) -> Rows:
    """The rows of a text with commas, semicolons or tabs between its cells.

    The separator is the one with which a line of headings stands there.

    Raises:
        PlanFileError: a quote is never closed, or there are too many rows.
    """
    told = _SEP.match(text)
    among = (told[1],) if told else _DELIMITERS
    if told:
        text = "\n" + text[told.end() :]  # the line stays counted
    tables = [_split(text, delimiter) for delimiter in among]
    return next((rows for rows in tables if _has_headings(rows)), tables[0])


def _has_headings(rows: Rows) -> bool:
    return any(len(row) > 1 and any(heading(cell) == "from" for cell in row) for row in rows)


def _split(text: str, delimiter: str) -> Rows:
    rows: Rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            rows.append([Cell(part.strip(), line, n) for n, part in enumerate(row, start=1)])
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise _too_many(line)
    except csv.Error as error:
        where = f"line {line}"
        raise PlanFileError(where, str(error), "cells between separators", line=line) from None
    return rows


def _too_many(line: int) -> PlanFileError:
    return PlanFileError(f"line {line}", "more rows", f"at most {MOST_ROWS} rows", line=line)


def xlsx_rows(content: bytes) -> Rows:
    """The rows of the first sheet of a workbook.

    Dates become "2026-12-01" and times "08:00". A number is what the sheet can show of it (15
    digits, as spreadsheet programs keep them), with the unit of its format.

    Raises:
        PlanFileError: no workbook, merged cells, a formula without a value, an error value, or a
            number that the sheet shows rounded.
    """
    _refuse_odd_archive(content)
    try:
        shown = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        typed = load_workbook(io.BytesIO(content), read_only=True)
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a broken file makes it raise
        name = type(error).__name__
        raise PlanFileError("", f"a broken workbook ({name})", "an .xlsx file") from None
    try:
        return list(_sheet_rows(content, shown, typed))
    except PlanFileError:
        raise
    except Exception as error:  # noqa: BLE001 - the same: sheets are parsed while they are read
        name = type(error).__name__
        raise PlanFileError("", f"a broken sheet ({name})", "an .xlsx file") from None
    finally:
        shown.close()
        typed.close()


def _refuse_odd_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        raise PlanFileError("", "a broken archive", "an .xlsx file") from None
    if "xl/workbook.xml" not in names:
        raise PlanFileError("", "another kind of file", "an .xlsx file (save it as .xlsx)")
    if size > _UNPACKED:
        raise PlanFileError("", "a workbook that unpacks to too much", "at most 16 MB of sheets")


def _sheet_rows(content: bytes, shown: Any, typed: Any) -> Iterator[list[Cell]]:  # noqa: ANN401 (openpyxl's read-only classes are untyped)
    sheets = [sheet for sheet in typed.worksheets if sheet.sheet_state == "visible"]
    filled = [sheet for sheet in sheets if _filled(sheet)]
    if len(filled) > 1:
        raise PlanFileError(f'sheet "{filled[1].title}"', "a second sheet", "one filled sheet")
    if not filled:
        return
    sheet = filled[0]
    _refuse_merged(content, sheet)
    values = shown[sheet.title]
    seen_rows, made_rows = (one.iter_rows(**_BOUNDS) for one in (values, sheet))
    pairs = zip(seen_rows, made_rows, strict=True)
    for number, (seen, made) in enumerate(pairs, start=1):
        if number > MOST_ROWS:
            raise _too_many(number)
        yield [
            Cell(_text(value, formula, number, column), number, column)
            for column, (value, formula) in enumerate(zip(seen, made, strict=True), start=1)
        ]


def _filled(sheet: Any) -> bool:  # noqa: ANN401 (the same)
    rows = sheet.iter_rows(**_BOUNDS, values_only=True)
    return any(value is not None for row in rows for value in row)


def _refuse_merged(content: bytes, sheet: Any) -> None:  # noqa: ANN401 (the same)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        merged = _MERGED.search(archive.read(sheet._worksheet_path))  # noqa: SLF001 (read-only sheets know no merged cells)
    if merged:
        area = merged[1].decode()
        where = f"cells {area}"
        raise PlanFileError(where, "merged cells", "one value in each cell (unmerge them)")


def _text(shown: Any, typed: Any, row: int, column: int) -> str:  # noqa: ANN401 (the same)
    """A cell as text. `shown` has the last value of a formula, `typed` the formula itself."""
    value = shown.value
    if value is None:
        if typed.value is not None:
            raise _cell_error(row, column, "a formula without its value", "the value itself")
        return ""
    if typed.data_type == "e" or shown.data_type == "e":
        raise _cell_error(row, column, f'"{value}"', "a value in place of the error")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return _number(value, shown.number_format, row, column)
    return _moment(value, row, column)


def _moment(value: object, row: int, column: int) -> str:
    if isinstance(value, timedelta):
        value = _clock(value, row, column)
    if isinstance(value, datetime):
        if value.time() != time(0):
            raise _cell_error(row, column, f'"{value:%Y-%m-%d %H:%M}"', "a date or a time alone")
        value = value.date()
    if isinstance(value, time):
        if value.second or value.microsecond:
            raise _cell_error(row, column, f'"{value}"', "a time like 08:00")
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _clock(value: timedelta, row: int, column: int) -> time:
    """A duration such as [h]:mm keeps, which people use for a time."""
    minutes, rest = divmod(int(value.total_seconds()), 60)
    if rest or not 0 <= minutes < _MINUTES_A_DAY:
        raise _cell_error(row, column, f'"{value}"', "a time like 08:00")
    return time(*divmod(minutes, 60))


def _number(value: float, form: str, row: int, column: int) -> str:
    """A number as the sheet shows it, never in another amount than it holds."""
    text = f"{value:.15g}"
    if "%" in form:
        raise _cell_error(row, column, f"{text} shown as a percentage", "an amount in mg")
    unit = "".join(quoted[0] or quoted[1] for quoted in _QUOTED.findall(form)).strip()
    plain = _QUOTED.sub("", form.split(";", maxsplit=1)[0]).strip()
    fits = _DECIMALS.fullmatch(plain)
    places = len(fits["places"] or "") if fits else None
    if places is not None and len(text.partition(".")[2]) > places:
        found = f"{text}, shown as {value:.{places}f}"
        raise _cell_error(row, column, found, "a number that is shown in full")
    return f"{text} {unit}".strip()


def _cell_error(row: int, column: int, found: str, expected: str) -> PlanFileError:
    where = f"cell {get_column_letter(column)}{row}"
    return PlanFileError(where, found, expected, line=row, column=column)
