"""After the last dose: how long the check-ins go on (clinical.md 4.6, the row after the taper).

Benzodiazepines and Z-drugs: four weeks of daily check-ins, then weekly until six months. Baclofen:
two weeks, then weekly until six weeks [ENG]. With several medicines the longest stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from care.plan import Plan, changes, regimen_on

_WEEK = timedelta(days=7)
_LENGTHS = {  # by class: how long daily, how long in all
    "benzodiazepine": (timedelta(days=28), timedelta(days=182)),
    "z_drug": (timedelta(days=28), timedelta(days=182)),
    "baclofen": (timedelta(days=14), timedelta(days=42)),
}


class Rhythm(StrEnum):
    """How often somebody is asked how they are."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Aftercare:
    """The time after zero.

    `stopped` says for each drug id since which local day it is no longer taken, `zero` is the last
    of them. Check-ins are daily before `weekly_from`, and none is offered from `over_from` on.
    """

    stopped: Mapping[str, date]
    zero: date
    weekly_from: date
    over_from: date

    def rhythm(self, day: date) -> Rhythm:
        """How often check-ins come around the local day `day`."""
        if day >= self.over_from:
            return Rhythm.OVER
        return Rhythm.WEEKLY if day >= self.weekly_from else Rhythm.DAILY

    def asks_on(self, day: date) -> bool:
        """Whether a check-in is offered on `day`: daily, then once a week counted from zero."""
        rhythm = self.rhythm(day)
        if rhythm is Rhythm.WEEKLY:
            return (day - self.weekly_from) % _WEEK == timedelta(0)
        return rhythm is Rhythm.DAILY


def aftercare(plan: Plan, classes: Mapping[str, str], day: date) -> Aftercare | None:
    """The time after zero that `day` lies in; None while any dose is still planned then or later.

    `classes` gives the class of each drug id: "benzodiazepine", "z_drug" or "baclofen". A plan with
    an as-needed medicine has no zero, and neither has one whose medicines begin again later.

    Raises:
        KeyError: for a medicine without a class, or a class without a sourced length.
    """
    if plan.as_needed or any(regimen_on(plan, one, day).doses for one in plan.medicines):
        return None
    if any(step.starts > day and step.regimen.doses for step in plan.steps):
        return None
    stopped = {c.medicine: c.day for c in changes(plan) if c.day <= day and not c.after.doses}
    if not stopped:
        return None
    lengths = {one: _LENGTHS[classes[one]] for one in stopped}
    return Aftercare(
        stopped=stopped,
        zero=max(stopped.values()),
        weekly_from=max(since + lengths[one][0] for one, since in stopped.items()),
        over_from=max(since + lengths[one][1] for one, since in stopped.items()),
    )
