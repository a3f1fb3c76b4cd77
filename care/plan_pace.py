"""How fast a plan goes: the changes of each medicine, rolling windows (clinical.md 1.4).

Arithmetic for care/plan_checks.py. With rest days an amount counts as its average a day, so that
taking it more rarely is a reduction as well.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from care.equivalents import MedicineFacts, columns
from care.plan import Plan, Regimen, Step, regimen_on

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
    def fall(self) -> Decimal:
        """How much less is taken on an average day afterwards; below 0 when it is more."""
        return mean_mg(self.before) - mean_mg(self.after)

    @property
    def down(self) -> bool:
        """Whether less is taken afterwards."""
        return self.fall > 0

    @property
    def to_zero(self) -> bool:
        """Whether the medicine ends here."""
        return not self.after.doses and bool(self.before.doses)


@dataclass(frozen=True, slots=True)
class Course:
    """One medicine of a plan from start to end; `moves` are its changes of amount, oldest first.

    `present` is what holds until the first of them. `own` are the days of the plan's steps to
    come, so that what came before counts in a window and is not found again. `swapped`
    are the days on which the medicine is given up for another by a prescriber's own entry: the
    pace checks leave those out (D28).
    """

    medicine: MedicineFacts
    present: Regimen
    stretches: tuple[Stretch, ...]
    moves: tuple[Move, ...]
    own: frozenset[date]
    swapped: frozenset[date] = frozenset()

    @property
    def id(self) -> str:
        """The drug id."""
        return self.medicine.id

    @property
    def falls(self) -> tuple[Move, ...]:
        """The reductions the pace checks count, oldest first, with those before the plan."""
        return tuple(move for move in self.moves if move.down and move.day not in self.swapped)

    @property
    def cuts(self) -> tuple[Move, ...]:
        """The reductions of the plan itself that the pace checks speak about."""
        return tuple(move for move in self.falls if move.day in self.own)

    @property
    def planned(self) -> tuple[Move, ...]:
        """The changes of the plan itself, up and down, switches among them."""
        return tuple(move for move in self.moves if move.day in self.own)

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


def course_of(
    plan: Plan,
    medicine: MedicineFacts,
    earlier: Iterable[Step] = (),
    today: date = date.min,
) -> Course:
    """One medicine of the plan; `earlier` are the dated steps that led to its present dose.

    Steps of the plan before `today` have happened: they count as what came before.
    """
    mine = [Stretch(step.starts, step.regimen) for step in plan.steps if _is(step, medicine)]
    begins = min((one.day for one in mine if one.day), default=date.max)
    past = [
        Stretch(step.starts, step.regimen)
        for step in earlier
        if _is(step, medicine) and step.starts < begins
    ]
    first, *before = sorted(past, key=_begins) or [Stretch(None, _on(plan, medicine, date.min))]
    stretches = (Stretch(None, first.regimen), *before, *mine)
    own = frozenset(one.day for one in mine if one.day and one.day >= today)
    present = _on(plan, medicine, today - timedelta(days=1) if today > date.min else today)
    return Course(medicine, present, stretches, tuple(_moves(stretches)), own)


def _begins(stretch: Stretch) -> date:
    return stretch.day or date.min


def _on(plan: Plan, medicine: MedicineFacts, day: date) -> Regimen:
    return regimen_on(plan, medicine.id, day)


def _is(step: Step, medicine: MedicineFacts) -> bool:
    return step.regimen.medicine == medicine.id


def window(moves: Sequence[Move], end: date, days: int) -> Sequence[Move]:
    """The moves of the `days` days up to `end`; one exactly `days` before it is not among them."""
    first = bisect_right(moves, end - timedelta(days=days), key=_day)
    return moves[first : bisect_right(moves, end, key=_day)]


def _day(move: Move) -> date:
    return move.day


def peak(moves: Iterable[Move]) -> Decimal:
    """The highest average day before any of the moves; 0 when there are none."""
    return max((mean_mg(move.before) for move in moves), default=Decimal(0))


def over(fall: Decimal, base: Decimal, percent: Decimal) -> bool:
    """Whether `fall` is more than `percent` % of `base`; nothing is divided, so it is exact."""
    return fall * 100 > base * percent


def share(fall: Decimal, base: Decimal) -> Decimal:
    """How many percent of `base` it falls by, half up to one decimal. For display only."""
    return (fall * 100 / base).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


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


def plan_medicines(plan: Plan) -> tuple[str, ...]:
    """Every drug id of the plan, at set times or as needed."""
    return tuple(dict.fromkeys((*plan.medicines, *(one.medicine for one in plan.as_needed))))
