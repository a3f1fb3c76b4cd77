"""The plan checks P01-P20 of clinical.md 1.4, as its section 9 changed them.

They say what a prescriber should look at, with the number, the threshold and the source. They
never make, change or offer a dose. What is not known is never taken as fine by a check that
blocks; a check that breaks is a finding as well.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

from care.equivalents import MedicinesById, worst
from care.plan import Plan, Step
from care.plan_pace import Course, Move, course_of, exchanges, known, swapped
from care.tiers import Severity, Tier

Found: TypeAlias = Mapping[str, Decimal | str]


class Level(Severity):
    """How much a finding weighs: block keeps the plan from starting until the prescriber says."""

    NOTE = "note"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What the checks may know beside the plan. None and "not in the mapping" mean not known.

    `medicines` holds the facts of every medicine of the plan. `weeks_taken` is the longest it may
    have been taken (a range counts by its end), `began_on` the day a medicine began, which is
    better. `start_daily_mg` is the daily dose when the taper began. `earlier` are the dated steps
    that led to the present doses. `risks` are option ids of the question "risks" of
    intake.yaml. `lasts_until` is the first day on which the supply is short under this plan.
    `open_flag` is the worst tier of the last 7 days that nobody resolved; `busy_days` says why a
    day is a bad one for a change: "travel", "surgery" or "exam".
    """

    today: date
    medicines: MedicinesById
    weeks_taken: int | None = None
    began_on: Mapping[str, date] = MappingProxyType({})
    start_daily_mg: Mapping[str, Decimal] = MappingProxyType({})
    earlier: tuple[Step, ...] = ()
    risks: frozenset[str] | None = None
    has_prescriber: bool = False
    has_prescriber_phone: bool = False
    has_caregiver: bool = False
    entered_by_prescriber: bool = False
    lasts_until: Mapping[str, date] = MappingProxyType({})
    refill_on: date | None = None
    appointment_on: date | None = None
    open_flag: Tier | None = None
    worsening: bool = False
    busy_days: Mapping[date, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """What one check found.

    `case` tells the ways apart in which one check can speak, `found` holds the numbers that go
    into its words. `medicine` and `day` are None when it is about the whole plan.
    """

    check: str
    level: Level
    medicine: str | None
    day: date | None
    found: Found
    source: str
    case: str = "plain"

    @property
    def unchecked(self) -> bool:
        """Whether the check broke: it found nothing and cleared nothing. The caller logs it."""
        return self.case == UNCHECKED


UNCHECKED: Final = "unchecked"
PRESCRIBER_MADE: Final = frozenset({"plan code", "prescriber account"})
"""Confirmations that a prescriber made, as plans.confirmed_how keeps them."""
PATIENT_SAYS: Final = "patient says"
_PRESCRIBER_ONLY: Final = frozenset({"P01", "P05"})


def lifts(finding: PlanFinding, how: str | None) -> bool:
    """Whether a confirmation of this kind lets the plan start in spite of the finding.

    P01 and P05 are lifted only by what a prescriber made; another block by any recorded
    confirmation with name, date and reason as well (D9). What does not block needs no lifting.
    """
    if finding.level is not Level.BLOCK or how in PRESCRIBER_MADE:
        return True
    return how == PATIENT_SAYS and finding.check not in _PRESCRIBER_ONLY


@dataclass(frozen=True, slots=True)
class View:
    """The plan as the checks look at it."""

    plan: Plan
    facts: CheckFacts
    courses: tuple[Course, ...] = field(default=())


def _view(plan: Plan, facts: CheckFacts) -> View:
    ids = known(plan, facts.medicines)
    courses = [course_of(plan, facts.medicines[one], facts.earlier) for one in ids]
    if facts.entered_by_prescriber:
        found = tuple(exchanges(courses))
        courses = [swapped(course, found) for course in courses]
    return View(plan, facts, tuple(courses))


OneMedicine: TypeAlias = Callable[[Course, CheckFacts], Iterator[PlanFinding]]
WholePlan: TypeAlias = Callable[[View], Iterator[PlanFinding]]


# P01: stopping at once -----------------------------------------------------------------------

P01_LONG_WEEKS: Final = 4
P01_STOP_MG: Final = Decimal(5)  # of diazepam
P01_STOP_BACLOFEN_MG: Final = Decimal(15)


def _stops_at_once(course: Course, facts: CheckFacts) -> Iterator[PlanFinding]:
    """P01 BLOCK: to 0 in one step after more than 4 weeks. ASAM rec 2, limits [ENG].

    From over 5 mg diazepam a day by the strictest table, or over 15 mg of baclofen. How long it
    was taken is not known: it counts as longer.
    """
    limit = P01_STOP_BACLOFEN_MG if course.medicine.baclofen else P01_STOP_MG
    for cut in course.cuts:
        size = _size(course, cut.before.daily_mg)
        if cut.to_zero and size > limit and _weeks(course, facts, cut.day) > P01_LONG_WEEKS:
            yield _of(course, cut, "P01", Level.BLOCK, "ASAM, ENG", limit=limit)


def _size(course: Course, mg: Decimal) -> Decimal:
    """What an amount weighs: mg of diazepam by the strictest table, mg of baclofen as they are."""
    return mg if course.medicine.baclofen else worst(mg, course.medicine)


def _weeks(course: Course, facts: CheckFacts, day: date) -> Decimal:
    """For how many weeks it may have been taken by `day`; endless when nobody said."""
    if course.id in facts.began_on:
        return Decimal((day - facts.began_on[course.id]).days) / 7
    if not course.present.doses:  # a step of this plan begins it
        return Decimal((day - min(course.own)).days) / 7
    if facts.weeks_taken is None:
        return Decimal("Infinity")
    return facts.weeks_taken + Decimal(max((day - facts.today).days, 0)) / 7


def _of(
    course: Course, cut: Move, check: str, level: Level, source: str, **found: Decimal | str
) -> PlanFinding:
    numbers = {"before": cut.before.daily_mg, "after": cut.after.daily_mg, **found}
    return PlanFinding(check, level, course.id, cut.day, numbers, source)


# -------------------------------------------------------------------------------------------------

EACH: Final[Mapping[str, OneMedicine]] = {"P01": _stops_at_once}
WHOLE: Final[Mapping[str, WholePlan]] = {}
CHECKS: Final = tuple(f"P{number:02}" for number in range(1, 21))
PATIENT_CHECKS: Final = frozenset({"P16", "P17", "P18", "P19", "P20"})
"""Those about the person: a plan file alone says nothing about them."""


def check_plan(
    plan: Plan, facts: CheckFacts, leave_out: Collection[str] = ()
) -> tuple[PlanFinding, ...]:
    """Everything the checks found, blocks first, then in the order of the checks and days.

    `leave_out` are check ids that cannot be asked here (`PATIENT_CHECKS` when there is only a
    file). It never raises: a check that does is a warning with `unchecked`.
    """
    view = _view(plan, facts)
    found: list[PlanFinding] = []
    for check in CHECKS:
        if check not in leave_out:
            found += _run(check, view)
    return tuple(sorted(found, key=lambda finding: finding.level, reverse=True))


def _run(check: str, view: View) -> Iterator[PlanFinding]:
    for course in view.courses if check in EACH else ():
        yield from _tried(check, course.id, EACH[check](course, view.facts))
    if check in WHOLE:
        yield from _tried(check, None, WHOLE[check](view))


def _tried(
    check: str, medicine: str | None, findings: Iterator[PlanFinding]
) -> Iterator[PlanFinding]:
    try:
        yield from findings
    except Exception as error:  # noqa: BLE001 - whatever breaks a check, it was not passed
        why = {"error": type(error).__name__}
        yield PlanFinding(check, Level.WARN, medicine, None, why, "ENG", UNCHECKED)
