"""Where somebody stands between two changes of dose: what lessons and red flags ask about."""

from datetime import date, timedelta

from care.plan import Plan, changes, changes_on

EVE = -1
"""The day before a change, in days counted from the change."""

# First and last day of the expected peak after a change. clinical.md 2: about 2 days after a cut of
# a short drug, 4-7 of a long one; 4.6: baclofen peaks at 48-72 h. The edges are [ENG].
_PEAK = {
    "baclofen": (2, 3),
    "z_drug": (1, 3),
    "short_half_life": (1, 3),
    "benzodiazepine": (2, 7),
}


def days_since_change(plan: Plan, day: date, *, medicine: str | None = None) -> int | None:
    """Whole days from the latest change to `day`: 0 on its own day, None before any.

    `medicine` narrows it to one drug id; without it every medicine counts.
    """
    past = [
        change.day
        for change in changes(plan)
        if change.day <= day and medicine in (None, change.medicine)
    ]
    return (day - max(past)).days if past else None


def lesson_day(plan: Plan, day: date) -> int | None:
    """The day's place around a change: -1 when one is due tomorrow, else `days_since_change`."""
    if changes_on(plan, day + timedelta(days=1)):
        return EVE
    return days_since_change(plan, day)


def phase(cls: str, days: int) -> str:
    """The phase of a change for lessons: "eve", "early", "peak" or "later".

    `cls` is "baclofen", "z_drug", "benzodiazepine" or "short_half_life"; `days` counts from the
    change, negative before it. Sources: clinical.md 2 and 4.6; the edges are [ENG].

    Raises:
        KeyError: for a class without sourced days.
    """
    first, last = _PEAK[cls]
    if days < 0:
        return "eve"
    if days < first:
        return "early"
    return "peak" if days <= last else "later"
