"""The closed vocabulary of red-flag rules: one small condition per operator.

A condition says whether it holds for the facts. Missing data never holds; broken data raises,
and `care.redflags.evaluate` turns that into a finding for a human.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from care.dayscore import answer_number
from care.questionnaire import SKIPPED, Answers


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known of the doses of one medicine: each has a clock of its own.

    `missed_in_a_row`: its latest doses that are not confirmed; the hours are as in `Facts`.
    """

    classes: frozenset[str]
    missed_in_a_row: int = 0
    hours_since_intake: Decimal | None = None
    longest_gap_hours: Decimal = Decimal(24)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a patient at one moment.

    `answers`: today's, `history`: the days before, newest first, None for a day without check-in.
    `vitals`: pulse, systolic, diastolic, temperature (C), spo2, breaths.
    `profile`: "pump", "spinal_t6", "bipolar", "psychosis", "opioids", "alcohol", "copd", ...
    `classes`: "benzodiazepine", "z_drug", "baclofen", "short_half_life"; empty: not known.
    `hours_since_intake`: since the last confirmed dose; `longest_gap_hours`: the plan's longest
    normal gap between two doses (D2). `baselines`: own medians: "stiffness", "pulse", "systolic".
    `intakes`: the doses by medicine, so that one taken does not hide another that was not.
    """

    answers: Answers = field(default_factory=dict)
    history: tuple[Answers | None, ...] = ()
    vitals: Mapping[str, Decimal] = field(default_factory=dict)
    profile: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    days_since_step: int | None = None
    missed_in_a_row: int = 0
    hours_since_intake: Decimal | None = None
    score: int | None = None
    baseline: int | None = None
    longest_gap_hours: Decimal = Decimal(24)
    baselines: Mapping[str, Decimal] = field(default_factory=dict)
    intakes: tuple[Intake, ...] = ()

    def by_medicine(self) -> tuple["Facts", ...]:
        """These facts, and once more for each medicine with its own doses and classes alone."""
        own = (
            replace(
                self,
                classes=one.classes,
                missed_in_a_row=one.missed_in_a_row,
                hours_since_intake=one.hours_since_intake,
                longest_gap_hours=one.longest_gap_hours,
            )
            for one in self.intakes
        )
        return (self, *own)

    def last_days(self, days: int) -> tuple[Answers | None, ...]:
        """Today and the days before it, `days` in all or fewer when the history is shorter."""
        return (self.answers, *self.history)[:days]


class Condition(Protocol):
    """One node of a rule's `when` tree."""

    def holds(self, facts: Facts) -> bool:
        """Whether it is so. Raises when the facts cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return all(part.holds(facts) for part in self.parts)


@dataclass(frozen=True, slots=True)
class CountOf:
    """At least `count` of the parts hold."""

    count: int
    of: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """Whether it is so. A part that cannot be read raises, unless the others suffice."""
        hits, broken = 0, None
        for part in self.of:
            try:
                hits += part.holds(facts)
            except (ValueError, KeyError, TypeError, ArithmeticError) as error:
                broken = error
        # One unreadable answer must not hide the emergency that the others show.
        if broken is not None and hits < self.count:
            raise broken
        return hits >= self.count


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return not self.part.holds(facts)


@dataclass(frozen=True, slots=True)
class AnswerIs:
    """At least one of the options was chosen today."""

    question: str
    options: frozenset[str]

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return _chose(facts.answers, self.question, self.options)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The question was skipped or not answered today."""

    question: str

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return facts.answers.get(self.question, (SKIPPED,)) == (SKIPPED,)


@dataclass(frozen=True, slots=True)
class DaysInARow:
    """One of the options today and on each of the days before; a missing day ends the run."""

    question: str
    options: frozenset[str]
    days: int

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        run = facts.last_days(self.days)
        return len(run) == self.days and all(
            _chose(day, self.question, self.options) for day in run
        )


@dataclass(frozen=True, slots=True)
class DaysOutOf:
    """One of the options, in any of the questions, on at least `count` of the last `days` days."""

    questions: tuple[str, ...]
    options: frozenset[str]
    count: int
    days: int

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        hits = [
            any(_chose(day, question, self.options) for question in self.questions)
            for day in facts.last_days(self.days)
        ]
        return sum(hits) >= self.count


@dataclass(frozen=True, slots=True)
class TotalUnder:
    """The numeric answers of the last `days` days add up to less than `under`; no day missing."""

    question: str
    days: int
    under: Decimal

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        numbers = [answer_number(day, self.question) for day in facts.last_days(self.days)]
        known = [number for number in numbers if number is not None]
        return len(known) == self.days and sum(known) < self.under


@dataclass(frozen=True, slots=True)
class Vital:
    """A vital sign was given and lies within the bounds, both included."""

    name: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        value = facts.vitals.get(self.name)
        if value is None:
            return False
        low_enough = self.at_most is None or value <= self.at_most
        return low_enough and (self.at_least is None or value >= self.at_least)


@dataclass(frozen=True, slots=True)
class VitalFromBaseline:
    """A vital sign lies at least `rise` above, or at least `fall` below, the own baseline."""

    name: str
    rise: Decimal | None = None
    fall: Decimal | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether it is so; without a baseline it is not."""
        value, usual = facts.vitals.get(self.name), facts.baselines.get(self.name)
        if value is None or usual is None:
            return False
        risen = self.rise is not None and value - usual >= self.rise
        return risen or (self.fall is not None and usual - value >= self.fall)


@dataclass(frozen=True, slots=True)
class AnswerFromBaseline:
    """On each of the last `days` days the answer lies `points` or `percent` above the baseline."""

    question: str
    points: Decimal | None = None
    percent: Decimal | None = None
    days: int = 1

    def holds(self, facts: Facts) -> bool:
        """Whether it is so; without a baseline, or with a missing day, it is not."""
        usual = facts.baselines.get(self.question)
        numbers = [answer_number(day, self.question) for day in facts.last_days(self.days)]
        if usual is None or len(numbers) < self.days:
            return False
        return all(number is not None and self._above(number, usual) for number in numbers)

    def _above(self, number: Decimal, usual: Decimal) -> bool:
        rise = number - usual
        by_points = self.points is not None and rise >= self.points
        # Multiplied out, so that a baseline of 0 needs no division.
        by_percent = self.percent is not None and rise * 100 >= usual * self.percent > 0
        return by_points or by_percent


@dataclass(frozen=True, slots=True)
class AnswerJump:
    """The answer lies at least `points` above the last one given before."""

    question: str
    points: Decimal

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        today = answer_number(facts.answers, self.question)
        before = (answer_number(day, self.question) for day in facts.history)
        last = next((number for number in before if number is not None), None)
        return today is not None and last is not None and today - last >= self.points


@dataclass(frozen=True, slots=True)
class ProfileHas:
    """One of the risk flags is set."""

    flags: frozenset[str]

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return not self.flags.isdisjoint(facts.profile)


@dataclass(frozen=True, slots=True)
class ClassIn:
    """The patient takes a drug of one of the classes."""

    classes: frozenset[str]

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return not self.classes.isdisjoint(facts.classes)


@dataclass(frozen=True, slots=True)
class SinceStepDaysAtMost:
    """The last change of dose was at most so many days ago."""

    days: int

    def holds(self, facts: Facts) -> bool:
        """Whether it is so; without a change it is not."""
        return facts.days_since_step is not None and 0 <= facts.days_since_step <= self.days


@dataclass(frozen=True, slots=True)
class MissedInARowAtLeast:
    """So many doses in a row are not confirmed."""

    doses: int

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return facts.missed_in_a_row >= self.doses


@dataclass(frozen=True, slots=True)
class IntakeOverdueHours:
    """No confirmed dose for the plan's longest normal gap and so many hours more (D2)."""

    hours: Decimal

    def holds(self, facts: Facts) -> bool:
        """Whether it is so; before the first confirmed dose it is not."""
        since = facts.hours_since_intake
        return since is not None and since >= facts.longest_gap_hours + self.hours


@dataclass(frozen=True, slots=True)
class ScoreOverBaseline:
    """Today's day score lies at least so many points above the baseline."""

    points: int

    def holds(self, facts: Facts) -> bool:
        """Whether it is so; without a score and a baseline it is not."""
        if facts.score is None or facts.baseline is None:
            return False
        return facts.score - facts.baseline >= self.points


def _chose(day: Answers | None, question: str, options: frozenset[str]) -> bool:
    return day is not None and not options.isdisjoint(day.get(question, ()))
