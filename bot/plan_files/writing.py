"""Writing a plan document as a file that reads back as the same plan."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

import yaml
from openpyxl import Workbook

from care.plandoc import PlanDocument, write_document
from care.plantable import write_table

SUFFIXES: Final = ("yaml", "json", "csv", "xlsx")
_NUMBERS: Final = {"mg", "every", "pieces", "smallest_ml", "most_in_24h", "least_hours_apart"}
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def write_plan_file(document: PlanDocument, suffix: str) -> bytes:
    """The document as a "yaml", "json", "csv" or "xlsx" file; tables are long ones.

    Raises:
        ValueError: another suffix, or a plan the format cannot hold.
    """
    data = write_document(document)
    if suffix == "yaml":
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text = yaml.dump(data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=1000)
        return text.encode()
    if suffix == "json":
        return json.dumps(data, ensure_ascii=False, indent=1).encode()
    if suffix == "csv":
        return _csv(write_table(data))
    if suffix == "xlsx":
        return _xlsx(write_table(data))
    raise ValueError(f"one of {', '.join(SUFFIXES)}, not {suffix!r}")


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")  # spreadsheets take it for cp1252 without the mark


def _xlsx(rows: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    columns: list[str] = []
    for number, row in enumerate(rows, start=1):
        columns = row if row[0] == "from" else columns
        names = columns or [""] * len(row)
        for column, (name, text) in enumerate(zip(names, row, strict=True), start=1):
            _write(sheet.cell(number, column), name, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: Any, name: str, text: str) -> None:  # noqa: ANN401 (a Cell or a MergedCell)
    """A real date or number where it is one; words are never taken for a formula."""
    if name == "from" and _ISO.fullmatch(text):
        cell.value = date.fromisoformat(text)
        cell.number_format = "yyyy-mm-dd"
    elif name in _NUMBERS and _NUMBER.fullmatch(text):
        cell.value = Decimal(text)
    elif text:
        cell.value = text
        cell.data_type = "s"
