"""How long what is left lasts under the plan: running out is stopping suddenly (P17)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from care.plan import Plan, doses_on
from care.stock import Stock, covered

WARN_DAYS: Final = 7  # the patient and the prescriber (clinical.md P17)
ALARM_DAYS: Final = 3  # the caregivers too (P17)
LAST_DAYS: Final = 1  # said once more [ENG]
NONE_LEFT: Final = 0  # not even the next dose: now, not today (D2)
SPARE: Final = timedelta(days=3)  # beyond the next refill or appointment (P17)
WORSE: Final = timedelta(days=2)  # [ENG] an as-needed dose alone is no news
FARTHEST: Final = 730

IsOpen: TypeAlias = Callable[[date], bool]
"""Whether pharmacies are open on a day, as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How long it lasts.

    `until` is the first day that is not fully covered, None when it lasts to the end of the plan
    (or for two years); `next_covered` says whether the very next dose is.
    """

    until: date | None
    next_covered: bool = True


def outlook(
    plan: Plan,
    medicine: str,
    stock: Stock,
    today: date,
    *,
    still_today: Sequence[Decimal] | None = None,
) -> Outlook:
    """How long `stock` lasts under the plan, its coming steps included.

    `still_today` are the doses of today that are still to come, in mg; None means all of today's,
    as at the start of the day. Doses taken when needed are not foreseen.
    """
    doses = _coming(plan, medicine, today, still_today)
    reached = covered(stock, [mg for _, mg in doses])
    return Outlook(doses[reached][0] if reached < len(doses) else None, not doses or reached > 0)


def _coming(
    plan: Plan, medicine: str, today: date, still_today: Sequence[Decimal] | None
) -> list[tuple[date, Decimal]]:
    days = [today + timedelta(days=n) for n in range(FARTHEST)]
    walls = {day: sorted(doses_on(plan, medicine, day), key=lambda dose: dose.wall) for day in days}
    every = [(day, dose.mg) for day in days for dose in walls[day]]
    if still_today is None:
        return every
    return [(today, mg) for mg in still_today] + [one for one in every if one[0] > today]


def lasts_until(plan: Plan, medicine: str, stock: Stock, today: date) -> date | None:
    """The first day not fully covered by what there is this morning; see `outlook`."""
    return outlook(plan, medicine, stock, today).until


def days_left(plan: Plan, medicine: str, stock: Stock, today: date) -> int | None:
    """For how many days from today it lasts, None when it lasts to the plan's end."""
    until = lasts_until(plan, medicine, stock, today)
    return None if until is None else (until - today).days


def last_open_day(until: date, today: date, is_open: IsOpen) -> date | None:
    """The last day before `until` on which a pharmacy is open; None when none is left."""
    days = ((until - timedelta(days=n)) for n in range(1, (until - today).days + 1))
    return next((day for day in days if is_open(day)), None)


def next_open_day(today: date, is_open: IsOpen) -> date | None:
    """The first day from today on that a pharmacy is open, None when none is within a month."""
    days = (today + timedelta(days=n) for n in range(31))
    return next((day for day in days if is_open(day)), None)


def days_to_act(until: date, today: date, is_open: IsOpen) -> int:
    """On how many days from today, closed ones between them too, a refill can still be had.

    1 means that today is the last one, 0 that no pharmacy opens before it runs out.
    """
    last = last_open_day(until, today, is_open)
    return 0 if last is None else (last - today).days + 1


def warning(seen: Outlook, today: date, is_open: IsOpen) -> int | None:
    """Which warning is due: 7, 3, 1 days to act, 0 for not even the next dose, None for none."""
    if seen.until is None:
        return None
    # A medicine that only begins in a week can be missing today without anybody going short.
    if not seen.next_covered and seen.until <= today + timedelta(days=1):
        return NONE_LEFT
    days = days_to_act(seen.until, today, is_open)
    return next((level for level in (LAST_DAYS, ALARM_DAYS, WARN_DAYS) if days <= level), None)


def tell(
    level: int, until: date | None, *, told: int | None = None, told_until: date | None = None
) -> bool:
    """Whether a warning is news: never said, nearer than the one before, or worse than then."""
    if told is None or level < told:
        return True
    return until is not None and told_until is not None and until <= told_until - WORSE


def too_short(until: date | None, needed_on: date | None) -> bool:
    """Whether it ends less than 3 days after the refill or appointment it should last to (P17)."""
    return until is not None and needed_on is not None and until < needed_on + SPARE
