"""Switches: one medicine of a plan given up for another (P15 and D28 of clinical.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from care.equivalents import Columns, columns
from care.plan_pace import Course, mean_mg, over

SWITCH_DAYS: Final = 14
"""An amount out and an amount in within so many days are one exchange (ASAM table 7, note)."""


class Exchange(NamedTuple):
    """One medicine given up for another: the days on which amounts go out and come in."""

    out: Course
    into: Course
    out_days: tuple[date, ...]
    in_days: tuple[date, ...]

    @property
    def out_mg(self) -> Decimal:
        """How much less of the one there is in the end."""
        return sum((m.fall for m in self.out.moves if m.day in self.out_days), Decimal(0))

    @property
    def into_mg(self) -> Decimal:
        """How much more of the other there is in the end."""
        return -sum((m.fall for m in self.into.moves if m.day in self.in_days), Decimal(0))

    @property
    def first(self) -> date:
        """The day it begins."""
        return min(*self.out_days, *self.in_days)

    @property
    def last(self) -> date:
        """The day of its last amount."""
        return max(*self.out_days, *self.in_days)


def exchanges(courses: Iterable[Course]) -> Iterator[Exchange]:
    """Every switch of a plan: one medicine rises while another falls, within two weeks (P15).

    Baclofen takes no part: it stands for nothing else.
    """
    some = [course for course in courses if not course.medicine.baclofen]
    for into in some:
        rises = [m.day for m in into.moves if not m.down]
        for out in some:
            falls = [m.day for m in out.moves if m.down]
            pairs = [(f, r) for f in falls for r in rises if _near(f, r)]
            if out is not into and pairs:
                yield Exchange(
                    out,
                    into,
                    tuple(sorted({fall for fall, _ in pairs})),
                    tuple(sorted({rise for _, rise in pairs})),
                )


def _near(one: date, other: date) -> bool:
    return abs((one - other).days) <= SWITCH_DAYS


def swapped(course: Course, found: Iterable[Exchange]) -> Course:
    """The course without the reductions that are one side of a prescriber's switch (D28)."""
    days = {day for one in found if one.out.id == course.id for day in one.out_days}
    return replace(course, swapped=frozenset(days))


def _mean_on(course: Course, day: date) -> Decimal:
    held = [s.regimen for s in course.stretches if s.day is None or s.day <= day]
    return mean_mg(held[-1]) if held else Decimal(0)


class Total(NamedTuple):
    """All medicines of a day as diazepam, before and after, by the tables that make it worst."""

    before: Decimal
    after: Decimal


def worst_total(
    courses: Iterable[Course], start: date, end: date, percent: Decimal
) -> Total | None:
    """The totals of two days when one table or another sees a fall of over `percent` %.

    Each medicine is counted by the same column on both days, and by the one that makes the fall
    look worst (D28). None when no choice of columns breaks the limit.
    """
    before = after = Decimal(0)
    for course in courses:
        then, now = _mean_on(course, start), _mean_on(course, end)
        factor = _worse(columns(course.medicine), (then - now) * 100 - then * percent)
        before, after = before + then * factor, after + now * factor
    return Total(before, after) if over(before - after, before, percent) else None


def _worse(either: Columns, excess: Decimal) -> Decimal:
    return either.most if excess > 0 else either.least
