"""What the plan checks P01-P20 may know and what they find (clinical.md 1.4 and 9)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from care.equivalents import MedicinesById
from care.plan import Plan, Step
from care.plan_pace import Course, course_of, plan_medicines
from care.plan_switches import Exchange, exchanges, swapped
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
    that led to the present doses; steps of the plan before `today` are among what came before.
    `risks` are option ids of the question "risks" of intake.yaml. `lasts_until` is the first day on
    which the supply is short under this plan.
    `open_flag` is the worst tier of the last 7 days that nobody resolved; `busy_days` says why a
    day is a bad one for a change: "travel", "surgery" or "exam".
    """

    today: date
    medicines: MedicinesById
    weeks_taken: int | None = None
    began_on: Mapping[str, date] = field(default_factory=dict)
    start_daily_mg: Mapping[str, Decimal] = field(default_factory=dict)
    earlier: tuple[Step, ...] = ()
    risks: frozenset[str] | None = None
    has_prescriber: bool = False
    has_prescriber_phone: bool = False
    has_caregiver: bool = False
    entered_by_prescriber: bool = False
    lasts_until: Mapping[str, date] = field(default_factory=dict)
    refill_on: date | None = None
    appointment_on: date | None = None
    open_flag: Tier | None = None
    worsening: bool = False
    busy_days: Mapping[date, str] = field(default_factory=dict)


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
    confirmation with name, date and reason as well (D9). What does not block needs no lifting. A
    check that could not run has cleared nothing: it weighs like one that blocks.
    """
    weighs = finding.level is Level.BLOCK or finding.unchecked
    if not weighs or how in PRESCRIBER_MADE:
        return True
    return how == PATIENT_SAYS and finding.check not in _PRESCRIBER_ONLY


@dataclass(frozen=True, slots=True)
class View:
    """A plan as the checks look at it: medicine by medicine, and what is given up for what.

    `strangers` are medicines that nobody has facts of.
    """

    plan: Plan
    facts: CheckFacts
    courses: tuple[Course, ...]
    switches: tuple[Exchange, ...]
    strangers: tuple[str, ...] = ()

    @property
    def reduces(self) -> bool:
        """Whether the plan lowers anything at all."""
        return any(move.down for course in self.courses for move in course.planned)


def view_of(plan: Plan, facts: CheckFacts) -> View:
    """The plan with what its medicines are known to be."""
    ids = [one for one in plan_medicines(plan) if one in facts.medicines]
    courses = [course_of(plan, facts.medicines[one], facts.earlier, facts.today) for one in ids]
    found = tuple(exchanges(courses))
    if facts.entered_by_prescriber:
        courses = [swapped(course, found) for course in courses]
    strangers = tuple(one for one in plan_medicines(plan) if one not in facts.medicines)
    return View(plan, facts, tuple(courses), found, strangers)


OneMedicine: TypeAlias = Callable[[Course, View], Iterator[PlanFinding]]
WholePlan: TypeAlias = Callable[[View], Iterator[PlanFinding]]
