"""The dose clock: how long ago an intake of a medicine was last confirmed, and what that means.

Each medicine has its own clock and its own danger window (clinical.md 4.6, U02 and D2). What was
not confirmed is not called missed: the clock knows what was said, not what was swallowed. The
hours are `[ENG]` where a drug's file says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from care.doses import longest_gap
from care.localtime import require_utc
from care.plan import Regimen


class ClockState(StrEnum):
    """What the time since the last confirmed intake means."""

    QUIET = "quiet"
    WATCH = "watch"  # first signs are possible: a repeat says how long ago it was
    CALL = "call"  # the patient is told to call, and a caregiver step follows


@dataclass(frozen=True, slots=True)
class Window:
    """A medicine's danger window.

    From `watch` after the last confirmed intake first signs are possible (clinical.md 4.6). Once
    the plan's longest normal gap is over by `over_gap`, it is time to call (D2).
    """

    watch: timedelta
    over_gap: timedelta


def clock_of(
    last_intake: datetime | None, now: datetime, regimen: Regimen, window: Window
) -> ClockState:
    """Where the clock of a medicine stands at `now`.

    Quiet before the first confirmed intake (two doses in a row not confirmed speak then, U02), and
    for a medicine that is no longer taken. Never before the plan's own longest gap is over, so that
    a nightly tablet does not watch all day.
    """
    if last_intake is None or not regimen.doses:
        return ClockState.QUIET
    since = require_utc(now) - require_utc(last_intake)
    gap = longest_gap(regimen)
    if since >= gap + window.over_gap:
        return ClockState.CALL
    return ClockState.WATCH if since > max(window.watch, gap) else ClockState.QUIET


def calls_at(last_intake: datetime, regimen: Regimen, window: Window) -> datetime:
    """The instant (UTC) from which the clock says to call.

    Raises:
        ValueError: when the regimen has no doses.
    """
    return require_utc(last_intake) + longest_gap(regimen) + window.over_gap


def alarmed_since(
    calls_from: datetime | None, unconfirmed_closed: Sequence[datetime], now: datetime
) -> datetime | None:
    """Since when (UTC) a medicine calls for its caregiver step at `now`; None: it does not.

    `calls_from` is `calls_at`; `unconfirmed_closed` are the instants at which the windows of the
    doses not confirmed in a row closed, newest first. Two of them are enough (U02, D2).
    """
    at = require_utc(now)
    reasons = [require_utc(closed) for closed in unconfirmed_closed[-2:-1]]
    if calls_from is not None:
        reasons.append(require_utc(calls_from))
    return min((reason for reason in reasons if reason <= at), default=None)
