"""Reading a plan file of any kind: what it is, is seen by its content, then by its name."""

import codecs
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import PurePath
from typing import Final

from openpyxl.utils import get_column_letter

from bot.content.drugs import Drug, find_drug
from bot.plan_files.errors import LARGEST, PlanFileError
from bot.plan_files.sheets import Rows, csv_rows, xlsx_rows
from bot.plan_files.tree import read_tree
from care.plancells import Cell, PlanTableError
from care.plandoc import PlanDocument, PlanDocumentError, read_document
from care.planparts import Path, place
from care.plantable import read_table

_TREES: Final = {".yaml", ".yml", ".json"}
_TREE: Final = re.compile(r"\A\s*\{|^\s*[\"']?(?:steady_plan|medicines)[\"']?\s*:", re.MULTILINE)
_OTHERS: Final = {
    b"%PDF": ("a PDF", "its table copied into a message, or an .xlsx, .csv or .yaml file"),
    b"\xd0\xcf\x11\xe0": ("an old .xls or .doc file", "the same saved as .xlsx"),
    b"\x89PNG": ("a picture", "a plan file, or the picture of a code sent as a photo"),
    b"\xff\xd8\xff": ("a picture", "a plan file, or the picture of a code sent as a photo"),
}
_KINDS: Final = "a .yaml, .json, .csv or .xlsx file"


def drug_id_by(drugs: Mapping[str, Drug]) -> Callable[[str], str | None]:
    """Give the id of a medicine by its exact generic or brand name; None for anything else."""

    @cache
    def drug_id(name: str) -> str | None:
        found = find_drug(name, drugs)
        return found.drug.id if found.drug and found.exact else None

    return drug_id


def read_plan_file(
    name: str, content: bytes, drugs: Mapping[str, Drug], *, medicine: str = ""
) -> PlanDocument:
    """The plan in a file. `medicine` is for a table that names none: the patient's only one.

    Raises:
        PlanFileError: the file is no plan, or a place in it is not understood.
    """
    if len(content) > LARGEST:
        size = f"{len(content) / LARGEST:.1f} MB"
        raise PlanFileError("", f"a file of {size}", "at most 1 MB")
    for magic, (found, expected) in _OTHERS.items():
        if content.startswith(magic):
            raise PlanFileError("", found, expected)
    if content.startswith(b"PK"):
        return _from_table(xlsx_rows(content), drugs, medicine, _in_sheet)
    text = _decoded(content)
    if not text.strip():
        raise PlanFileError("", "an empty file", _KINDS)
    if PurePath(name).suffix.lower() in _TREES or _TREE.search(text[:2000]):
        return _from_tree(text, drugs)
    return _from_table(csv_rows(text), drugs, medicine, _in_lines)


def _most(drugs: Mapping[str, Drug]) -> dict[str, Decimal]:
    return {drug.id: drug.max_daily_mg for drug in drugs.values()}


def _decoded(content: bytes) -> str:
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise PlanFileError("", "something that is no text", _KINDS)


def _from_tree(text: str, drugs: Mapping[str, Drug]) -> PlanDocument:
    tree = read_tree(text)
    try:
        return read_document(tree.data, drug_id_by(drugs), most_mg=_most(drugs))
    except PlanDocumentError as error:
        line, column = tree.find(error.path)
        where = f"line {line}, column {column} ({place(error.path)})"
        expected = _expected(error, drugs)
        raise PlanFileError(where, error.found, expected, line=line, column=column) from None


def _from_table(
    rows: Rows,
    drugs: Mapping[str, Drug],
    medicine: str,
    where: Callable[[Cell], str],
) -> PlanDocument:
    drug_id = drug_id_by(drugs)
    try:
        table = read_table(rows, drug_id, medicine)
    except PlanTableError as error:
        raise _at(error.cell, where, error.found, error.expected) from None
    try:
        return read_document(table.data, drug_id, most_mg=_most(drugs))
    except PlanDocumentError as error:
        cell = _cell(table.places, error.path)
        raise _at(cell, where, error.found, _expected(error, drugs)) from None


def _cell(places: Mapping[Path, Cell], path: Path) -> Cell:
    while path not in places and path:
        path = path[:-1]
    return places.get(path, Cell("", 1, 1))


def _at(cell: Cell, where: Callable[[Cell], str], found: str, expected: str) -> PlanFileError:
    return PlanFileError(where(cell), found, expected, line=cell.row, column=cell.column)


def _in_sheet(cell: Cell) -> str:
    return f"cell {get_column_letter(cell.column)}{cell.row}"


def _in_lines(cell: Cell) -> str:
    return f"line {cell.row}, column {cell.column}"


def _expected(error: PlanDocumentError, drugs: Mapping[str, Drug]) -> str:
    """What was expected; beside a name that is nearly known, the name it is near to."""
    if error.path[-1:] != ("medicine",) or "follows" not in error.expected:
        return error.expected
    found = find_drug(error.found.strip('"'), drugs)
    near = [*([found.drug] if found.drug else []), *found.alternatives]
    names = " or ".join(dict.fromkeys(drug.name for drug in near[:2]))
    return f"{error.expected} (is it {names}?)" if names else error.expected
