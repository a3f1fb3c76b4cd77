"""Cutting a line into what it says of different times: "week 1-2: 18 mg, week 3-4 16 mg"."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from care.planamounts import AMOUNT
from care.planwhen import When, read_when
from care.typedline import Piece, PlanLineCode
from care.walltime import DAY_WORD

STOP = re.compile(
    r"(?:(?:stop|stopped|stopping|zero|none|nothing|nil|off|end|finish|finished|discontinue|no\s+more)"
    r"(?:\s+(?:taking|it|this|completely|altogether|now))*|"
    r"0+(?:\.0+)?\s*(?:mgs?|milligram(?:me)?s?)?(?:\s*(?:/\s*day|a\s+day|daily|per\s+day))?)",
    re.IGNORECASE,
)
"""What says that a medicine ends."""
STOP_WORDS = frozenset(
    {"stop", "stopped", "stopping", "zero", "none", "nothing", "nil", "off", "end", "finish"}
    | {"finished", "discontinue", "taking", "it", "this", "completely", "altogether", "no", "more"}
)

_AFTER = re.compile(r"[,;]|\.\s+|→|->")
_BEFORE = re.compile(
    r"\b(?:and\s+)?(?:then|followed\s+by|after\s+that|afterwards|thereafter)\b|"
    r"\b(?:from\s+)?(?:weeks?|wks?)\.?\s*[0-9]|\bfrom\s+(?=[0-9a-z]+\s+[0-9a-z])",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"[0-9]{{1,2}}:[0-9]{{2}}|[0-9]{{1,2}}\s*[ap]\.?m\b|\b{DAY_WORD}", re.IGNORECASE
)
_LONE_NUMBER = re.compile(r"(?<![\w.:/])[0-9]{1,3}(?:\.[0-9]+)?(?![\w.:/]|\s*[ap]\.?m\b)")
_LISTED = re.compile(
    r"\b(?:every|each)\s+(?:[a-z0-9]+\s+)?(?:weeks?|wks?|fortnights?|days)\b|\b(?:fort|week)\w*ly\b",
    re.IGNORECASE,
)


class Clause(NamedTuple):
    """A part of a line about one time: when it holds, and what it says besides."""

    piece: Piece
    when: When
    rest: Piece

    @property
    def stops(self) -> bool:
        """Whether it says that the medicine ends."""
        return self.when.ends or STOP.fullmatch(self.rest.trimmed().text) is not None

    @property
    def has_dose(self) -> bool:
        """Whether an amount stands in it, or the end of the medicine."""
        text = self.rest.text
        return self.stops or bool(AMOUNT.search(text) or _LONE_NUMBER.search(text))


def clauses_of(line: Piece, today: date) -> Iterator[Clause]:
    """The clauses of a line, in order; a line of one time is one clause.

    Raises:
        PlanLineError: a date that is wrong, ambiguous or past.
    """
    cuts = [] if _LISTED.search(line.text) else _cuts(line.text)
    ends = [*cuts, len(line.text)]
    begun, inside = _clause(line.part(0, ends[0]), today, inside=False), False
    for start, end in zip(cuts, ends[1:], strict=True):
        more = _clause(line.part(start, end), today, inside=True)
        if _is_new(begun, more):
            yield begun
            begun, inside = more, True
        else:
            begun = _clause(_joined(line, begun.piece, more.piece), today, inside=inside)
    yield begun


def _joined(line: Piece, one: Piece, other: Piece) -> Piece:
    end = other.start + len(other.text) - line.start
    return line.part(one.start - line.start, end)


def _clause(piece: Piece, today: date, *, inside: bool) -> Clause:
    return Clause(piece, *read_when(piece, today, inside=inside))


def _cuts(text: str) -> list[int]:
    places = {found.end() for found in _AFTER.finditer(text)}
    places |= {found.start() for found in _BEFORE.finditer(text)}
    return sorted(place for place in places if 0 < place < len(text))


def _is_new(begun: Clause, more: Clause) -> bool:
    """Whether `more` is of another time than what was begun."""
    if begun.when.begins and not begun.has_dose and more.when.first is None:
        return more.when.said and begun.when.first is not None and more.has_dose
    if not begun.has_dose or not (begun.when.said or begun.when.follows):
        return False
    if more.when.said:
        return more.has_dose
    if not more.when.follows or not more.has_dose:
        return False
    if begun.when.bounded and _day_parts(begun) and _day_parts(more).isdisjoint(_day_parts(begun)):
        _refuse_day_or_step(more)
    return begun.when.bounded or more.stops


def _refuse_day_or_step(more: Clause) -> None:
    # "2 weeks 10 mg 08:00 then 5 mg 22:00": the same day, or what comes after it?
    if _day_parts(more):
        raise more.piece.error(PlanLineCode.NO_DATE, "a date or weeks after each then")


def _day_parts(clause: Clause) -> frozenset[str]:
    return frozenset(found[0].casefold() for found in _TIME.finditer(clause.rest.text))
