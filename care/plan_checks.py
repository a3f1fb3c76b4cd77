"""The plan checks P01-P20 of clinical.md 1.4, as its section 9 changed them.

They say what a prescriber should look at, with the number, the threshold and the source. They
never make, change or offer a dose. What is not known is never taken as fine by a check that
blocks; a check that breaks is a finding as well. Those about the pace of one medicine stand here,
those about its amounts in care/plan_form_checks.py, the others in care/plan_circumstances.py.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from care.equivalents import worst
from care.plan import Plan, changes, goes_up
from care.plan_circumstances import WHOLE
from care.plan_findings import (
    PATIENT_SAYS,
    PRESCRIBER_MADE,
    UNCHECKED,
    CheckFacts,
    Level,
    OneMedicine,
    PlanFinding,
    View,
    lifts,
    view_of,
)
from care.plan_form_checks import FORM_CHECKS
from care.plan_pace import Course, Move, as_published, mean_mg, over, peak, share, window

__all__ = [
    "CHECKS",
    "PATIENT_CHECKS",
    "PATIENT_SAYS",
    "PRESCRIBER_MADE",
    "CheckFacts",
    "Level",
    "PlanFinding",
    "check_plan",
    "lifts",
]

CHECKS: Final = tuple(f"P{number:02}" for number in range(1, 21))
PATIENT_CHECKS: Final = frozenset({"P16", "P17", "P18", "P19", "P20"})
"""Those about the person: a plan file alone says nothing about them."""

# In mg of diazepam by the strictest table, or in mg of baclofen, for each (benzodiazepine or
# Z-drug, baclofen).
STOP_MG: Final = (Decimal(5), Decimal(15))  # P01 [ENG]
STOP_WEEKS: Final = 4  # P01, ASAM rec 2
STEP_PERCENT: Final = (Decimal(10), Decimal(25))  # P02, ASAM rec 6; baclofen [ENG]
STEP_NOTE_PERCENT: Final = Decimal("12.5")  # P02, D15: one eighth is still a starting pace
STEP_BACLOFEN_MG: Final = Decimal(10)  # P02 [ENG]
SHORT_WEEKS: Final = 13  # P02: under 3 months
LOW_MG: Final = Decimal(10)  # P02, ASAM table 2
FORTNIGHT: Final = 14  # P03, ASAM key takeaway 5
FORTNIGHT_PERCENT: Final = Decimal(25)
TAIL_MG: Final = Decimal(5)  # P03: below it the CKS schedule breaks 25 %
SOON_DAYS: Final = ((14, Level.NOTE), (7, Level.WARN))  # P04, ASAM and CKS
SOON_BACLOFEN_DAYS: Final = ((7, Level.WARN), (3, Level.BLOCK))  # P04 [ENG]
LABEL_DAYS: Final = 3  # P05, LBL
LABEL_MG: Final = {"alprazolam": Decimal("0.5"), "clonazepam": Decimal("0.25")}
BACLOFEN_DAYS: Final = ((14, Level.WARN), (7, Level.BLOCK))  # P05, NHS-BAC, NHSH
LAST_MG: Final = (
    ((Decimal(1), Level.NOTE), (Decimal("2.5"), Level.WARN), (Decimal(5), Level.BLOCK)),
    ((Decimal(5), Level.NOTE), (Decimal(10), Level.WARN), (Decimal(15), Level.BLOCK)),
)  # P06, CKS and MDG, limits [ENG]
TAIL_PERCENT: Final = (Decimal(25), Decimal(50))  # P07, MDG and ASAM


def _of(
    course: Course, move: Move, check: str, level: Level, source: str, **found: Decimal | str
) -> PlanFinding:
    case = str(found.pop("case", "plain"))
    numbers = {"before": move.before.daily_mg, "after": move.after.daily_mg, **found}
    return PlanFinding(check, level, course.id, move.day, numbers, source, case)


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


def _stops_at_once(course: Course, view: View) -> Iterator[PlanFinding]:
    """P01 BLOCK: to 0 in one step after more than 4 weeks. ASAM rec 2, limits [ENG].

    From over 5 mg diazepam a day by the strictest table, or over 15 mg of baclofen. When nobody
    knows how long it was taken, it counts as longer.
    """
    limit = STOP_MG[course.medicine.baclofen]
    for cut in course.cuts:
        large = _size(course, cut.before.daily_mg) > limit
        if cut.to_zero and large and _weeks(course, view.facts, cut.day) > STOP_WEEKS:
            yield _of(course, cut, "P01", Level.BLOCK, "ASAM, ENG", limit=limit)


def _large_step(course: Course, view: View) -> Iterator[PlanFinding]:
    """P02: over 10 % of the current dose or of the first one, the larger. ASAM rec 6, D15.

    NOTE up to 12.5 %, and under 3 months at a low dose; WARN above. Baclofen: WARN over 10 mg or
    25 % [ENG]. The step to zero is P06's (D29). An unknown first dose counts as the present one.
    """
    baclofen = course.medicine.baclofen
    limit = STEP_PERCENT[baclofen]
    first = view.facts.start_daily_mg.get(course.id, course.present.daily_mg)
    for cut in course.cuts:
        before = mean_mg(cut.before)
        fall = before - mean_mg(cut.after)
        base = min(before, first or before)
        heavy = baclofen and fall > STEP_BACLOFEN_MG
        if cut.after.doses and (heavy or over(fall, base, limit)):
            mild = not baclofen and (
                not over(fall, base, STEP_NOTE_PERCENT) or _short_and_low(course, view, cut.day)
            )
            yield _of(
                course,
                cut,
                "P02",
                Level.NOTE if mild else Level.WARN,
                "mem, ENG" if baclofen else "ASAM, ENG",
                case="baclofen" if baclofen else "start" if base < before else "plain",
                percent=share(fall, base),
                limit=limit,
            )


def _short_and_low(course: Course, view: View, day: date) -> bool:
    """Whether it is taken for under 3 months and all of them together are a low dose."""
    some = [one for one in view.courses if not one.medicine.baclofen]
    first = view.facts.start_daily_mg
    daily = (
        worst(max(one.present.daily_mg, first.get(one.id, Decimal(0))), one.medicine)
        for one in some
    )
    return _weeks(course, view.facts, day) < SHORT_WEEKS and sum(daily, Decimal(0)) <= LOW_MG


def _much_in_a_fortnight(course: Course, view: View) -> Iterator[PlanFinding]:
    """P03 BLOCK: over 25 % of the dose at the start of any 14 days. ASAM key takeaway 5.

    WARN where the whole plan stays within the CKS schedule (D27), or all of the window does from
    5 mg diazepam down. The step to zero is P06's. Nothing for baclofen.
    """
    if course.medicine.baclofen:
        return
    falls, all_published = course.falls, _all_published(view)
    for cut in course.cuts:
        inside = window(falls, cut.day, FORTNIGHT)
        top, after = peak(inside), mean_mg(cut.after)
        if cut.after.doses and over(top - after, top, FORTNIGHT_PERCENT):
            small = all(_size(course, mean_mg(one.before)) <= TAIL_MG for one in inside)
            published = all_published or (
                small and all(as_published(course.medicine, one) for one in inside)
            )
            yield _of(
                course,
                cut,
                "P03",
                Level.WARN if published else Level.BLOCK,
                "ASAM, CKS",
                percent=share(top - after, top),
                limit=FORTNIGHT_PERCENT,
            )


def _all_published(view: View) -> bool:
    some = [one for one in view.courses if not one.medicine.baclofen]
    return all(as_published(one.medicine, cut) for one in some for cut in one.cuts)


def _too_soon(course: Course, _view: View) -> Iterator[PlanFinding]:
    """P04: a reduction under 14 days after a change is a NOTE, under 7 a WARN. ASAM, CKS.

    Baclofen: under 7 days WARN, under 3 BLOCK [ENG]. The change before the plan, when nobody told
    of it, is left out.
    """
    limits = SOON_BACLOFEN_DAYS if course.medicine.baclofen else SOON_DAYS
    for cut in course.cuts:
        since = cut.since
        broken = [one for one in limits if since is not None and since < one[0]]
        if since is not None and broken:
            days, level = broken[-1]
            numbers = {"days": Decimal(since), "limit": Decimal(days)}
            yield _of(course, cut, "P04", level, "ASAM, CKS, ENG", **numbers)


def _faster_than_label(course: Course, view: View) -> Iterator[PlanFinding]:
    """P05 BLOCK: alprazolam over 0.5 mg, clonazepam over 0.25 mg a day less within 3 days. LBL.

    Baclofen: the whole taper under 7 days BLOCK, under 14 WARN. NHS-BAC, NHSH.
    """
    if course.medicine.baclofen:
        yield from _short_taper(course, view.facts)
    limit, falls = LABEL_MG.get(course.id), course.falls
    for cut in course.cuts if limit is not None else ():
        fall = peak(window(falls, cut.day, LABEL_DAYS)) - mean_mg(cut.after)
        if limit is not None and fall > limit:
            source = "LBL-ALP" if course.id == "alprazolam" else "LBL-CLO"
            yield _of(course, cut, "P05", Level.BLOCK, source, case="label", limit=limit)


def _short_taper(course: Course, facts: CheckFacts) -> Iterator[PlanFinding]:
    """From the first reduction to the end.

    Where it began before the plan and is down to what P01 lets pass, nobody knows how long it
    took: a WARN, since what is not known is never fine.
    """
    ends = next((cut for cut in course.cuts if cut.to_zero), None)
    if ends is None:
        return
    days = (ends.day - course.falls[0].day).days
    broken = [one for one in BACLOFEN_DAYS if days < one[0]]
    before = facts.start_daily_mg.get(course.id, Decimal(0))
    unknown = before > course.present.daily_mg and course.present.daily_mg <= STOP_MG[True]
    if broken:
        limit, level = broken[-1]
        yield _of(
            course,
            ends,
            "P05",
            Level.WARN if unknown else level,
            "NHS-BAC, NHSH",
            case="began_before" if unknown else "whole",
            days=Decimal(days),
            limit=Decimal(limit),
        )


def _high_last_dose(course: Course, _view: View) -> Iterator[PlanFinding]:
    """P06: the last daily dose before zero, by the strictest table. CKS, MDG, limits [ENG].

    Over 1 mg diazepam NOTE, 2.5 WARN, 5 BLOCK; baclofen over 5, 10 and 15 mg.
    """
    limits = LAST_MG[course.medicine.baclofen]
    for cut in course.cuts:
        size = _size(course, cut.before.daily_mg)
        broken = [one for one in limits if size > one[0]]
        if cut.to_zero and broken:
            limit, level = broken[-1]
            case = "baclofen" if course.medicine.baclofen else "plain"
            numbers = {"size": size, "limit": limit}
            yield _of(course, cut, "P06", level, "CKS, MDG, ENG", case=case, **numbers)


def _steep_tail(course: Course, _view: View) -> Iterator[PlanFinding]:
    """P07 WARN: a step over 25 % of the dose before it (baclofen 50 %). MDG, ASAM.

    Equal steps become steeper toward the end. The step to zero is P06's (D29). A switch is not
    exempt: D28 ends with P06.
    """
    limit = TAIL_PERCENT[course.medicine.baclofen]
    for cut in course.planned:
        before = mean_mg(cut.before)
        fall = before - mean_mg(cut.after)
        if cut.after.doses and over(fall, before, limit):
            numbers = {"percent": share(fall, before), "limit": limit}
            yield _of(course, cut, "P07", Level.WARN, "MDG, ASAM", **numbers)


def _goes_up(course: Course, view: View) -> Iterator[PlanFinding]:
    """P08 WARN: more than before, in a day or on average, or a medicine that begins [mem]."""
    for change in changes(view.plan):
        more = goes_up(change) or mean_mg(change.after) > mean_mg(change.before)
        if change.medicine == course.id and more and change.day in course.own:
            move = Move(change.day, change.before, change.after, None)
            case = "plain" if change.before.doses else "begins"
            yield _of(course, move, "P08", Level.WARN, "ASHTON, mem", case=case)


EACH: Final[Mapping[str, OneMedicine]] = {
    "P01": _stops_at_once,
    "P02": _large_step,
    "P03": _much_in_a_fortnight,
    "P04": _too_soon,
    "P05": _faster_than_label,
    "P06": _high_last_dose,
    "P07": _steep_tail,
    "P08": _goes_up,
    **FORM_CHECKS,
}


def check_plan(
    plan: Plan, facts: CheckFacts, leave_out: Collection[str] = ()
) -> tuple[PlanFinding, ...]:
    """Everything the checks found, blocks first, then in the order of the checks and days.

    `leave_out` are check ids that cannot be asked here (`PATIENT_CHECKS` when there is only a
    file). It never raises: a check that does is a warning with `unchecked`.
    """
    asked = [check for check in CHECKS if check not in leave_out]
    try:
        view = view_of(plan, facts)
    except Exception as error:  # noqa: BLE001 - a plan that cannot be looked at was not passed
        return tuple(_unchecked(check, None, type(error).__name__) for check in asked)
    found = [finding for check in asked for finding in _run(check, view)]
    return tuple(sorted(found, key=lambda finding: finding.level, reverse=True))


def _run(check: str, view: View) -> Iterator[PlanFinding]:
    if check in EACH:
        for course in view.courses:
            yield from _tried(check, course.id, EACH[check](course, view))
        for medicine in view.strangers:
            yield _unchecked(check, medicine, "no facts")
    if check in WHOLE:
        yield from _tried(check, None, WHOLE[check](view))


def _tried(
    check: str, medicine: str | None, findings: Iterator[PlanFinding]
) -> Iterator[PlanFinding]:
    try:
        yield from findings
    except Exception as error:  # noqa: BLE001 - whatever breaks a check, it was not passed
        yield _unchecked(check, medicine, type(error).__name__)


def _unchecked(check: str, medicine: str | None, error: str) -> PlanFinding:
    return PlanFinding(check, Level.WARN, medicine, None, {"error": error}, "ENG", UNCHECKED)
