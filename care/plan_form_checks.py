"""The plan checks on how a medicine is taken: rest days, times a day, what makes an amount."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from care.amounts import Form, Product
from care.plan import DoseTime
from care.plan_findings import Level, OneMedicine, PlanFinding, View
from care.plan_pace import Course

MOST_UNITS: Final = 200_000
"""An amount of more smallest pieces than this is a typing error."""
SHORT_HALF_LIFE_H: Final = 24  # P10 [ENG]


def _rest_days(course: Course, _view: View) -> Iterator[PlanFinding]:
    """P10: not taken every day. BLOCK under 24 h half-life and for baclofen, else WARN [ENG].

    The lower end of the half-life counts, that of an active metabolite where there is one.
    """
    rare = next((one for one in course.regimens if one.regimen.every > 1), None)
    if rare is None:
        return
    one = course.medicine
    hours = max(one.half_life_h[0], (one.active_metabolite_h or one.half_life_h)[0])
    short = one.baclofen or hours < SHORT_HALF_LIFE_H
    level = Level.BLOCK if short else Level.WARN
    numbers = {"every": Decimal(rare.regimen.every), "hours": hours}
    yield PlanFinding("P10", level, course.id, rare.day, numbers, "mem, ENG")


def _few_doses(course: Course, view: View) -> Iterator[PlanFinding]:
    """P11 NOTE: a short-acting medicine in fewer doses a day than usual (section 2) [mem].

    Silent where only slow-release products are named.
    """
    one, products = course.medicine, view.plan.products_of(course.id)
    slow = products and all(each.form is Form.MODIFIED_RELEASE for each in products)
    usual = one.usual_times[0]
    few = [held for held in course.regimens if len(held.regimen.doses) < usual]
    if few and one.short_acting and not slow:
        times = Decimal(len(few[0].regimen.doses))
        numbers = {"times": times, "limit": Decimal(usual)}
        yield PlanFinding("P11", Level.NOTE, course.id, few[0].day, numbers, "NHS-BAC, mem")


def _doses(course: Course) -> Iterator[tuple[date | None, DoseTime]]:
    """Each different amount with the first day on which it is taken."""
    seen = set()
    for day, regimen in course.regimens:
        for dose in regimen.doses:
            if (dose.mg, bool(dose.how)) not in seen:
                seen.add((dose.mg, bool(dose.how)))
                yield day, dose


def _listed(course: Course, pieces: int) -> tuple[Product, ...]:
    some = course.medicine.strengths_mg
    return tuple(Product(course.id, Form.TABLET, mg, pieces) for mg in some)


def can_make(mg: Decimal, products: Iterable[Product]) -> bool:
    """Whether `care.amounts.make` finds a way.

    A plan may have a thousand amounts, so no way is looked for: there is one bit for each amount
    that tablets, and one liquid with them, add up to.
    """
    some = tuple(products)
    solids = [Fraction(one.smallest_mg) for one in some if one.form is not Form.LIQUID]
    liquids = [Fraction(one.smallest_mg) for one in some if one.form is Form.LIQUID]
    return any(_adds_up(Fraction(mg), [*solids, *one]) for one in [[], *([x] for x in liquids)])


def _adds_up(mg: Fraction, pieces: list[Fraction]) -> bool:
    per_mg = lcm(*(one.denominator for one in pieces))
    target = mg * per_mg
    if target.denominator > 1 or target > MOST_UNITS:
        return False
    reached, units = 1, int(target)
    for one in pieces:
        step = int(one * per_mg)
        while step <= units:  # doubling: up to 1 piece of it, then 3, 7, 15 ...
            reached |= reached << step
            step *= 2
    return bool(reached >> units & 1)


def _not_makeable(course: Course, view: View) -> Iterator[PlanFinding]:
    """P12 WARN: an amount that the products of the plan do not make exactly. MDG.

    Without products: that whole and half tablets of the listed strengths do not make. An amount
    with the prescriber's own way of making it is left to that.
    """
    named = view.plan.products_of(course.id)
    for day, dose in _doses(course):
        if not dose.how and not can_make(dose.mg, named or _listed(course, 2)):
            case = "plain" if named else "listed"
            yield PlanFinding("P12", Level.WARN, course.id, day, {"mg": dose.mg}, "MDG", case)


def _split_slow_release(course: Course, view: View) -> Iterator[PlanFinding]:
    """P13 BLOCK: an amount that only a split slow-release tablet would make. LBL.

    A prescriber's own way of making it counts where another form is there too. When the plan
    names no product of a medicine that exists as slow release, the first amount that needs a
    half is a NOTE: which form it is, is not known.
    """
    named = view.plan.products_of(course.id)
    slow = [one for one in named if one.form is Form.MODIFIED_RELEASE]
    for day, dose in _doses(course) if slow else ():
        own_way = dose.how and len(slow) < len(named)
        if not own_way and not can_make(dose.mg, named):
            yield PlanFinding("P13", Level.BLOCK, course.id, day, {"mg": dose.mg}, "LBL-ALP")
    if not named and course.medicine.modified_release_mg:
        yield from _maybe_split(course)


def _maybe_split(course: Course) -> Iterator[PlanFinding]:
    for day, dose in _doses(course):
        if not dose.how and not can_make(dose.mg, _listed(course, 1)):
            numbers = {"mg": dose.mg}
            yield PlanFinding("P13", Level.NOTE, course.id, day, numbers, "LBL-ALP", "unknown")
            return


FORM_CHECKS: Final[Mapping[str, OneMedicine]] = {
    "P10": _rest_days,
    "P11": _few_doses,
    "P12": _not_makeable,
    "P13": _split_slow_release,
}
