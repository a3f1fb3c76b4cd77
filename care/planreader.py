"""Reading a plan block by block: lines, headings above them, pasted tables."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from care.plan import TypedDoses
from care.planamounts import LIKE, refuse_computed, says_mg
from care.planclauses import Clause, clauses_of
from care.plancolumns import Table
from care.plandates import find_date, read_date, spoken
from care.plandoses import read_day
from care.plangrid import Grid
from care.planlists import listed_days
from care.plannames import Known
from care.plannotes import is_heading, is_rule, without_notes
from care.planweeks import Entry
from care.planwhen import When
from care.typedline import Piece, PlanLineCode


@dataclass(slots=True)
class _Open:
    """A date with nothing after it: its doses stand below it, or it is when the plan starts."""

    own: Piece
    when: When
    drug: str
    bodies: list[Piece] = field(default_factory=list)
    unit: bool = False


@dataclass(slots=True)
class PlanReader:
    """Takes one block after the other; `entries` and `start` are what it read."""

    known: Known
    entries: list[Entry] = field(default_factory=list)
    start: date | None = None
    _start_line: Piece | None = None
    _heading: str = ""
    _unit: bool = False
    _said_mg: bool = False
    _open: _Open | None = None

    def take_line(self, raw: Piece) -> None:
        """Read one line.

        Raises:
            PlanLineError: see `PlanLineCode`.
        """
        line = without_notes(raw)
        if is_rule(line.text):
            return
        refuse_computed(line)
        self._said_mg = says_mg(raw.text)
        unit = self._unit or says_mg(line.text)
        drug = ""
        for clause in clauses_of(self.known.names.blanked(line), self.known.today):
            start = clause.piece.start - line.start
            own = line.part(start, start + len(clause.piece.text))
            drug = self.known.names.named(own) or drug
            self._take_clause(clause, own, drug, unit=unit)

    def take_table(self, grid: Grid) -> None:
        """Read a table.

        Raises:
            PlanLineError: see `PlanLineCode`.
        """
        self._close()
        table = Table(self.known, self._heading, self._unit)
        for said in table.rows(grid):
            self._keep(said.piece, said.drug, said.when, (said.doses,))

    def finish(self) -> None:
        """Take what is still open.

        Raises:
            PlanLineError: bad_amount, for a date that nothing belongs to.
        """
        self._close()
        counted = any(one.when.since is not None or one.when.first is None for one in self.entries)
        if self._start_line is not None and not counted:
            raise self._start_line.error(PlanLineCode.BAD_AMOUNT, LIKE)

    def _take_clause(self, clause: Clause, own: Piece, drug: str, *, unit: bool) -> None:
        if not (clause.when.said or clause.when.follows):
            self._take_timeless(clause, own, drug, unit=unit)
            return
        self._close()
        if not clause.rest.trimmed().text and not clause.when.ends:
            self._open = _Open(own, clause.when, drug, unit=unit)
            return
        drug = drug or self._heading or self.known.names.unnamed(clause.rest)
        days = self._days(clause, own, drug, unit=unit)
        self._keep(own, drug, clause.when, days)

    def _take_timeless(self, clause: Clause, own: Piece, drug: str, *, unit: bool) -> None:
        if is_heading(clause.rest.text):
            self._heading = drug or self._heading
            self._unit = unit or self._said_mg
        elif self._open is not None:
            self._open.bodies.append(clause.rest)
            self._open.drug = drug or self._open.drug
            self._open.unit = self._open.unit or unit
        else:
            lead = re.match(r"[^0-9]*", clause.rest.text)
            if lead and find_date(clause.rest.part(lead.end()), self.known.today):
                self.known.names.unnamed(clause.rest)
            read_date(own, self.known.today)
            raise own.error(PlanLineCode.NO_DATE, "a date first, like 1 Dec: 10 mg 08:00")

    def _days(self, clause: Clause, own: Piece, drug: str, *, unit: bool) -> tuple[TypedDoses, ...]:
        day = self.known.day(drug, mg_said=unit)
        if clause.when.every is not None:
            return listed_days(clause.rest, day, own)
        if clause.stops:
            if clause.when.ends and clause.rest.trimmed().text:
                raise own.error(PlanLineCode.BAD_AMOUNT, "only the date of the last dose")
            return ((),)
        return (read_day([clause.rest], day),)

    def _keep(self, own: Piece, drug: str, when: When, days: tuple[TypedDoses, ...]) -> None:
        if when.since is not None and when.first is not None:
            self._starts(own, when.first - timedelta(days=when.since))
        known = {wall for wall, _ in self.known.now.get(drug, ())}
        if any(wall not in known for doses in days for wall, _ in doses):
            self.known.moved.add(drug)
        now = frozenset(self.known.now.get(drug, ()))
        same = bool(now) and all(frozenset(doses) == now for doses in days)
        self.entries.append(Entry(own, drug, when, days, same))

    def _close(self) -> None:
        """Take the date that stands open, with the doses that came below it."""
        opened, self._open = self._open, None
        if opened is None:
            return
        if opened.bodies:
            drug = opened.drug or self._heading or self.known.names.unnamed(opened.bodies[0])
            day = self.known.day(drug, mg_said=opened.unit)
            self._keep(opened.own, drug, opened.when, (read_day(opened.bodies, day),))
        elif opened.when.first is not None and _is_start(opened.when):
            since = timedelta(days=opened.when.since or 0)
            self._starts(opened.own, opened.when.first - since)
            self._start_line = opened.own
        else:
            raise opened.own.error(PlanLineCode.BAD_AMOUNT, LIKE)

    def _starts(self, own: Piece, day: date) -> None:
        if self.start not in (None, day):
            raise own.error(PlanLineCode.BAD_DATE, f"{spoken(self.start)} as said before")
        self.start = day


def _is_start(when: When) -> bool:
    alone = when.last is None and when.days is None and when.every is None
    return alone and (when.begins or when.since is not None)
