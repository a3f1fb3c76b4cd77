"""The rows of a plan table, taken one after the other: what they say of each medicine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from care.plan import mg_text
from care.plancells import Cell, PlanTableError, day_of, says_nothing, says_stop, wall_of
from care.planparts import Data, read_amount

Row = dict[str, Cell]
"""A row by the names of its columns; a wide row has its times ("08:00") among them."""

KINDS = {
    "has": ("medicine", "mg", "form", "pieces", "smallest_ml"),
    "as needed": ("medicine", "mg", "most_in_24h", "least_hours_apart"),
}
"""Rows that are no step, by what stands under "from", and the columns they have."""
_OF_KINDS = ("form", "pieces", "smallest_ml", "most_in_24h", "least_hours_apart")


@dataclass(slots=True)
class Day:
    """What the rows of one step said so far; `start` is "now" or an ISO date."""

    start: str
    cell: Cell
    doses: list[tuple[Data, Row]] = field(default_factory=list)
    every: Cell | None = None
    stop: Cell | None = None
    nothing: Cell | None = None


@dataclass(slots=True)
class Medicine:
    """What the rows of one medicine said so far."""

    name: str
    cell: Cell
    days: list[Day] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    as_needed: Row | None = None


def said(row: Row, name: str) -> bool:
    """Whether a row has anything in the column of this name."""
    return name in row and bool(row[name].text.strip())


class Rows:
    """Takes the rows under the headings, one after the other."""

    def __init__(
        self, drug_id: Callable[[str], str | None], default: Cell, walls: list[str]
    ) -> None:
        self._drug_id = drug_id
        self._default = default
        self._walls = walls
        self._found: dict[str, Medicine] = {}
        self._unnamed: list[Cell] = []
        self._blank: list[tuple[str, str, Cell]] = []

    def read(self, row: Row) -> None:
        """Take the next row; PlanTableError at the first cell that is not understood."""
        one = self._medicine(row)
        kind = " ".join(row["from"].text.casefold().replace("-", " ").split())
        if kind in KINDS and not self._walls:
            self._other(one, row, kind)
            return
        day = self._day(one, row)
        if self._walls:
            self._wide(one, day, row)
        else:
            self._long(day, row)
        self._every(day, row)

    def finished(self, header: Cell) -> list[Medicine]:
        """Every medicine, once the rows are over.

        Raises:
            PlanTableError: a medicine or an amount is left open.
        """
        found = list(self._found.values())
        if not found:
            raise PlanTableError(header, "rows under the headings", "nothing under the headings")
        if self._unnamed and (len(found) > 1 or not found[0].name):
            raise PlanTableError(self._unnamed[0], "a medicine: in a column, or above the headings")
        taken = {
            (one.name, dose["at"]) for one in found for day in one.days for dose, _ in day.doses
        }
        for name, wall, cell in self._blank:
            if (name, wall) in taken:
                raise PlanTableError(cell, f"an amount in mg, or 0 for no dose at {wall}")
        return found

    def _medicine(self, row: Row) -> Medicine:
        cell = row["medicine"] if said(row, "medicine") else self._default
        if not cell.text.strip():
            cell = Cell(self._only_name(), row["from"].row, row["from"].column)
            self._unnamed.append(row.get("medicine", row["from"]))
        key = self._drug_id(cell.text) or cell.text.casefold()
        return self._found.setdefault(key, Medicine(cell.text.strip(), cell))

    def _only_name(self) -> str:
        return next((one.name for one in self._found.values()), "")

    def _other(self, one: Medicine, row: Row, kind: str) -> None:
        for name, cell in row.items():
            if name not in ("from", *KINDS[kind]) and cell.text.strip():
                raise PlanTableError(cell, f'nothing here in a row "{kind}"')
        if kind == "has":
            one.products.append(row)
        elif one.as_needed is None:
            one.as_needed = row
        else:
            raise PlanTableError(row["from"], "one as-needed row for each medicine")

    def _day(self, one: Medicine, row: Row) -> Day:
        for name in _OF_KINDS:
            if said(row, name):
                raise PlanTableError(row[name], f'{name} only in a row "has" or "as needed"')
        cell = row["from"]
        dated = bool(one.days) and one.days[-1].start != "now"
        if not cell.text.strip() and dated:
            raise PlanTableError(cell, 'a date, or "now" for what is taken now')
        start = day_of(cell) if cell.text.strip() else "now"
        if start == "now" and dated:
            raise PlanTableError(cell, "what is taken now above the dated rows")
        # A wide row is a whole step: two of one day are two steps, and refused as such.
        if not one.days or one.days[-1].start != start or self._walls:
            one.days.append(Day(start, cell))
        return one.days[-1]

    def _long(self, day: Day, row: Row) -> None:
        mg = row["mg"]
        if says_stop(mg):
            day.stop = mg
        elif says_nothing(mg):
            # 0 mg without a time is said of the whole day.
            day.nothing, day.stop = mg, day.stop if said(row, "time") else mg
        elif said(row, "mg"):
            self._dose(day, wall_of(row["time"]), row)
        else:
            raise PlanTableError(mg, "an amount in mg, 0 or stop")

    def _dose(self, day: Day, wall: str, row: Row) -> None:
        dose: Data = {"at": wall, "mg": row["mg"].text.strip()}
        if said(row, "how"):
            dose["how"] = row["how"].text.strip()
        day.doses.append((dose, row))

    def _wide(self, one: Medicine, day: Day, row: Row) -> None:
        blank = []
        for wall in self._walls:
            cell = row[wall]
            if says_stop(cell):
                day.stop = cell
            elif says_nothing(cell):
                day.nothing = cell
            elif cell.text.strip():
                dose = {"at": wall, "mg": cell.text.strip()}
                day.doses.append((dose, {"mg": cell, "time": cell}))
            else:
                blank.append((one.name, wall, cell))
        if day.stop is None:  # "stop" in one cell says it of all
            self._blank += blank
        if said(row, "total"):
            _check_total(day, row["total"])
        if not (day.doses or day.stop or day.nothing):
            raise PlanTableError(row[self._walls[0]], "an amount in mg, 0 or stop")

    def _every(self, day: Day, row: Row) -> None:
        if not said(row, "every"):
            return
        cell = row["every"]
        if day.every is not None and day.every.text.strip() != cell.text.strip():
            raise PlanTableError(cell, f"{day.every.text.strip()}, as in the row above")
        day.every = cell


def _check_total(day: Day, total: Cell) -> None:
    amounts = [read_amount(dose["mg"])[0] for dose, _ in day.doses]
    said_mg, _ = read_amount(total.text, zero=True)
    if all(mg > 0 for mg in amounts) and said_mg != sum(amounts, Decimal(0)):
        whole = mg_text(sum(amounts, Decimal(0)))
        raise PlanTableError(total, f"{whole}, which the amounts of the row add up to")
