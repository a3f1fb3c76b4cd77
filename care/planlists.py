"""A list that the prescriber wrote out: "every 2 weeks: 18, 16, 14 mg". Nothing is worked out."""

import re

from care.plan import TypedDoses
from care.planclauses import STOP
from care.plandoses import read_day
from care.plansplit import Day
from care.typedline import Piece, PlanLineCode

_BETWEEN = re.compile(r"[,;/]|→|->|\s-\s|\b(?:and|then)\b|\bdown\s+to\b", re.IGNORECASE)
_NO_BLANK = re.compile(r"[0-9]+,[0-9]+")
_LIKE = "all amounts of the list, each in mg"


def listed_days(body: Piece, day: Day, own: Piece) -> tuple[TypedDoses, ...]:
    """The doses of each amount of a list, at least two of them; "stop" is a day without doses.

    `own` is the whole line, for its errors.

    Raises:
        PlanLineError: bad_amount for less than two, for different times, and for "18,16", which
            may be one number; and as for the doses of a day.
    """
    if found := _NO_BLANK.search(body.text):
        part = body.part(*found.span())
        raise part.error(PlanLineCode.BAD_AMOUNT, "a blank after each comma")
    items = body.split(_BETWEEN)
    if len(items) < 2:  # noqa: PLR2004 (one amount is no list)
        raise own.error(PlanLineCode.BAD_AMOUNT, _LIKE)
    days = tuple(_day(item, day) for item in items)
    if len({frozenset(wall for wall, _ in doses) for doses in days if doses}) != 1:
        raise own.error(PlanLineCode.BAD_AMOUNT, "the same times for each amount of the list")
    return days


def _day(item: Piece, day: Day) -> TypedDoses:
    return () if STOP.fullmatch(item.trimmed().text) else read_day([item], day)
