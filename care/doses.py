"""The decisions about one dose: when to remind, when to stop, what a missed one means.

Nothing here names an amount. Times without a published source are marked [ENG] and need a
clinician's sign-off (clinical.md 8 and 9).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from care.localtime import require_utc
from care.plan import Regimen
from care.saidtime import resolve_said_time

__all__ = [
    "Action",
    "ActionKind",
    "DosePolicy",
    "DoseState",
    "Guard",
    "Guidance",
    "double_dose",
    "later_allowed",
    "long_past",
    "longest_gap",
    "missed_guidance",
    "next_action",
    "policy_for",
    "remind_times",
    "resolve_said_time",
    "shortest_gap",
    "taken_at_valid",
    "unconfirmed_in_a_row",
    "window_closes",
]

_DAY = timedelta(days=1)
_REPEATS = (timedelta(minutes=15), timedelta(minutes=45))  # clinical.md 7: T0, +15, +45, then stop
_WINDOW = timedelta(hours=3)  # [ENG]: the same 3 h after which D2 counts a short drug as missing
_BACLOFEN_CLEAR = timedelta(hours=2)  # NHS-BAC: within 2 h of the next dose, leave the missed one
_SHORTEST_WINDOW = timedelta(minutes=15)  # [ENG]: a dose is always reminded of at least once
_OLDEST_SAID = timedelta(hours=24)
_HALF_A_DAY = timedelta(hours=12)
_UNCONFIRMED_CALL = 2  # D2, D3


class DoseState(StrEnum):
    """What is known of one planned dose. UNKNOWN is an answer too: the ledger never invents."""

    PLANNED = "planned"
    DUE = "due"  # reminded of, which is not taken
    TAKEN = "taken"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


_OPEN = frozenset({DoseState.PLANNED, DoseState.DUE})
_UNCONFIRMED = frozenset({DoseState.SKIPPED, DoseState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class DosePolicy:
    """How one dose is reminded of.

    `repeats` are the quieter reminders after the first, `window` is how long after the due time the
    dose still counts as late rather than unknown, and `ask_at_close` says whether "did you take
    it?" is asked at once when the window closes (else at the next contact).
    """

    repeats: tuple[timedelta, ...]
    window: timedelta
    ask_at_close: bool


def policy_for(*, short_acting: bool, baclofen: bool, gap_to_next: timedelta | None) -> DosePolicy:
    """The policy of a dose whose next dose of the medicine is due `gap_to_next` later.

    The window is the shortest of 3 hours [ENG], half the gap [ENG] (a late tap is then always
    nearer its own dose) and, for baclofen, the gap less 2 hours (NHS-BAC). None: no dose follows.
    Baclofen and short-acting medicines are asked about when the window closes (D3).

    Raises:
        ValueError: when the gap is not above zero.
    """
    window = _WINDOW
    if gap_to_next is not None:
        if gap_to_next <= timedelta(0):
            raise ValueError(f"the next dose comes later, not {gap_to_next} after this one")
        clear = gap_to_next - _BACLOFEN_CLEAR if baclofen else gap_to_next
        window = min(_WINDOW, max(clear, _SHORTEST_WINDOW), gap_to_next / 2)
    return DosePolicy(_REPEATS, window, ask_at_close=short_acting or baclofen)


def remind_times(due: datetime, policy: DosePolicy) -> tuple[datetime, ...]:
    """The instants (UTC) of the first reminder and of its quieter repeats."""
    first = require_utc(due)
    return (first, *(first + after for after in policy.repeats))


def window_closes(due: datetime, policy: DosePolicy) -> datetime:
    """The instant (UTC) from which the dose is asked about and no longer reminded of."""
    return require_utc(due) + policy.window


def later_allowed(due: datetime, policy: DosePolicy, now: datetime, minutes: int) -> bool:
    """Whether "remind me in `minutes`" still falls inside the late window."""
    again = require_utc(now) + timedelta(minutes=minutes)
    return minutes > 0 and again < window_closes(due, policy)


class ActionKind(StrEnum):
    """What a dose needs at one moment."""

    NOTHING = "nothing"
    REMIND = "remind"
    CLOSE_AS_UNKNOWN = "close_as_unknown"


@dataclass(frozen=True, slots=True)
class Action:
    """What to do now. `number` counts reminders from 1; it is 0 when none is due."""

    kind: ActionKind
    number: int = 0


_NOTHING = Action(ActionKind.NOTHING)


def next_action(
    *,
    state: DoseState,
    due: datetime,
    policy: DosePolicy,
    now: datetime,
    reminders_sent: int,
    snoozed_until: datetime | None = None,
) -> Action:
    """What the dose needs at `now`: one reminder, closing as unknown, or nothing.

    After sending reminder n, keep `reminders_sent = n` and clear `snoozed_until`. Reminders that
    came due while nothing ran count as sent: no backlog is ever fired at a patient. A dose whose
    window passed is closed and asked about, even when it was never reminded of (DESIGN 2.6).
    """
    at = require_utc(now)
    if state not in _OPEN:
        return _NOTHING
    if at >= window_closes(due, policy):
        return Action(ActionKind.CLOSE_AS_UNKNOWN)
    reached = sum(moment <= at for moment in remind_times(due, policy))
    if snoozed_until is not None:
        if at < require_utc(snoozed_until):
            return _NOTHING
        return Action(ActionKind.REMIND, max(reached, reminders_sent + 1))
    return Action(ActionKind.REMIND, reached) if reached > reminders_sent else _NOTHING


def taken_at_valid(now: datetime, said: datetime) -> bool:
    """Whether a dose can be recorded as taken at `said`: not to come, at most 24 hours ago."""
    return timedelta(0) <= require_utc(now) - require_utc(said) <= _OLDEST_SAID


def long_past(due: datetime, closes: datetime, now: datetime) -> bool:
    """Whether "Taken", pressed at `now`, may well be about another moment than now.

    So it is once the window has closed and half a day [ENG] has passed since the dose was `due`:
    whoever presses a reminder of three days ago is asked when it was.
    """
    at = require_utc(now)
    return at >= require_utc(closes) and at - require_utc(due) > _HALF_A_DAY


class Guard(StrEnum):
    """What to tell somebody before a dose is recorded. It informs and never blocks."""

    NONE = "none"
    SAME_DOSE = "same_dose"
    TOO_CLOSE = "too_close"


def double_dose(
    already_taken_at: datetime | None,
    others_recent: Sequence[datetime],
    now: datetime,
    *,
    closest: timedelta = timedelta(hours=2),
) -> Guard:
    """Whether a dose taken at `now` may be a second one.

    `already_taken_at` is the record of this very dose, `others_recent` the intakes of the other
    doses of the medicine. `closest` is the least time between two of them: 2 hours (NHS-BAC, used
    for all medicines [ENG]) unless the plan itself has doses closer than that.
    """
    if already_taken_at is not None:
        return Guard.SAME_DOSE
    at = require_utc(now)
    near = any(abs(at - require_utc(other)) < closest for other in others_recent)
    return Guard.TOO_CLOSE if near else Guard.NONE


def _gaps(regimen: Regimen) -> list[timedelta]:
    """The times between neighbouring doses round the clock, the night included."""
    walls = sorted(dose.wall for dose in regimen.doses)
    return [_between(a, b) for a, b in zip(walls, walls[1:] + walls[:1], strict=True)]


def _between(wall: time, later: time) -> timedelta:
    a, b = (datetime.combine(date.min, one, UTC) for one in (wall, later))
    return (b - a) % _DAY or _DAY


def longest_gap(regimen: Regimen) -> timedelta:
    """The longest normal time between two doses; 24 h for one dose a day, rest days counted in.

    Raises:
        ValueError: when the regimen has no doses.
    """
    gaps, rest = _gaps(regimen), (regimen.every - 1) * _DAY
    return max([*gaps[:-1], *(night + rest for night in gaps[-1:])])


def shortest_gap(regimen: Regimen) -> timedelta:
    """The shortest time between two doses in a normal day; 24 h for one dose a day.

    Raises:
        ValueError: when the regimen has no doses.
    """
    return min(_gaps(regimen))


def unconfirmed_in_a_row(states: Iterable[DoseState]) -> int:
    """How many of the latest doses, newest first, were skipped or stayed unknown.

    Doses still PLANNED or DUE are passed over: they say nothing yet. A skipped dose counts, because
    D2 asks for confirmed intake.
    """
    count = 0
    for state in states:
        if state is DoseState.TAKEN:
            break
        count += state in _UNCONFIRMED
    return count


class Guidance(StrEnum):
    """Which fixed text answers a missed dose. None of them carries an amount."""

    BACLOFEN_LEAVE = "baclofen_leave"
    BACLOFEN_TAKE = "baclofen_take"
    ASK_PHARMACIST = "ask_pharmacist"
    CALL_NOW = "call_now"


def missed_guidance(
    *,
    baclofen: bool,
    unconfirmed: int,
    to_next: timedelta | None,
    interrupted: bool = False,
) -> Guidance:
    """The text for a missed dose (D3).

    `unconfirmed` counts the doses not confirmed in a row, this one included; `interrupted` is a
    pause or a hospital stay. From two on, or after an interruption, no rule is given: call now.
    Baclofen has a published rule (NHS-BAC): with 2 hours or less `to_next`, leave it. Any other
    medicine, and baclofen whose next dose is not known, asks the pharmacist.
    """
    if unconfirmed >= _UNCONFIRMED_CALL or interrupted:
        return Guidance.CALL_NOW
    if not baclofen or to_next is None:
        return Guidance.ASK_PHARMACIST
    return Guidance.BACLOFEN_LEAVE if to_next <= _BACLOFEN_CLEAR else Guidance.BACLOFEN_TAKE
