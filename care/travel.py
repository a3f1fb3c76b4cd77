"""Travel: whether doses may follow the clock of another zone, and which they would be (DESIGN 3).

Nothing here bridges a change of zone: doses keep their amounts, their slots and their order. What
comes next is the dose that would have come next at home, at its own wall time on the new clock.
Where that is too near to the dose before it or too far from it, the answer is to keep the clock
and to ask the prescriber.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from itertools import islice
from typing import Final, NamedTuple

from care.doses import longest_gap, shortest_gap
from care.localtime import instant_of, local, require_utc
from care.plan import DoseTime, Plan, doses_on, regimen_on

_DAY: Final = timedelta(days=1)
_SHIFTS: Final = (0, 1, -1, 2, -2)  # no two clocks on earth are more than 26 hours apart
_FARTHEST: Final = 400  # plan days; a plan without a dose for longer has ended
_ALIKE_FOR: Final = 14  # days


@dataclass(frozen=True, slots=True)
class Clock:
    """How plan days lie on the calendar of a zone: plan day 0 is the local day `day_one`.

    A plan day is a running number. Who crosses the date line keeps it and changes the calendar.
    """

    zone: str
    day_one: date

    def day_of(self, plan_day: int) -> date:
        """The local day of a plan day."""
        return self.day_one + plan_day * _DAY


class Place(NamedTuple):
    """Where a dose stands in the order of its medicine's doses."""

    plan_day: int
    wall: time


@dataclass(frozen=True, slots=True)
class NextDose:
    """One dose to come: which, and when (UTC)."""

    medicine: str
    plan_day: int
    day: date
    dose: DoseTime
    due: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """How near and how far apart two doses of a medicine may come, in hours [ENG]."""

    least_h: Decimal
    most_h: Decimal
    over_gap: timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """How a medicine stands when the zone may change.

    `coming` is the next dose. `due` is when the one before it was planned, `taken` the last
    confirmed intake (UTC, None when there is none); `unanswered` is a dose reminded of and open.
    """

    coming: Place
    interval: Interval
    due: datetime | None = None
    taken: datetime | None = None
    unanswered: bool = False


class Answer(IntEnum):
    """What a change of zone calls for, the easiest first."""

    FOLLOW = 0
    DOSE_FIRST = 1  # the next dose would be overdue at once, or one is not answered: later
    ASK = 2  # the prescriber, on the present clock


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the doses may follow, on which clock, and the medicine and gap that forbid it.

    `clock` is what following would mean, also where it is not allowed: for showing only.
    """

    answer: Answer
    clock: Clock
    medicine: str = ""
    gap: timedelta | None = None


def same_clock(now: datetime, home: str, there: str) -> bool:
    """Whether two zones show the same time, now and for the coming fortnight."""
    moments = [require_utc(now) + n * _DAY for n in range(_ALIKE_FOR + 1)]
    return all(local(at, home).utcoffset() == local(at, there).utcoffset() for at in moments)


def doses_from(plan: Plan, medicine: str, clock: Clock, place: Place) -> Iterator[NextDose]:
    """The doses of a medicine in their order, from `place` on."""
    for plan_day in range(place.plan_day, place.plan_day + _FARTHEST):
        day = clock.day_of(plan_day)
        for dose in sorted(doses_on(plan, medicine, day), key=lambda dose: dose.wall):
            if (plan_day, dose.wall) >= place:
                due = instant_of(day, dose.wall, clock.zone)
                yield NextDose(medicine, plan_day, day, dose, due)


def next_doses(
    plan: Plan, clock: Clock, standing: Mapping[str, Standing], count: int = 3
) -> tuple[NextDose, ...]:
    """The next planned doses of all medicines on a clock, soonest first."""
    found = [
        dose
        for medicine, held in standing.items()
        for dose in islice(doses_from(plan, medicine, clock, held.coming), count)
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.medicine))[:count])


def preview(
    plan: Plan, home: Clock, there: Clock, standing: Mapping[str, Standing], count: int = 3
) -> tuple[tuple[NextDose, ...], tuple[NextDose, ...]]:
    """The next doses on the present clock and on the other, to be shown beside each other."""
    on_each = [next_doses(plan, clock, standing, count) for clock in (home, there)]
    return on_each[0], on_each[1]


def follows(
    plan: Plan,
    standing: Mapping[str, Standing],
    now: datetime,
    home: Clock,
    zone: str,
) -> Verdict:
    """Whether the doses may follow the clock of `zone` from `now` on.

    Only when no interval across the change falls outside its medicine's limits, on one and the
    same calendar for all medicines. Of several calendars that fit, the one that moves the next
    doses least.
    """
    calendars = [Clock(zone, home.day_one + shift * _DAY) for shift in _SHIFTS]
    judged = [
        (_judged(plan, standing, now, home, there), _moved(plan, standing, home, there))
        for there in calendars
    ]
    return min(judged, key=lambda one: (one[0].answer, one[1]))[0]


def _moved(plan: Plan, standing: Mapping[str, Standing], home: Clock, there: Clock) -> timedelta:
    """By how much the next doses would move, all medicines together."""
    pairs = (_coming(plan, m, held, home, there) for m, held in standing.items())
    return sum((abs(b.due - a.due) for a, b in filter(None, pairs)), timedelta(0))


def _coming(
    plan: Plan, medicine: str, held: Standing, home: Clock, there: Clock
) -> tuple[NextDose, NextDose] | None:
    """The next dose on both clocks; None when the medicine has no dose to come."""
    found = [next(doses_from(plan, medicine, clock, held.coming), None) for clock in (home, there)]
    return (found[0], found[1]) if found[0] and found[1] else None


def _judged(
    plan: Plan,
    standing: Mapping[str, Standing],
    now: datetime,
    home: Clock,
    there: Clock,
) -> Verdict:
    """The verdict on one calendar: that of the medicine that fits least."""
    worst = Verdict(Answer.FOLLOW, there)
    for medicine, held in standing.items():
        pair = _coming(plan, medicine, held, home, there)
        if pair is None:
            continue
        gap = _nearest_gap(held, pair[1].due)
        answer = Answer.FOLLOW
        if not _fits(plan, held, pair):
            answer = Answer.ASK
        elif held.unanswered or pair[1].due <= now:
            answer = Answer.DOSE_FIRST
        if answer > worst.answer:
            worst = Verdict(answer, there, medicine, gap)
    return worst


def _nearest_gap(held: Standing, due: datetime) -> timedelta | None:
    before = [at for at in (held.due, held.taken) if at is not None]
    return due - max(before) if before else None


def _fits(plan: Plan, held: Standing, pair: tuple[NextDose, NextDose]) -> bool:
    """Whether the interval to the next dose is one that this medicine allows.

    Two of its doses may come as near as half of what is usual in this plan, and never nearer than
    the medicine allows unless the plan itself does; as far as the plan itself has them, or as the
    medicine allows while D2 would not yet call the time without a dose a danger.
    """
    at_home, there = pair
    near = _nearest_gap(held, there.due)
    if there.dose.slot != at_home.dose.slot:  # a step begins on the way: its doses are others
        return False
    if near is None:
        return True
    regimen = regimen_on(plan, at_home.medicine, at_home.day)
    usual, longest = shortest_gap(regimen), longest_gap(regimen)
    if near < min(usual, max(_hours(held.interval.least_h), usual / 2)):
        return False
    sure = held.taken or held.due or there.due
    if there.due - sure <= max(longest, at_home.due - (held.due or at_home.due)):
        return True
    # A gap that D2 would call a danger is never planned.
    alarming = longest + held.interval.over_gap
    return there.due - sure <= _hours(held.interval.most_h) and there.due - sure < alarming


def _hours(hours: Decimal) -> timedelta:
    return timedelta(minutes=int(hours * 60))
