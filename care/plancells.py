"""Reading the cells of a plan table: headings, days, times. What means two things asks (D30)."""

import re
from datetime import date
from typing import NamedTuple

from care.plandates import read_date
from care.planparts import FIRST_YEAR, LAST_YEAR, shown
from care.typedline import Piece, PlanLineCode, PlanLineError
from care.walltime import NAMED_TIMES, read_wall

HEADINGS = {
    "from": ("from", "date", "start", "starts", "starting", "start date", "from date", "begins"),
    "medicine": ("medicine", "drug", "medication", "medicine name"),
    "time": ("time", "at", "clock time", "time of day"),
    "mg": ("mg", "dose", "amount", "dose mg", "amount mg", "dose in mg"),
    "how": ("how",),
    "every": ("every", "every days", "every n days"),
    "total": ("total", "total mg", "daily total", "daily total mg", "daily mg", "mg a day"),
    "form": ("form",),
    "pieces": ("pieces",),
    "smallest_ml": ("smallest ml", "smallest mark ml"),
    "most_in_24h": ("most in 24h", "most in 24 h"),
    "least_hours_apart": ("least hours apart", "hours apart"),
}
"""The name of each column, and the headings that mean it (case, "_" and brackets aside)."""

_KNOWN = {heading: name for name, headings in HEADINGS.items() for heading in headings}
_NOTHING = re.compile(r"0+(?:\.0+)?\s*(?:mg)?", re.IGNORECASE)
_ENDS = {"stop", "stopped", "end", "ended"}
_NOW = {"now", "present", "today"}
_YEAR = re.compile(r"(?<![0-9])(?:20)?[0-9]{2}$|^20[0-9]{2}(?=[-/.])")
_SECONDS = re.compile(r"(?P<wall>[0-9]{1,2}:[0-9]{2}):00(?P<half>\s*[ap]\.?m\.?)?", re.IGNORECASE)
_MG = re.compile(r"\bmg\b", re.IGNORECASE)


class Cell(NamedTuple):
    """What stands in a cell, as text, and where: row and column count from 1."""

    text: str
    row: int
    column: int


class PlanTableError(ValueError):
    """A cell of a plan table that is not understood, or that must not be guessed.

    `found` is what stands there, `expected` what would be understood.
    """

    def __init__(self, cell: Cell, expected: str, found: str = "") -> None:
        self.cell = cell
        self.found = found or shown(cell.text)
        self.expected = expected
        super().__init__(f"row {cell.row}, column {cell.column}: {self.found}, {expected}")


def heading(cell: Cell) -> str:
    """The name of the column that a heading means; empty when it is none of ours."""
    words = re.sub(r"[\s_()]+", " ", cell.text.casefold()).strip()
    return _KNOWN.get(words, "")


def wall_heading(cell: Cell) -> str:
    """The time that a heading names, as "08:00"; empty when it names none.

    Raises:
        PlanTableError: "morning", which is asked about and never turned into a time.
    """
    text = " ".join(re.sub(r"[()]", " ", _MG.sub(" ", cell.text)).split())
    if heading(cell) or not text:
        return ""
    return _wall(text) or _named(cell, text)


def _named(cell: Cell, text: str) -> str:
    words = set(re.findall(r"[^\W\d_]+", text.casefold()))
    if words and words <= NAMED_TIMES:
        raise PlanTableError(cell, f'a clock time as well, like "{cell.text.strip()} 08:00"')
    return ""


def wall_of(cell: Cell) -> str:
    """The time in a cell, as "08:00".

    Raises:
        PlanTableError: there is none, or only a word such as "night".
    """
    text = " ".join(cell.text.split())
    found = _wall(text) or _named(cell, text)
    if found:
        return found
    midnight = text.startswith("24")
    raise PlanTableError(cell, "00:00 for midnight" if midnight else "a time like 08:00")


def _wall(text: str) -> str:
    if seconds := _SECONDS.fullmatch(text):
        text = f"{seconds['wall']}{seconds['half'] or ''}"
    # A bare number is as likely a week, a year or an amount.
    wall = None if text.isdigit() else read_wall(text)
    if wall is None:
        rest = " ".join(word for word in text.split() if word.casefold() not in NAMED_TIMES)
        wall = None if rest.isdigit() or rest == text else read_wall(rest)
    return f"{wall:%H:%M}" if wall else ""


def day_of(cell: Cell) -> str:
    """The day in a cell as "2026-12-01", or "now".

    Raises:
        PlanTableError: no date, one without its year, one that does not exist or that means two.
    """
    text = " ".join(cell.text.split())
    if text.casefold() in _NOW:
        return "now"
    year = _YEAR.search(text)
    if year is None:
        raise PlanTableError(cell, "a date with its year, like 1 Dec 2026 or 2026-12-01")
    return _day(cell, text, _full(year[0])).isoformat()


def _full(year: str) -> int:
    return int(year) if len(year) > len("26") else FIRST_YEAR + int(year)


def _day(cell: Cell, text: str, year: int) -> date:
    try:
        # The eve of its year, so that every day of it is one to come.
        found, rest = read_date(
            Piece(text), date(min(max(year, FIRST_YEAR), LAST_YEAR) - 1, 12, 31)
        )
    except PlanLineError as error:
        raise PlanTableError(cell, _asked(error)) from None
    if rest.text.strip() or found.year != year:
        raise PlanTableError(cell, "only a date, like 1 Dec 2026 or 2026-12-01")
    return found


def _asked(error: PlanLineError) -> str:
    if error.code is PlanLineCode.AMBIGUOUS_DATE:
        return f"the month as a word: is it {error.expected}?"
    if error.code is PlanLineCode.BAD_DATE and error.expected == "a date that exists":
        return "a date that exists"
    return "a date like 1 Dec 2026 or 2026-12-01"


def says_stop(cell: Cell) -> bool:
    """Whether a cell says in a word that the medicine ends."""
    return cell.text.strip().casefold() in _ENDS


def says_nothing(cell: Cell) -> bool:
    """Whether a cell says 0 mg."""
    return bool(_NOTHING.fullmatch(cell.text.strip()))
