from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.localtime import instant_of, is_zone, local, local_day, next_wall, require_utc

BERLIN = "Europe/Berlin"
DAY = timedelta(days=1)
ZONES = sorted(zone for zone in available_timezones() if is_zone(zone))
YEARS = range(2024, 2038)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def shifts(zone: str, year: int) -> tuple[tuple[date, timedelta], ...]:
    """The days (UTC) of a year on which the zone's offset moves, and by how much."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    offsets = [offset_at(start + n * DAY, zone) for n in range(367)]
    pairs = enumerate(pairwise(offsets))
    return tuple(((start + n * DAY).date(), after - b) for n, (b, after) in pairs if b != after)


def offset_at(moment: datetime, zone: str) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def check_shift(zone: str, day: date, shift: timedelta, every: timedelta) -> None:
    """Each (day, wall) has one instant, in order, around one clock change."""
    days = [day + n * DAY for n in range(-2, 4)]
    walls = [(datetime.min + n * every).time() for n in range(DAY // every)]  # noqa: DTZ901 - only a clock face
    gap = max(shift, timedelta(0))
    table = [[instant_of(d, wall, zone) for wall in walls] for d in days]
    for d, row, following in zip(days, table, [*table[1:], None], strict=True):
        assert row == sorted(row)
        for wall, instant in zip(walls, row, strict=True):
            check_instant(zone, datetime.combine(d, wall), instant, gap)
        assert following is None or min(b - a for a, b in zip(row, following, strict=True)) >= (
            DAY - gap
        )


def check_instant(zone: str, typed: datetime, instant: datetime, gap: timedelta) -> None:
    shown = local(instant, zone)
    if shown.replace(tzinfo=None) == typed:
        assert shown.fold == 0, "the first of two"
        return
    assert typed < shown.replace(tzinfo=None) <= typed + gap
    just_before = local(instant - timedelta(seconds=1), zone).replace(tzinfo=None)
    assert just_before < typed, "the first valid instant after the gap"


def zones_that_differ(year: int) -> list[str]:
    """One zone for each pattern of offsets: aliases and neighbours change their clocks alike."""
    seen = {
        (offset_at(datetime(year, 1, 1, tzinfo=UTC), zone), shifts(zone, year)): zone
        for zone in ZONES
    }
    return sorted(seen.values())


def test_a_wall_time_means_the_instant_its_zone_gives_it() -> None:
    assert instant_of(date(2026, 1, 10), time(8), BERLIN) == utc("2026-01-10 07:00")
    assert instant_of(date(2026, 7, 10), time(8), BERLIN) == utc("2026-07-10 06:00")


def test_a_skipped_wall_time_is_the_first_instant_after_the_gap() -> None:
    assert instant_of(date(2026, 3, 29), time(2, 30), BERLIN) == utc("2026-03-29 01:00")
    assert instant_of(date(2026, 3, 29), time(2, 0, 0, 5), BERLIN) == utc("2026-03-29 01:00")
    assert instant_of(date(2026, 3, 29), time(3), BERLIN) == utc("2026-03-29 01:00")


def test_a_repeated_wall_time_is_its_first_occurrence() -> None:
    assert instant_of(date(2026, 10, 25), time(2, 30), BERLIN) == utc("2026-10-25 00:30")
    assert instant_of(date(2026, 10, 25), time(2, 30, fold=1), BERLIN) == utc("2026-10-25 00:30")


def test_half_hour_and_two_hour_gaps_end_where_the_clocks_say() -> None:
    lord_howe = instant_of(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe")
    assert local(lord_howe, "Australia/Lord_Howe").time() == time(2, 30)
    troll = instant_of(date(2026, 3, 29), time(1, 30), "Antarctica/Troll")
    assert local(troll, "Antarctica/Troll").time() == time(3)


def test_a_day_the_date_line_swallowed_gives_the_next_midnight() -> None:
    instant = instant_of(date(2011, 12, 30), time(8), "Pacific/Apia")
    shown = local(instant, "Pacific/Apia")
    assert (shown.date(), shown.time()) == (date(2011, 12, 31), time())
    before = instant - timedelta(hours=1)
    assert next_wall(before, time(8), "Pacific/Apia") == instant
    assert local(next_wall(instant, time(8), "Pacific/Apia"), "Pacific/Apia").hour == 8


def test_naive_datetimes_and_zoned_wall_times_are_refused() -> None:
    naive = datetime(2026, 1, 1, 8)  # noqa: DTZ001 - the naive one is the case
    for refuse in (
        lambda: require_utc(naive),
        lambda: local(naive, BERLIN),
        lambda: next_wall(naive, time(8), BERLIN),
    ):
        with pytest.raises(ValueError, match="needs a zone"):
            refuse()
    with pytest.raises(ValueError, match="no zone of its own"):
        instant_of(date(2026, 1, 1), time(8, tzinfo=UTC), BERLIN)


def test_require_utc_keeps_the_instant_and_changes_the_zone() -> None:
    moment = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert require_utc(moment) == moment
    assert require_utc(moment).tzinfo is UTC


def test_the_local_day_is_that_of_the_zone() -> None:
    late = utc("2026-01-10 23:30")
    assert local_day(late, BERLIN) == date(2026, 1, 11)
    assert local_day(late, "America/New_York") == date(2026, 1, 10)


@pytest.mark.parametrize("name", ["Europe/Berlin", "Asia/Kathmandu", "UTC"])
def test_a_zone_is_known_by_its_name(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Europe", "europe/berlin", "Mars/Base", "../etc", "localtime", "Factory", "/UTC"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    assert not is_zone(name)


def test_the_next_wall_time_is_strictly_later() -> None:
    at_eight = instant_of(date(2026, 1, 10), time(8), BERLIN)
    assert next_wall(at_eight, time(8), BERLIN) == at_eight + DAY
    assert next_wall(at_eight - timedelta(seconds=1), time(8), BERLIN) == at_eight


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.times(),
)
def test_the_next_wall_time_comes_within_a_day_and_its_shift(
    zone: str, now: datetime, wall: time
) -> None:
    found = next_wall(now, wall, zone)
    assert timedelta(0) < found - now <= DAY + timedelta(hours=3)
    assert found in {instant_of(local_day(now, zone) + n * DAY, wall, zone) for n in (-1, 0, 1, 2)}


@pytest.mark.parametrize("year", [2026, 2031])
def test_every_clock_change_keeps_each_dose_once_and_in_order(year: int) -> None:
    moved = 0
    for zone in zones_that_differ(year):
        for day, shift in shifts(zone, year):
            check_shift(zone, day, shift, timedelta(minutes=43))
            moved += 1
    assert moved > 40


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_every_clock_change_of_every_zone_keeps_each_dose_once(year: int) -> None:
    for zone in ZONES:
        for day, shift in shifts(zone, year):
            check_shift(zone, day, shift, timedelta(minutes=71))
