"""Holding a plan: staying on the present step, and the same steps at later dates (D13).

Dates move later, never earlier; no amount changes. What holds again after a hold is confirmed
by the prescriber like any new plan.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from care.plan import Plan, changes, goes_up

SWITCH_SPREAD: Final = timedelta(days=14)  # clinical.md P15: a switch is spread over 1-2 weeks


def waiting(plan: Plan, held_on: date) -> bool:
    """Whether steps of the plan come after the day it is held on."""
    return any(step.starts > held_on for step in plan.steps)


def moved_later(plan: Plan, held_on: date, today: date) -> Plan:
    """The plan with every step after `held_on` as many days later as it was held until `today`.

    The distances between the steps stay, and so do all amounts.

    Raises:
        ValueError: when `today` is before `held_on`, which would move a date earlier.
    """
    if today < held_on:
        raise ValueError(f"a hold of {held_on} cannot end on {today}")
    later = today - held_on
    steps = (
        replace(step, starts=step.starts + later) if step.starts > held_on else step
        for step in plan.steps
    )
    return replace(plan, steps=tuple(sorted(steps, key=lambda step: step.starts)))


def none_passed(plan: Plan, since: date, today: date) -> Plan:
    """The plan with its steps from `since` on as much later as none of them lies before `today`.

    They did not begin on their days. Left there, several would begin at once.
    """
    first = next((step.starts for step in plan.steps if step.starts >= since), today)
    if first >= today:
        return plan
    before = timedelta(days=1)
    return moved_later(plan, first - before, today - before)


def mid_switch(plan: Plan, day: date) -> bool:
    """Whether one medicine goes down while another goes up around `day` (a switch, P15).

    Staying in the middle of one may leave too little or too much of both: call first (D13).
    """
    near = [one for one in changes(plan) if abs(one.day - day) <= SWITCH_SPREAD]
    up = {one.medicine for one in near if goes_up(one)}
    down = {one.medicine for one in near if not goes_up(one)}
    return bool(up and down - up)
