"""What the columns of a pasted table are, and what each of its rows says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from care.plan import TypedDoses, mg_text
from care.planamounts import refuse_computed, says_mg
from care.planclauses import STOP
from care.plandates import read_date
from care.plandoses import read_cell, read_day
from care.plangrid import Grid
from care.plannames import Known
from care.plannotes import without_notes
from care.plansplit import CLOCK_LIKE, Day, check_total
from care.planwhen import When, read_when
from care.typedline import Piece, PlanLineCode
from care.walltime import DAY_WORD, meant, read_wall

_WEEK = 7


class _Role(StrEnum):
    WHEN = "when"
    UNTIL = "until"
    WEEKS = "weeks"
    DAYS = "days"
    LASTS = "lasts"
    TIME = "time"
    WHOLE = "whole"
    NOTE = "note"


_AMOUNTS = frozenset({_Role.TIME, _Role.WHOLE})
_HEADS = {
    _Role.WEEKS: r"weeks?(?:\s+(?:no|number))?|wks?",
    _Role.DAYS: r"days?(?:\s+(?:no|number))?",
    _Role.LASTS: r"duration|length|how\s+long|for|lasts",
    _Role.UNTIL: r"until|to|ends?|to\s+date|end\s+date|finish",
    _Role.WHEN: (
        r"dates?|from|starts?|starting|starts?\s+date|from\s+date|date\s+from|when|period|w/c|"
        r"week\s+(?:commencing|beginning|starting)|date\s+started"
    ),
    _Role.NOTE: (
        r"notes?|comments?|remarks?|tablets?|tabs?|how|instructions?|reduction|change|steps?|"
        r"stages?|no|weekday|signed|done|how\s+to\s+take(?:\s+it)?|strengths?|"
    ),
    _Role.WHOLE: (
        r"(?:daily\s+|day\s+)?total(?:\s+daily)?(?:\s+dose)?|"
        r"(?:total\s+)?(?:daily\s+)?(?:dose|amount)|daily|sum|"
        r"per\s+day|/\s*day|a\s+day|mg|total\s*/\s*day|dosage"
    ),
}
_PATTERNS = {role: re.compile(pattern, re.IGNORECASE) for role, pattern in _HEADS.items()}
_UNIT_WORDS = re.compile(r"\b(?:in\s+)?mgs?\b(?!\s*$)|\b(?:in\s+)?mgs?\s*$|\bdose\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"[0-9]{1,2}[:.h][0-9]{2}(?:\s*[ap]\.?m\.?)?|[0-9]{1,2}\s*[ap]\.?m\.?|[0-9]{4}", re.IGNORECASE
)
_DAY_CLOCK = re.compile(
    rf"(?P<word>{DAY_WORD})\s*[,/-]?\s*(?P<clock>{_CLOCK.pattern})", re.IGNORECASE
)
_NOW = re.compile(r"now|today|currently|current|present|at\s+present", re.IGNORECASE)
_NUMBERS = re.compile(r"(?P<one>[0-9]{1,3})(?:\s*(?:-|to|and|&)\s*(?P<two>[0-9]{1,3}))?\.?")
_NOTHING = re.compile(r"[-\s.]*|nil|none|n/?a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Column:
    """`wall` where the head is a time; `drug` where it names one of several medicines."""

    head: Piece
    role: _Role
    drug: str = ""
    wall: time | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of one medicine; no doses: the medicine ends."""

    piece: Piece
    when: When
    drug: str
    doses: TypedDoses


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is read.

    `heading` is the medicine of columns that name none, `unit` whether mg was said above it.
    """

    known: Known
    heading: str
    unit: bool

    def rows(self, grid: Grid) -> Iterator[Said]:
        """What each row says, in order.

        Raises:
            PlanLineError: bad_table for a head that is not understood, total_mismatch for a total
                that is not the sum, and as for lines.
        """
        columns = [self._column(head) for head in grid.heads]
        self._check(grid, columns)
        said = grid.line, *(cell for column in self._amounts(columns, grid) for cell in column)
        unit = self.unit or any(says_mg(one.text) for one in said)
        for cells in grid.rows:
            yield from self._row(columns, tuple(map(without_notes, cells)), unit=unit)

    @staticmethod
    def _amounts(columns: list[_Column], grid: Grid) -> Iterator[tuple[Piece, ...]]:
        for number, column in enumerate(columns):
            if column.role in _AMOUNTS:
                yield tuple(cells[number] for cells in grid.rows)

    def _column(self, head: Piece) -> _Column:
        drug = self.known.names.named(head)
        cleaned = without_notes(self.known.names.blanked(head))
        text = " ".join(cleaned.text.replace("_", " ").split()).strip(" .:#*-")
        if _CLOCK.fullmatch(_plain(text)) and (wall := read_wall(_plain(text))) is not None:
            return _Column(head, _Role.TIME, drug, wall)
        if found := _DAY_CLOCK.fullmatch(_plain(text)):
            return _Column(head, _Role.TIME, drug, self._agreeing(head, found))
        if re.fullmatch(rf"{DAY_WORD}(?:\s*/\s*{DAY_WORD})?", _plain(text), re.IGNORECASE):
            return _Column(head, _Role.TIME, drug, self._meant(head, _plain(text), drug))
        if not text:
            return _Column(head, _Role.WHOLE if drug else _Role.NOTE, drug)
        for said in (text, _plain(text)):
            for role, pattern in _PATTERNS.items():
                if pattern.fullmatch(said):
                    return _Column(head, role, drug)
        raise head.error(PlanLineCode.BAD_TABLE, "a date, a time or total above each column")

    @staticmethod
    def _agreeing(head: Piece, found: re.Match[str]) -> time:
        """The clock time of a head like "night 22:00", where the word can mean it."""
        wall = read_wall(found["clock"])
        if wall is None or meant(found["word"], (wall,)) is None:
            raise head.error(PlanLineCode.BAD_TIME, CLOCK_LIKE)
        return wall

    def _meant(self, head: Piece, text: str, drug: str) -> time:
        day = self.known.day(drug or self._default(head), mg_said=False)
        wall = meant(text, day.walls)
        if wall is None:
            raise head.error(PlanLineCode.TIME_MISSING, CLOCK_LIKE)
        return wall

    def _default(self, piece: Piece) -> str:
        return self.heading or self.known.names.only(piece)

    def _check(self, grid: Grid, columns: list[_Column]) -> None:
        roles = {column.role for column in columns}
        if roles.isdisjoint({_Role.WHEN, _Role.WEEKS, _Role.DAYS, _Role.LASTS}):
            raise grid.line.error(PlanLineCode.BAD_TABLE, "a column with dates or weeks")
        if roles.isdisjoint(_AMOUNTS) or not grid.rows:
            raise grid.line.error(PlanLineCode.BAD_TABLE, "a column with amounts in mg")
        times = [(one.drug, one.wall) for one in columns if one.role is _Role.TIME]
        if len(set(times)) < len(times):
            raise grid.line.error(PlanLineCode.DUPLICATE_TIME, "each time once")

    def _row(
        self, columns: list[_Column], cells: tuple[Piece, ...], *, unit: bool
    ) -> Iterator[Said]:
        whole = _whole(cells)
        now = _says_now(columns, cells)
        when = When(whole) if now else self._when(columns, cells, whole)
        by_drug: dict[str, list[tuple[_Column, Piece]]] = {}
        for column, cell in zip(columns, cells, strict=True):
            if column.role in _AMOUNTS:
                drug = column.drug or self._default(whole)
                by_drug.setdefault(drug, []).append((column, cell))
        for drug, own in by_drug.items():
            doses = self._doses(own, whole, drug, unit=unit)
            if now:
                self._compare(whole, drug, doses)
            else:
                yield Said(whole, when, drug, doses)

    def _compare(self, whole: Piece, drug: str, doses: TypedDoses) -> None:
        """Pass over a row of what is taken now where it says what was said before."""
        if sorted(doses) != sorted(self.known.now.get(drug, ())):
            raise whole.error(PlanLineCode.BAD_TABLE, "the doses you take now, as you gave them")

    def _when(self, columns: list[_Column], cells: tuple[Piece, ...], whole: Piece) -> When:
        when = When(whole)
        for column, cell in zip(columns, cells, strict=True):
            when = self._with_cell(when, column.role, cell)
        if not when.said:
            read_date(whole, self.known.today)
            raise whole.error(PlanLineCode.NO_DATE, "a date first, like 1 Dec")
        return when

    def _with_cell(self, when: When, role: _Role, cell: Piece) -> When:
        places = {_Role.WHEN, _Role.UNTIL, _Role.WEEKS, _Role.DAYS, _Role.LASTS}
        if role not in places or _NOTHING.fullmatch(cell.text):
            return when
        length = {_Role.WEEKS: _WEEK, _Role.DAYS: 1}.get(role)
        if length and (found := _NUMBERS.fullmatch(cell.text.strip())):
            return _counted(when, cell, found, length)
        read, rest = read_when(cell, self.known.today)
        if rest.trimmed().text or not read.said:
            read_date(cell, self.known.today)
            raise cell.error(PlanLineCode.BAD_DATE, "a date like 1 Dec, or weeks like 1-2")
        if role is _Role.UNTIL:
            return when._replace(last=read.first or read.last)
        said = {name: value for name, value in read._asdict().items() if value not in (None, False)}
        return when._replace(**(said | {"piece": when.piece, "begins": False}))

    def _doses(
        self, cells: list[tuple[_Column, Piece]], whole: Piece, drug: str, *, unit: bool
    ) -> TypedDoses:
        timed = [(c.wall, cell) for c, cell in cells if c.role is _Role.TIME and c.wall is not None]
        totals = [cell for column, cell in cells if column.role is _Role.WHOLE]
        said = [cell for cell in (*(cell for _, cell in timed), *totals) if not _absent(cell)]
        if not said:
            raise whole.error(PlanLineCode.BAD_AMOUNT, "an amount in mg, 0 or stop")
        if all(STOP.fullmatch(cell.trimmed().text) for cell in said):
            return ()
        for cell in said:
            refuse_computed(cell)
        day = self.known.day(drug, mg_said=unit)
        if not timed:
            return self._of_totals([cell for cell in totals if not _absent(cell)], day)
        read = [(wall, read_cell(cell, mg_said=unit)) for wall, cell in timed if not _absent(cell)]
        for cell in totals:
            if not _absent(cell):
                check_total(read_cell(cell, mg_said=unit), cell, read)
        return _within(whole, tuple((wall, mg) for wall, mg in read if mg), day)

    @staticmethod
    def _of_totals(totals: list[Piece], day: Day) -> TypedDoses:
        doses = read_day(totals[:1], day)
        for cell in totals[1:]:
            check_total(read_cell(cell, mg_said=day.mg_said), cell, doses)
        return doses


def _says_now(columns: list[_Column], cells: tuple[Piece, ...]) -> bool:
    return any(
        column.role is _Role.WHEN and _NOW.fullmatch(cell.text.strip())
        for column, cell in zip(columns, cells, strict=True)
    )


def _within(whole: Piece, doses: TypedDoses, day: Day) -> TypedDoses:
    if sum(mg for _, mg in doses) > day.most_mg:
        raise whole.error(PlanLineCode.ABSURD, f"at most {mg_text(day.most_mg)} mg a day")
    return doses


def _counted(when: When, cell: Piece, found: re.Match[str], length: int) -> When:
    one, two = int(found["one"]), int(found["two"] or found["one"])
    if not 1 <= one <= two:
        raise cell.error(PlanLineCode.BAD_DATE, "weeks like 1-2")
    return when._replace(since=(one - 1) * length, to=two * length - 1)


def _absent(cell: Piece) -> bool:
    return _NOTHING.fullmatch(cell.text) is not None


def _plain(text: str) -> str:
    return " ".join(_UNIT_WORDS.sub(" ", text).split()).strip(" .:#*-")


def _whole(cells: tuple[Piece, ...]) -> Piece:
    """The row as one piece, with one blank for each sign between its cells."""
    first, last = cells[0], cells[-1]
    text = ""
    for cell in cells:
        text += " " * (cell.start - first.start - len(text)) + cell.text
    return Piece(text or last.text, first.line, first.start)
