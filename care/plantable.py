"""Reading a plan from the rows of a table, as a CSV or XLSX file has them.

A long table has a row for each dose (from, medicine, time, mg), a wide one a row for each step and
a column for each time of day. The result is a plan document, which `care.plandoc` then judges, and
the cell that each value of it stood in. docs/plan-format.md describes both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from care.plancells import (
    HEADINGS,
    Cell,
    PlanTableError,
    heading,
    wall_heading,
)
from care.planparts import Data, Path
from care.planrows import KINDS, Day, Medicine, Row, Rows, said

_ABOVE = {"prescriber": "prescriber", "if unresolved": "if_unresolved", "medicine": "medicine"}
_WIDE = {"from", "medicine", "every", "total"}
_LONG = ("from", "time", "mg")
_LIKE = "a line of headings, like: from, medicine, time, mg"
_WRITTEN = ("from", "medicine", "time", "mg", "every", "how", "form", "pieces", "smallest_ml")
_WRITTEN_LAST = ("most_in_24h", "least_hours_apart")


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A plan document as data, and the cell of every value by its path in the document."""

    data: Data
    places: dict[Path, Cell]


def read_table(
    rows: Iterable[Sequence[Cell]], drug_id: Callable[[str], str | None], medicine: str = ""
) -> ReadTable:
    """The document that the rows of a table make. `medicine` is for a table that names none.

    Blank rows are passed over. Above the headings only "prescriber", "if_unresolved" and
    "medicine" may stand, each with its value in the next cell.

    Raises:
        PlanTableError: the first cell that is not understood.
    """
    filled = [[cell for cell in row if cell.text.strip()] for row in rows]
    lines = [row for row in filled if row]
    if not lines:
        raise PlanTableError(Cell("", 1, 1), _LIKE)
    start = next((n for n, row in enumerate(lines) if _is_heading(row)), None)
    if start is None:
        raise PlanTableError(lines[0][0], _LIKE)
    above = _above(lines[:start])
    columns = _columns(lines[start])
    default = above.pop("medicine", Cell(medicine, lines[start][0].row, 1))
    reader = Rows(drug_id, default, _walls(columns))
    for row in lines[start + 1 :]:
        reader.read(_row(row, columns))
    return _document(above, reader.finished(lines[start][0]))


def _is_heading(row: Sequence[Cell]) -> bool:
    return len(row) > 1 and any(heading(cell) == "from" for cell in row)


def _above(rows: Iterable[Sequence[Cell]]) -> Row:
    above: Row = {}
    for row in rows:
        name = _ABOVE.get(" ".join(row[0].text.casefold().replace("_", " ").split()))
        if name is None or len(row) != len(("name", "value")) or name in above:
            raise PlanTableError(row[0], _LIKE)
        above[name] = row[1]
    return above


def _columns(row: Sequence[Cell]) -> dict[int, str]:
    """The name of each column by its number."""
    columns: dict[int, str] = {}
    for cell in row:
        name = heading(cell) or wall_heading(cell)
        if not name:
            raise PlanTableError(cell, f"a heading: {', '.join(HEADINGS)}, or times like 08:00")
        if name in columns.values():
            raise PlanTableError(cell, "each heading once")
        columns[cell.column] = name
    wide = _walls(columns)
    for cell in row:
        name = columns[cell.column]
        if wide and name in HEADINGS and name not in _WIDE:
            raise PlanTableError(cell, "no such column beside a column for each time")
        if not wide and name == "total":
            raise PlanTableError(cell, "a total only beside a column for each time")
    for name in () if wide else _LONG:
        if name not in columns.values():
            raise PlanTableError(row[-1], f"a heading {name} as well")
    return columns


def _walls(columns: dict[int, str]) -> list[str]:
    return [name for name in columns.values() if name not in HEADINGS]


def _row(row: Sequence[Cell], columns: dict[int, str]) -> Row:
    values = {name: Cell("", row[0].row, column) for column, name in columns.items()}
    for cell in row:
        if cell.column not in columns:
            raise PlanTableError(cell, "nothing in a column without a heading")
        values[columns[cell.column]] = cell
    return values


def _document(above: Row, medicines: list[Medicine]) -> ReadTable:
    data: Data = {"steady_plan": 1}
    places: dict[Path, Cell] = {}
    for name, cell in above.items():
        data[name] = cell.text.strip()
        places[(name,)] = cell
    data["medicines"] = [
        _entry(one, ("medicines", number), places) for number, one in enumerate(medicines)
    ]
    return ReadTable(data, places)


def _entry(one: Medicine, path: Path, places: dict[Path, Cell]) -> Data:
    first = next(chain((day.cell for day in one.days), (row["from"] for row in one.products)), None)
    places[path] = first or one.cell
    places[(*path, "medicine")] = one.cell
    entry: Data = {"medicine": one.name}
    if one.products:
        entry["products"] = [
            _product(row, (*path, "products", number), places)
            for number, row in enumerate(one.products)
        ]
    steps = [day for day in one.days if day.start != "now"]
    for day in one.days:
        if day.start == "now":
            entry["now"] = _now(day, (*path, "now"), places)
    if steps:
        entry["steps"] = [
            _step(day, (*path, "steps", number), places) for number, day in enumerate(steps)
        ]
    if one.as_needed is not None:
        names = {name: name for name in KINDS["as needed"] if name != "medicine"}
        entry["as_needed"] = _values(one.as_needed, names, (*path, "as_needed"), places)
    return entry


def _values(row: Row, names: dict[str, str], path: Path, places: dict[Path, Cell]) -> Data:
    """The filled cells of a row under the names they have in the document."""
    places[path] = row["from"]
    for name, key in names.items():
        if name in row:
            places[(*path, key)] = row[name]
    return {key: row[name].text.strip() for name, key in names.items() if said(row, name)}


def _product(row: Row, path: Path, places: dict[Path, Cell]) -> Data:
    liquid = said(row, "form") and row["form"].text.strip() == "liquid"
    names = {name: name for name in ("form", "mg", "pieces", "smallest_ml")}
    return _values(row, names | ({"mg": "mg_per_ml"} if liquid else {}), path, places)


def _now(day: Day, path: Path, places: dict[Path, Cell]) -> list[Data]:
    if day.stop is not None:
        raise PlanTableError(day.stop, "an amount in mg: what is taken now is never a stop")
    if day.every is not None:
        raise PlanTableError(day.every, "a date in this row: rest days are counted from a day")
    return _doses(day, path, places)


def _step(day: Day, path: Path, places: dict[Path, Cell]) -> Data:
    places[path] = places[(*path, "from")] = day.cell
    if day.stop is not None and day.doses:
        raise PlanTableError(day.stop, "either stop or doses on one day")
    step: Data = {"from": day.start}
    if day.every is not None:
        step["every"] = day.every.text.strip()
        places[(*path, "every")] = day.every
    if day.doses:
        return step | {"doses": _doses(day, (*path, "doses"), places)}
    return step | {"stop": True}


def _doses(day: Day, path: Path, places: dict[Path, Cell]) -> list[Data]:
    places[path] = day.cell
    for number, (dose, row) in enumerate(day.doses):
        places[(*path, number)] = row["mg"]
        for key, name in (("at", "time"), ("mg", "mg"), ("how", "how")):
            if key in dose:
                places[(*path, number, key)] = row[name]
    return [dose for dose, _ in day.doses]


def write_table(document: Data) -> list[list[str]]:
    """The rows of a long table that `read_table` reads as this document.

    Only columns that something stands in are written.
    """
    above = [[name, str(document[name])] for name in _ABOVE.values() if name in document]
    rows = [row for entry in document["medicines"] for row in _entry_rows(entry)]
    named = {name for row in rows for name in row} | {"from", "medicine", "time", "mg"}
    columns = [name for name in (*_WRITTEN, *_WRITTEN_LAST) if name in named]
    return [*above, columns, *([row.get(name, "") for name in columns] for row in rows)]


def _entry_rows(entry: Data) -> Iterator[dict[str, str]]:
    """Each row of a medicine by the names of its columns."""
    rows = [{"from": "has"} | _product_row(one) for one in entry.get("products", [])]
    rows += [{"from": "as needed"} | entry["as_needed"]] if "as_needed" in entry else []
    rows += [{"from": "now"} | _dose_row(dose) for dose in entry.get("now", [])]
    for step in entry.get("steps", []):
        start = {"from": step["from"]} | ({"every": step["every"]} if "every" in step else {})
        rows += [start | _dose_row(dose) for dose in step.get("doses", [{"mg": "stop"}])]
    for row in rows:
        yield {"medicine": entry["medicine"]} | {name: str(value) for name, value in row.items()}


def _product_row(one: Data) -> Data:
    return {"mg" if name == "mg_per_ml" else name: value for name, value in one.items()}


def _dose_row(dose: Data) -> Data:
    return {"time" if name == "at" else name: value for name, value in dose.items()}
