"""Laying what was read onto dates: weeks from the first day, what follows what, what overlaps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from care.plan import TypedDoses, TypedStep
from care.plandates import FARTHEST, spoken
from care.planwhen import When
from care.typedline import Piece, PlanLineCode, PlanLineError

_LONGEST_SAID = 40
_DAY = timedelta(days=1)
_STARTS_LIKE = "the date on which it starts, like 1 Dec"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line says of one medicine.

    `days` are the doses of one day; of several where the line is a list ("every 2 weeks: ...").
    `now` is whether they are what is taken already.
    """

    piece: Piece
    medicine: str
    when: When
    days: tuple[TypedDoses, ...]
    now: bool = False


class Placed(NamedTuple):
    """A step with the place where it was said."""

    step: TypedStep
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Span:
    """An entry on its dates. `strict`: the day after `last` must be somebody's first day."""

    entry: Entry
    first: date
    last: date | None
    strict: bool


def lay_out(entries: Iterable[Entry], *, today: date, start: date | None) -> tuple[Placed, ...]:
    """The entries as dated steps, in the order typed, those that have begun by `today` too.

    `start` is the first day of week 1. Between weeks the earlier dose goes on; between dates and
    stated lengths nothing may be left open.

    Raises:
        PlanLineError: start_missing, no_date, bad_date, out_of_order, overlap or gap.
    """
    before: dict[str, _Span] = {}
    steps: list[Placed] = []
    for entry in entries:
        earlier = before.get(entry.medicine)
        span = _span(entry, earlier, today, start)
        if earlier is not None:
            _refuse_misfit(span, earlier)
        if span.first > today + FARTHEST:
            error = f"a date before {spoken(today + FARTHEST)}"
            raise entry.when.piece.error(PlanLineCode.BAD_DATE, error)
        before[entry.medicine] = span
        steps += _steps(span)
    return tuple(steps)


def _steps(span: _Span) -> Iterator[Placed]:
    entry = span.entry
    for number, doses in enumerate(entry.days):
        starts = span.first + timedelta(days=number * (entry.when.every or 0))
        yield Placed(TypedStep(starts, entry.medicine, doses), entry.piece)


def _span(entry: Entry, earlier: _Span | None, today: date, start: date | None) -> _Span:
    when = entry.when
    first = _first(entry, earlier, today, start)
    if when.every is not None:
        first_of_last = first + timedelta(days=when.every * (len(entry.days) - 1))
        return _Span(entry, first, first_of_last + timedelta(days=when.every) - _DAY, strict=False)
    if when.days is not None:
        return _Span(entry, first, first + timedelta(days=when.days) - _DAY, strict=True)
    if when.last is not None:
        if when.last < first:
            raise when.piece.error(PlanLineCode.BAD_DATE, f"a last day after {spoken(first)}")
        return _Span(entry, first, when.last, strict=True)
    if when.since is not None and when.to is not None:
        return _Span(entry, first, first + timedelta(days=when.to - when.since), strict=False)
    return _Span(entry, first, None, strict=False)


def _first(entry: Entry, earlier: _Span | None, today: date, start: date | None) -> date:
    when = entry.when
    if when.since is not None and start is not None:
        counted = start + timedelta(days=when.since)
        if when.first not in (None, counted):
            raise when.piece.error(PlanLineCode.BAD_DATE, f"{spoken(counted)} by your weeks")
        return counted
    if when.first is not None:
        return when.first
    if when.since is not None:
        raise _start_missing(entry)
    if earlier is not None:
        return _after(entry, earlier)
    over = when.last is not None and when.last < today
    if when.last is not None and when.days is None and (entry.now or over):
        return min(today, when.last)
    if start is None:
        raise _start_missing(entry)
    return start


def _after(entry: Entry, earlier: _Span) -> date:
    if earlier.last is None:
        raise entry.when.piece.error(PlanLineCode.NO_DATE, "the date from which it holds")
    return earlier.last + _DAY


def _start_missing(entry: Entry) -> PlanLineError:
    return entry.piece.error(PlanLineCode.START_MISSING, _STARTS_LIKE)


def _refuse_misfit(span: _Span, earlier: _Span) -> None:
    piece, other = span.entry.piece, earlier.entry.piece
    last_first = earlier.first
    if span.first <= last_first:
        raise piece.error(PlanLineCode.OUT_OF_ORDER, f"a date after {spoken(last_first)}")
    if earlier.last is None:
        return
    if span.first <= earlier.last:
        said = " ".join(other.trimmed().text.split())[:_LONGEST_SAID]
        where = f"line {other.line}, which lasts until {spoken(earlier.last)}: {said}"
        raise piece.error(PlanLineCode.OVERLAP, where)
    if earlier.strict and span.first > earlier.last + _DAY:
        gap = (earlier.last + _DAY, span.first - _DAY)
        days = " to ".join(dict.fromkeys(spoken(day) for day in gap))
        raise piece.error(PlanLineCode.GAP, days)
