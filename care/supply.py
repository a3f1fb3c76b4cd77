"""How long tablets last under the plan: running out is stopping suddenly (P17)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from care.plan import Plan, doses_on

WARN_DAYS: Final = 7  # the patient and the prescriber (clinical.md P17)
ALARM_DAYS: Final = 3  # the caregiver too
FARTHEST: Final = 730


def lasts_until(plan: Plan, medicine: str, left_mg: Decimal, today: date) -> date | None:
    """Return the first day that is not fully covered, None when it lasts to the plan's end.

    `left_mg` is what is left this morning, before today's doses.
    """
    for days in range(FARTHEST):
        day = today + timedelta(days=days)
        left_mg -= sum((dose.mg for dose in doses_on(plan, medicine, day)), Decimal(0))
        if left_mg < 0:
            return day
    return None


def days_left(plan: Plan, medicine: str, left_mg: Decimal, today: date) -> int | None:
    """Return for how many days from today it lasts, None when it lasts to the plan's end."""
    until = lasts_until(plan, medicine, left_mg, today)
    return None if until is None else (until - today).days
