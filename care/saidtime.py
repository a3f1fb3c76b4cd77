"""When somebody says they took it: "7:40", "at 8am", "10 minutes ago", "yesterday 22:00"."""

import re
from datetime import UTC, date, datetime, time, timedelta

from care.localtime import require_utc
from care.walltime import read_walls

_NUMBERS = {
    "a": "1",
    "an": "1",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "half": "0.5",
}
_AGO = re.compile(
    r"(?P<count>[0-9]{1,4}(?:\.[0-9])?)(?: 1)?\s*(?P<unit>m|h)(?:in(?:ute)?s?|rs?|ours?)?"
    r"(?P<half> and 1 0\.5)?\s+ago"
)
_FILLER = re.compile(r"^(?:i took (?:it|them|that) |took it |at |about |around |@ ?)+")
_NOW = frozenset({"now", "just now", "right now", "a moment ago"})
_CLOCK_WORDS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_WEEKDAY = re.compile(
    r"\b(?:on )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b(?: at)?\s*"
)
_DAY = re.compile(r"^(today|yesterday)(?: at)? (.+)$|^(.+) (today|yesterday)$")


def resolve_said_time(
    text: str, now_local: datetime, *, near: datetime | None = None
) -> datetime | None:
    """The latest past instant (UTC) that `text` can mean, or None when it is not understood.

    `now_local` comes from `care.localtime.local` and carries its zone. A bare "7:40" is 07:40 on a
    24 hour clock; when `near` (the planned instant of the dose) is given it may also be 19:40, and
    the reading closer to `near` stands. Ask `care.doses.taken_at_valid` before keeping the answer,
    and read it back.

    Raises:
        ValueError: for a naive `now_local` or `near`.
    """
    now = require_utc(now_local)
    said = _FILLER.sub("", " ".join(text.lower().split()).rstrip(".!"))
    if said in _NOW:
        return now
    ago = _AGO.fullmatch(_in_figures(said))
    if ago is not None:
        return now - _length(ago)
    return _latest_wall(said, now_local, near)


def resolve_on_day(
    text: str, day: date, now_local: datetime, *, near: datetime, until: datetime
) -> datetime | None:
    """The instant (UTC) that `text` means for a dose of an earlier day, or None.

    "9" for Tuesday's dose is nine on Tuesday. `day` is the dose's own local day, `near` its planned
    instant and `until` the last instant that still counts; a dose of late evening may have been
    taken after midnight, so the day after is tried too. The reading closest to `near` stands. Read
    it back.

    Raises:
        ValueError: for a naive `now_local`, `near` or `until`.
    """
    now, planned = require_utc(now_local), require_utc(near)
    last = min(now, require_utc(until))
    first = datetime.combine(day, time(), now_local.tzinfo).astimezone(UTC)
    said = _FILLER.sub("", _WEEKDAY.sub("", " ".join(text.lower().split()).rstrip(".!")))
    ago = _AGO.fullmatch(_in_figures(said))
    found = [now - _length(ago)] if ago is not None else _walls_of(said, day, now_local)
    fit = [at for at in found if first <= at <= last]
    return min(fit, key=lambda at: abs(at - planned), default=None)


def _walls_of(said: str, day: date, now_local: datetime) -> list[datetime]:
    """Every instant of the clock time said on `day` and the day after it."""
    named = _DAY.match(said)
    days: tuple[date, ...] = (day, day + timedelta(days=1))
    clock = said
    if named is not None:
        days, clock = _days_of(said, now_local.date())
    walls = read_walls(_CLOCK_WORDS.get(clock, clock))
    return [
        datetime.combine(one, wall.replace(fold=fold), now_local.tzinfo).astimezone(UTC)
        for one in days
        for wall in walls
        for fold in (0, 1)
    ]


def _in_figures(said: str) -> str:
    return re.sub(r"[a-z]+", lambda word: _NUMBERS.get(word[0], word[0]), said)


def _length(ago: re.Match[str]) -> timedelta:
    count = float(ago["count"]) + (0.5 if ago["half"] else 0)
    return timedelta(minutes=round(count * (60 if ago["unit"] == "h" else 1)))


def _latest_wall(said: str, now_local: datetime, near: datetime | None) -> datetime | None:
    days, clock = _days_of(said, now_local.date())
    walls = read_walls(_CLOCK_WORDS.get(clock, clock))
    if near is None:
        walls = walls[:1]
    past = [found for wall in walls if (found := _latest(days, wall, now_local)) is not None]
    if near is None:
        return max(past, default=None)
    planned = require_utc(near)
    return min(past, key=lambda found: abs(found - planned), default=None)


def _days_of(said: str, today: date) -> tuple[tuple[date, ...], str]:
    """The days a time may belong to, and the words left for the clock."""
    yesterday = today - timedelta(days=1)
    named = _DAY.match(said)
    if named is None:
        return (yesterday, today), said
    word = named[1] or named[4]
    clock = _FILLER.sub("", named[2] or named[3])
    return ((yesterday if word == "yesterday" else today),), clock


def _latest(days: tuple[date, ...], wall: time, now_local: datetime) -> datetime | None:
    """The latest instant of `wall` on `days` that is not after now, both passes of a fold seen."""
    zone, now = now_local.tzinfo, require_utc(now_local)
    twice = [datetime.combine(day, wall.replace(fold=f), zone) for day in days for f in (0, 1)]
    return max((at for at in (t.astimezone(UTC) for t in twice) if at <= now), default=None)
