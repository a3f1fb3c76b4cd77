"""A typed plan that is under way: its first steps lie in the past, what holds today is known.

The past is never taken on trust: what holds today by the lines has to be what the patient said is
taken now. A date without a year is read as past only where steps to come follow it in order.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final, NamedTuple

from care.plan import TypedDoses, TypedStep, mg_text
from care.plandates import Mention, mentions, spoken
from care.planweeks import Placed
from care.typedline import Piece, PlanLineCode, PlanLineError

LONGEST_PAST: Final = timedelta(days=366)
_MOST_STARTS: Final = 12
"""So many of its dates are tried as the first day of a text, in the order in which they stand."""
_HALF_A_YEAR: Final = timedelta(days=183)  # [ENG] nearer than that, a first day may be over
_JUST_PAST: Final = timedelta(days=31)
_LONGEST_SAID: Final = 200
_DAY: Final = timedelta(days=1)
_OF_DATES: Final = frozenset(
    {
        *(PlanLineCode.PAST_DATE, PlanLineCode.BAD_DATE, PlanLineCode.OUT_OF_ORDER),
        *(PlanLineCode.OVERLAP, PlanLineCode.GAP, PlanLineCode.START_MISSING),
    }
)
"""What a plan under way is refused for when its dates are taken for dates to come."""
_FOLLOWS = re.compile(r"\b(?:weeks?|wks?|days?|then|every)\b", re.IGNORECASE)

Reading = Callable[[date], tuple[Placed, ...]]
"""What a text says when its dates come after a day."""


class TypedPlan(NamedTuple):
    """What was typed, in order: the steps that have begun by today, and those to come."""

    begun: tuple[TypedStep, ...]
    coming: tuple[TypedStep, ...]


def past_days(lines: Iterable[Piece], today: date) -> list[date]:
    """The days of the last 366, today too, that the dates of a text can mean; each once."""
    days = (mention.last_by(today) for line in lines for mention in mentions(line, today))
    near = (day for day in days if day is not None and day >= today - LONGEST_PAST)
    return list(islice(dict.fromkeys(near), _MOST_STARTS))


@dataclass(frozen=True, slots=True)
class PlanText:
    """A typed plan: how it is read, its lines, the patient's day, and what is taken now.

    Without `now`, by drug id, nothing past is read.
    """

    read: Reading
    lines: Sequence[Piece]
    today: date
    now: Mapping[str, TypedDoses]

    def plan(self, start: date | None) -> TypedPlan:
        """The plan it says: one that begins after today, or one that is under way.

        `start` is the first day of week 1 where the text does not say it.

        Raises:
            PlanLineError: as `read`. under_way, when what holds today is not what is taken now;
                ambiguous_date, when the plan can begin this year or the next.
        """
        if start is not None and start <= self.today:
            return self._under_way([start - _DAY], self._too_early())
        try:
            placed = self.read(self.today)
        except PlanLineError as error:
            if not self.now or error.code not in _OF_DATES:
                raise
            days = past_days(self.lines, self.today)
            return self._under_way([day - _DAY for day in days], error)
        self._refuse_either_year()
        return _split(placed, self.today)

    def _under_way(self, starts: Iterable[date], refusal: PlanLineError) -> TypedPlan:
        """The first reading from one of the days `starts` on that has steps to come.

        Raises:
            PlanLineError: `refusal` when there is none, or what a reading came upon further on.
        """
        for since in starts:
            try:
                placed = self.read(since)
            except PlanLineError as error:
                if _goes_on(self.lines, since, self.today) and _place(error) > _place(refusal):
                    refusal = error
                continue
            plan = _split(placed, self.today)
            if plan.begun and plan.coming:
                _refuse_other_doses(placed, self.today, self.now)
                return plan
        raise refusal

    def _too_early(self) -> PlanLineError:
        expected = f"what comes after {spoken(self.today)} too"
        return self.lines[-1].error(PlanLineCode.PAST_DATE, expected)

    def _refuse_either_year(self) -> None:
        """Ask for the year where the same lines, a year earlier, would be under way today."""
        lines, today = self.lines, self.today
        found = next((one for line in lines for one in mentions(line, today)), None)
        past, coming = _both(found, today) if found else (None, None)
        if found is None or past is None or coming is None or not self.now:
            return
        try:
            placed = self.read(past - _DAY)
            plan = _split(placed, today)
            _refuse_other_doses(placed, today, self.now)
        except PlanLineError:
            return
        if plan.begun and plan.coming:
            raise _either(found.piece, past, coming)


def _split(placed: Iterable[Placed], today: date) -> TypedPlan:
    steps = [one.step for one in placed]
    begun = tuple(step for step in steps if step.starts <= today)
    return TypedPlan(begun, tuple(step for step in steps if step.starts > today))


def _refuse_other_doses(
    placed: Iterable[Placed], today: date, now: Mapping[str, TypedDoses]
) -> None:
    held = {one.step.medicine: one for one in placed if one.step.starts <= today}
    for medicine, one in held.items():
        said, taken = one.step.doses, now.get(medicine, ())
        if set(said) != set(taken):
            raise PlanLineError(
                PlanLineCode.UNDER_WAY,
                line=one.piece.line,
                column=one.piece.start + 1,
                found=f"{_told(said)} since {spoken(one.step.starts)}"[:_LONGEST_SAID],
                expected=_told(taken),
            )


def _told(doses: TypedDoses) -> str:
    return ", ".join(f"{mg_text(mg)} mg at {wall:%H:%M}" for wall, mg in sorted(doses)) or "0 mg"


def _both(found: Mention, today: date) -> tuple[date | None, date | None]:
    if found.year is not None:
        return None, None
    return found.last_by(today), found.first_after(today)


def _either(piece: Piece, past: date, coming: date) -> PlanLineError:
    return piece.error(PlanLineCode.AMBIGUOUS_DATE, f"{spoken(past)} or {spoken(coming)}")


def _goes_on(lines: Iterable[Piece], since: date, today: date) -> bool:
    """Whether a text that begins after `since` seems to have steps to come."""
    return any(
        _FOLLOWS.search(line.text)
        or any((one.first_after(since) or today) > today for one in mentions(line, since))
        for line in lines
    )


def _place(error: PlanLineError) -> tuple[int, int]:
    return error.line, error.column


def read_first_day(line: Piece, read: Callable[[Piece, date], date], today: date) -> date:
    """The first day of week 1, in the last 366 days or to come.

    Without a year: the one that passed within a month, or the next one; in between it is asked.

    Raises:
        PlanLineError: as `read`; ambiguous_date with both years.
    """
    found = mentions(line, today)
    past, coming = _both(found[0], today) if found else (None, None)
    if past and coming and _JUST_PAST < today - past <= _HALF_A_YEAR:
        raise _either(found[0].piece, past, coming)
    refusal: PlanLineError | None = None
    for since in (today, *(day - _DAY for day in past_days([line], today))):
        try:
            return read(line, since)
        except PlanLineError as error:
            passed = refusal is None or refusal.code is PlanLineCode.PAST_DATE
            refusal = error if passed else refusal
    raise refusal or line.error(PlanLineCode.NO_DATE, "a date, like 1 Dec")
