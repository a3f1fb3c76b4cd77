"""The plan checks that look at the whole plan or at the person: P09 and P14 to P20, P03's total."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, pairwise
from typing import Final

from care.equivalents import exchanged
from care.plan_findings import CheckFacts, Level, PlanFinding, View, WholePlan
from care.plan_pace import Course, Move, share, window
from care.plan_switches import Exchange, Total, worst_total
from care.tiers import Tier

TOTAL_DAYS: Final = 14
TOTAL_PERCENT: Final = Decimal(25)  # P03, D28
TOGETHER_DAYS: Final = 14  # P14
SWITCH_LEAST_DAYS: Final = 7  # P15, ASAM table 7 note: over 1-2 weeks
TABLE_PERCENT: Final = Decimal(25)  # P15
RISKS: Final = frozenset(
    {
        *("seizures", "withdrawal_seizure", "pregnant", "alcohol", "opioids", "over_65"),
        *("lungs", "bipolar", "suicidality", "pump"),
    }
)  # P16, D29: of every medicine
RISKS_OF: Final[Mapping[str, frozenset[str]]] = {
    "diazepam": frozenset({"liver"}),
    "baclofen": frozenset({"kidney", "stroke", "spinal_t6"}),
}
SUPPLY_MARGIN_DAYS: Final = 3  # P17
SUPPLY_DAYS: Final = 7  # P17
BUSY_DAYS: Final = 3  # P19 [ENG]
DUE_DAYS: Final = 7  # P20 [ENG]


def _much_in_all(view: View) -> Iterator[PlanFinding]:
    """P03 BLOCK: around a prescriber's switch, all together over 25 % less in 14 days. D28.

    Counted as diazepam by the tables that make it look worst. The end of the last one is P06's.
    """
    some = [course for course in view.courses if not course.medicine.baclofen]
    moves = sorted(chain.from_iterable(course.moves for course in some), key=lambda one: one.day)
    swapped = frozenset().union(*(course.swapped for course in some))
    own = frozenset().union(*(course.own for course in some))
    for day in dict.fromkeys(move.day for move in moves if move.day in own):
        inside = [move.day for move in window(moves, day, TOTAL_DAYS)]
        total = _worst(some, day, inside) if not swapped.isdisjoint(inside) else None
        if total and total.after:
            percent = share(total.before - total.after, total.before)
            numbers = {"percent": percent, "limit": TOTAL_PERCENT}
            yield PlanFinding("P03", Level.BLOCK, None, day, numbers, "ASAM", "total")


def _worst(courses: Iterable[Course], day: date, inside: Iterable[date]) -> Total | None:
    some = list(courses)
    starts = {day - timedelta(days=TOTAL_DAYS), *inside} - {day}
    found = (worst_total(some, start, day, TOTAL_PERCENT) for start in sorted(starts))
    broken = [total for total in found if total]
    return max(broken, key=lambda one: share(one.before - one.after, one.before), default=None)


def _as_needed(view: View) -> Iterator[PlanFinding]:
    """P09 WARN: a dose "as needed" beside a taper by dates [mem]."""
    for one in view.plan.as_needed if view.reduces else ():
        yield PlanFinding("P09", Level.WARN, one.medicine, None, {"mg": one.mg}, "ASHTON, MDG, mem")


def _two_at_once(view: View) -> Iterator[PlanFinding]:
    """P14 WARN: two of them, baclofen too, reduced within the same 2 weeks. D29 [mem].

    One that is given up for another counts as reduced.
    """
    for one, other in combinations(view.courses, 2):
        close = _first_close(one, other)
        if close:
            yield PlanFinding("P14", Level.WARN, one.id, close, {"other": other.id}, "mem")


def _first_close(one: Course, other: Course) -> date | None:
    """The second day of the first two reductions, one of each, that are too close together."""
    falls = sorted(
        [(m.day, whose) for whose, c in enumerate((one, other)) for m in c.planned if m.down]
    )
    for (first, whose), (second, whose_next) in pairwise(falls):
        if whose != whose_next and (second - first).days < TOGETHER_DAYS:
            return second
    return None


def _switch(view: View) -> Iterator[PlanFinding]:
    """P15: one given up for another. BLOCK when no prescriber entered it. ASAM table 7, D28.

    WARN when the amounts lie over 25 % outside of all tables, or when it takes under a week.
    """
    for one in (each for each in view.switches if each.last >= view.facts.today):
        source = "ASAM, ENG"
        if not view.facts.entered_by_prescriber:
            yield _switched(one, Level.BLOCK, "unordered", source)
        if _off_table(one):
            yield _switched(one, Level.WARN, "off_table", source)
        if (one.last - one.first).days < SWITCH_LEAST_DAYS:
            yield _switched(one, Level.WARN, "quick", source)


def _switched(one: Exchange, level: Level, case: str, source: str) -> PlanFinding:
    least, most = exchanged(one.out_mg, one.out.medicine, one.into.medicine)
    numbers: dict[str, Decimal | str] = {
        "other": one.into.id,
        "out": one.out_mg,
        "into": one.into_mg,
        "least": least,
        "most": most,
        "days": Decimal((one.last - one.first).days),
    }
    return PlanFinding("P15", level, one.out.id, one.first, numbers, source, case)


def _off_table(one: Exchange) -> bool:
    least, most = exchanged(one.out_mg, one.out.medicine, one.into.medicine)
    low, high = 100 - TABLE_PERCENT, 100 + TABLE_PERCENT
    return not least * low <= one.into_mg * 100 <= most * high


def _risks(view: View) -> Iterator[PlanFinding]:
    """P16 BLOCK until a prescriber says: what makes a reduction riskier. ASAM, SCOT, LBL-BAC.

    Not asked or not answered blocks as well.
    """
    if not view.reduces:
        return
    source, told = "ASAM, SCOT, LBL-BAC", view.facts.risks
    own = (RISKS_OF.get(course.id, frozenset()) for course in view.courses)
    some = sorted((told or frozenset()) & RISKS.union(*own))
    if told is None:
        yield PlanFinding("P16", Level.BLOCK, None, None, {}, source, "unknown")
    elif some:
        yield PlanFinding("P16", Level.BLOCK, None, None, {"risks": ", ".join(some)}, source)


def _supply(view: View) -> Iterator[PlanFinding]:
    """P17 WARN: what is left does not reach the next refill or appointment and 3 days more [ENG].

    With no date to reach: when it is short within 7 days. An uncounted supply says nothing.
    """
    facts = view.facts
    reach = _next_supply(facts)
    for course in view.courses:
        until = facts.lasts_until.get(course.id)
        numbers = {"until": until.isoformat()} if until else {}
        source = "BAC-CASES, ENG"
        if until and reach and until <= reach + timedelta(days=SUPPLY_MARGIN_DAYS):
            numbers["reach"] = reach.isoformat()
            yield PlanFinding("P17", Level.WARN, course.id, until, numbers, source)
        elif until and not reach and (until - facts.today).days <= SUPPLY_DAYS:
            yield PlanFinding("P17", Level.WARN, course.id, until, numbers, source, "days")


def _next_supply(facts: CheckFacts) -> date | None:
    """The next refill, or else the next appointment, that is not over."""
    for day in (facts.refill_on, facts.appointment_on):
        if day and day >= facts.today:
            return day
    return None


def _nobody(view: View) -> Iterator[PlanFinding]:
    """P18 WARN (D9): no prescriber, no phone number of one, or no caregiver [ENG]."""
    facts = view.facts
    known = {
        "prescriber": facts.has_prescriber,
        "prescriber_phone": facts.has_prescriber_phone,
        "caregiver": facts.has_caregiver,
    }
    missing = [name for name, there in known.items() if not there]
    if missing:
        yield PlanFinding("P18", Level.WARN, None, None, {"missing": ", ".join(missing)}, "ENG")


def _flagged(facts: CheckFacts) -> bool:
    return facts.open_flag is not None and facts.open_flag >= Tier.URGENT


def _to_come(view: View, days: int | None = None) -> Iterator[tuple[Course, Move]]:
    """The reductions from today on, within so many days."""
    today = view.facts.today
    for course in view.courses:
        for move in course.planned:
            ahead = (move.day - today).days
            if move.down and ahead >= 0 and (days is None or ahead <= days):
                yield course, move


def _reduction(
    check: str, level: Level, which: tuple[Course, Move], case: str, **found: str
) -> PlanFinding:
    course, move = which
    numbers: dict[str, Decimal | str] = {**found}
    numbers |= {"before": move.before.daily_mg, "after": move.after.daily_mg}
    return PlanFinding(check, level, course.id, move.day, numbers, "ENG", case)


def _bad_day(view: View) -> Iterator[PlanFinding]:
    """P19: a reduction within 3 days of travel, surgery or an exam, or of an open red flag [ENG].

    WARN while a red flag is open, NOTE otherwise (D29).
    """
    facts = view.facts
    level = Level.WARN if _flagged(facts) else Level.NOTE
    for which in _to_come(view):
        day = which[1].day
        busy = [
            kind
            for one, kind in sorted(facts.busy_days.items())
            if abs((one - day).days) <= BUSY_DAYS
        ]
        if busy:
            yield _reduction("P19", level, which, "busy", kind=busy[0])
        elif _flagged(facts) and (day - facts.today).days <= BUSY_DAYS:
            yield _reduction("P19", level, which, "flag")


def _bad_week(view: View) -> Iterator[PlanFinding]:
    """P20: a reduction is due within 7 days and the last 7 were bad. ASAM rec 11, D29.

    WARN while an urgent or emergency flag is open, NOTE for a worsening trend alone. It asks for
    a call before the step and neither cancels nor moves it.
    """
    facts = view.facts
    for which in _to_come(view, DUE_DAYS):
        if _flagged(facts):
            yield _reduction("P20", Level.WARN, which, "flag")
        elif facts.worsening:
            yield _reduction("P20", Level.NOTE, which, "worsening")


WHOLE: Final[Mapping[str, WholePlan]] = {
    "P03": _much_in_all,
    "P09": _as_needed,
    "P14": _two_at_once,
    "P15": _switch,
    "P16": _risks,
    "P17": _supply,
    "P18": _nobody,
    "P19": _bad_day,
    "P20": _bad_week,
}
