"""A plan that has begun: which of its steps are over, what holds now and since when.

A plan may come in with steps of the past, in a file or after a hold. They stay in it as what
happened; what is read back and reminded of begins with what holds now.
"""

from dataclasses import replace
from datetime import date, timedelta

from care.plan import Plan, Regimen, Step, regimen_on


def begun_by(plan: Plan, in_force: Plan | None, today: date) -> date:
    """The last day whose steps of `plan` have begun without anybody's word.

    Today where the plan in force says the same of today; else yesterday, since a step that begins
    today is a change that has to be agreed to (D9).
    """
    same = in_force is not None and all(
        _alike(regimen_on(plan, one, today), regimen_on(in_force, one, today))
        for one in plan.medicines
    )
    return today if same else today - timedelta(days=1)


def held_since(plan: Plan, medicine: str, day: date) -> date | None:
    """The day since which the regimen that holds on `day` has held, None when no step says."""
    since = None
    held = regimen_on(plan, medicine, day)
    for step in reversed(plan.steps):
        if step.regimen.medicine != medicine or step.starts > day:
            continue
        if not _alike(step.regimen, held):
            break
        since = step.starts
    return since


def taken_up(plan: Plan, day: date) -> tuple[Plan, tuple[Step, ...]] | None:
    """The plan as somebody enters it on `day`: what holds as the present, and what led to it.

    None where a medicine is taken with rest days just then: they are counted from their step.
    """
    held = [regimen_on(plan, one, day) for one in plan.medicines]
    if any(one.every > 1 for one in held):
        return None
    over = tuple(step for step in plan.steps if step.starts <= day)
    coming = tuple(step for step in plan.steps if step.starts > day)
    present = tuple(one for one in held if one.doses)
    return replace(plan, present=present, steps=coming), over


def _alike(one: Regimen, other: Regimen) -> bool:
    return _amounts(one) == _amounts(other)


def _amounts(regimen: Regimen) -> object:
    return regimen.every if regimen.doses else 1, {(dose.wall, dose.mg) for dose in regimen.doses}
