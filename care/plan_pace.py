"""How fast a plan goes: the changes of each medicine, rolling windows, switches (clinical.md 1.4).

Arithmetic for care/plan_checks.py. With rest days an amount counts as its average a day, so that
taking it more rarely is a reduction as well.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from care.equivalents import Columns, MedicineFacts, MedicinesById, columns
from care.plan import Plan, Regimen, Step

SWITCH_DAYS: Final = 14
"""An amount out and an amount in within so many days are one exchange (P15, ASAM table 7 note)."""

PUBLISHED_DAYS: Final = 7
"""The least days between two steps of the CKS schedule (D27)."""


class Stretch(NamedTuple):
    """One regimen from a day on; no day: what is taken when the plan begins."""

    day: date | None
    regimen: Regimen


class Move(NamedTuple):
    """The average day's amount of a medicine changes on `day`.

    `since` is the days since the change before it, None when none is known.
    """

    day: date
    before: Regimen
    after: Regimen
    since: int | None

    @property
    def down(self) -> bool:
        """Whether less is taken afterwards."""
        return mean_mg(self.after) < mean_mg(self.before)

    @property
    def to_zero(self) -> bool:
        """Whether the medicine ends here."""
        return not self.after.doses and bool(self.before.doses)


@dataclass(frozen=True, slots=True)
class Course:
    """One medicine of a plan from start to end.

    `own` are the days of the plan's steps, so that what came before it counts in a window and is
    not found again. `swapped` are the days on which the medicine is given up for another by a
    prescriber's own entry: the pace checks leave those out (D28).
    """

    medicine: MedicineFacts
    present: Regimen
    stretches: tuple[Stretch, ...]
    own: frozenset[date]
    swapped: frozenset[date] = frozenset()

    @property
    def id(self) -> str:
        """The drug id."""
        return self.medicine.id

    @property
    def moves(self) -> tuple[Move, ...]:
        """Every change of the average day's amount, oldest first."""
        return tuple(_moves(self.stretches))

    @property
    def falls(self) -> tuple[Move, ...]:
        """The reductions the pace checks count, oldest first, with those before the plan."""
        return tuple(move for move in self.moves if move.down and move.day not in self.swapped)

    @property
    def cuts(self) -> tuple[Move, ...]:
        """The reductions of the plan itself that the pace checks speak about."""
        return tuple(move for move in self.falls if move.day in self.own)

    @property
    def regimens(self) -> tuple[Stretch, ...]:
        """What the plan itself says is taken, each with at least one dose."""
        own = [one for one in self.stretches if one.day in self.own]
        return tuple(one for one in (Stretch(None, self.present), *own) if one.regimen.doses)


def mean_mg(regimen: Regimen) -> Decimal:
    """The mg of an average day, rest days counted in."""
    return regimen.daily_mg / regimen.every


def _moves(stretches: Iterable[Stretch]) -> Iterator[Move]:
    last: date | None = None
    for before, (day, after) in pairwise(stretches):
        if day is not None and mean_mg(before.regimen) != mean_mg(after):
            yield Move(day, before.regimen, after, (day - last).days if last else None)
            last = day


def course_of(plan: Plan, medicine: MedicineFacts, earlier: Iterable[Step] = ()) -> Course:
    """One medicine of the plan; `earlier` are the dated steps that led to its present dose."""
    mine = [Stretch(step.starts, step.regimen) for step in plan.steps if _is(step, medicine)]
    past = [Stretch(step.starts, step.regimen) for step in earlier if _is(step, medicine)]
    held = (one for one in plan.present if one.medicine == medicine.id)
    present = next(held, Regimen(medicine.id, ()))
    first, *before = sorted(past, key=lambda one: one.day or date.min) or [Stretch(None, present)]
    start = [Stretch(None, first.regimen), *before]
    return Course(medicine, present, (*start, *mine), frozenset(one.day for one in mine if one.day))


def _is(step: Step, medicine: MedicineFacts) -> bool:
    return step.regimen.medicine == medicine.id


def window(moves: Iterable[Move], end: date, days: int) -> tuple[Move, ...]:
    """The moves of the `days` days up to `end`; one exactly `days` before it is not among them."""
    return tuple(move for move in moves if end - timedelta(days=days) < move.day <= end)


def peak(moves: Iterable[Move]) -> Decimal:
    """The highest average day before any of the moves; 0 when there are none."""
    return max((mean_mg(move.before) for move in moves), default=Decimal(0))


def exceeds(before: Decimal, after: Decimal, percent: Decimal) -> bool:
    """Whether going from `before` to `after` is more than `percent` % of `before`; exact."""
    return (before - after) * 100 > before * percent


def percent_text(before: Decimal, after: Decimal) -> Decimal:
    """By how many percent of `before` it falls, half up to one decimal. For display only."""
    fall = (before - after) * 100 / before
    return fall.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP).normalize()


def _published_limit(before: Decimal) -> Decimal:
    # D27, in mg of diazepam: the CKS schedule from 40 mg.
    if before > 20:  # noqa: PLR2004 - the schedule's own bands
        return Decimal(4)
    return Decimal(2) if before > 10 else Decimal(1)  # noqa: PLR2004 - the same


def as_published(medicine: MedicineFacts, cut: Move) -> bool:
    """Whether one reduction stays within the CKS schedule by every table (D27)."""
    if cut.since is not None and cut.since < PUBLISHED_DAYS:
        return False
    before, after = mean_mg(cut.before), mean_mg(cut.after)
    return all(
        (before - after) * factor <= _published_limit(before * factor)
        for factor in columns(medicine)
    )


class Exchange(NamedTuple):
    """One medicine given up for another: the days on which amounts go out and come in."""

    out: Course
    into: Course
    out_days: tuple[date, ...]
    in_days: tuple[date, ...]

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
    return Total(before, after) if exceeds(before, after, percent) else None


def _worse(either: Columns, excess: Decimal) -> Decimal:
    return either.most if excess > 0 else either.least


def known(plan: Plan, medicines: MedicinesById) -> tuple[str, ...]:
    """The plan's medicines, at set times or as needed, that there are facts of."""
    named = dict.fromkeys((*plan.medicines, *(one.medicine for one in plan.as_needed)))
    return tuple(one for one in named if one in medicines)
