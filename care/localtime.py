"""Wall time in a zone and the instant it means (DESIGN 3). UTC inside, the zone at the edge."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_SECOND = timedelta(seconds=1)
# Files that some systems keep beside the zones: what they mean differs from machine to machine.
_NOT_ZONES = frozenset({"localtime", "posixrules", "Factory"})


def require_utc(moment: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        ValueError: for a naive datetime, which could mean any of 38 instants.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"a datetime needs a zone, this one has none: {moment.isoformat()}")
    return moment.astimezone(UTC)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NOT_ZONES


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone such as "Europe/Berlin", spelled exactly so."""
    return name in _zones()


def local(now: datetime, zone: str) -> datetime:
    """`now` as the clocks of `zone` show it, with the zone attached."""
    return require_utc(now).astimezone(ZoneInfo(zone))


def local_day(now: datetime, zone: str) -> date:
    """The calendar day that `now` falls on in `zone`."""
    return local(now, zone).date()


def instant_of(day: date, wall: time, zone: str) -> datetime:
    """The one UTC instant at which the clocks of `zone` show `wall` on `day`.

    When the clocks skip that time (a DST gap, or a whole day left out at the date line), it is the
    first valid instant after the gap. When they show it twice, it is the first of the two.

    Raises:
        ValueError: when `wall` carries a zone of its own.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time has no zone of its own")
    here = datetime.combine(day, wall.replace(fold=0), tzinfo=ZoneInfo(zone))
    instant = here.astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == here.replace(tzinfo=None):
        return instant
    return _end_of_gap(here)


def _end_of_gap(skipped: datetime) -> datetime:
    """The instant of the jump over `skipped`, a local time that never comes."""
    zone = skipped.tzinfo
    # In a gap, fold=1 reads the new offset and gives an instant before the jump, fold=0 one after.
    before = skipped.replace(fold=1, microsecond=0).astimezone(UTC)
    after = skipped.replace(fold=0, microsecond=0).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = (before + (after - before) // 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def next_wall(now: datetime, wall: time, zone: str) -> datetime:
    """The next UTC instant, strictly after `now`, at which it is `wall` in `zone`."""
    today = local_day(now, zone)
    # A zone that leaves out a day puts that day's instant at the next midnight: look past it.
    nearby = (instant_of(today + timedelta(days=n), wall, zone) for n in range(-1, 4))
    return min(instant for instant in nearby if instant > require_utc(now))
