"""Every zone, every change of clocks until 2037, any plan: each planned dose once, none lost."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.localtime import is_zone, local
from care.plan import DoseTime, Plan, Regimen
from care.travel import Clock, NextDose, Place, doses_from

ZONES = sorted(zone for zone in available_timezones() if is_zone(zone))
BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
SCAN = timedelta(days=5)  # no zone changes its clocks back within five days
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
HALF_HOURS = [time(n // 2, n % 2 * 30) for n in range(48)]
Change = tuple[datetime, timedelta]  # when (UTC), and how far the clocks go forward


@cache
def changes(zone: str) -> tuple[Change, ...]:
    """Every change of a zone's clocks in the years that plans are made for."""
    found = []
    for n in range((END - BEGIN) // SCAN):
        first, last = BEGIN + n * SCAN, BEGIN + (n + 1) * SCAN
        if offset(first, zone) != offset(last, zone):
            at = _when(first, last, zone)
            found.append((at, offset(last, zone) - offset(first, zone)))
    return tuple(found)


def offset(at: datetime, zone: str) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def _when(first: datetime, last: datetime, zone: str) -> datetime:
    before = offset(first, zone)
    while last - first > SECOND:
        middle = (first + (last - first) / 2).replace(microsecond=0)
        first, last = (middle, last) if offset(middle, zone) == before else (first, middle)
    return last


@cache
def every_change() -> tuple[tuple[str, Change], ...]:
    """Each change once: zones that change alike on clocks alike stand for each other."""
    seen = {(offset(BEGIN, zone), changes(zone)): zone for zone in reversed(ZONES)}
    return tuple((zone, one) for zone in sorted(seen.values()) for one in changes(zone))


def plan_of(walls: list[time]) -> Plan:
    doses = [DoseTime(f"s{n}", wall, Decimal(1)) for n, wall in enumerate(sorted(walls))]
    return Plan((Regimen("diazepam", tuple(doses)),))


def around(walls: list[time], zone: str, day: date) -> list[NextDose]:
    """Five plan days about a day."""
    doses = doses_from(plan_of(walls), "diazepam", Clock(zone, day - 2 * DAY), Place(0, time.min))
    return list(islice(doses, 5 * len(walls)))


def check(walls: list[time], zone: str, change: Change) -> None:
    at, forward = change
    doses = around(walls, zone, local(at, zone).date())
    gap, fold = max(forward, timedelta(0)), max(-forward, timedelta(0))
    slots = [f"s{n}" for n in range(len(walls))]
    assert [(one.plan_day, one.dose.slot) for one in doses] == [
        (d, s) for d in range(5) for s in slots
    ]
    for one in doses:
        shown = local(one.due, zone).replace(tzinfo=None)
        late = shown - datetime.combine(one.day, one.dose.wall)
        assert timedelta(0) <= late <= gap, "at its own time, or at the end of the gap"
        assert not late or one.due == at, "late only where its time does not exist"
    for one, following in pairwise(doses):
        usual = datetime.combine(following.day, following.dose.wall) - datetime.combine(
            one.day, one.dose.wall
        )
        assert usual - gap <= following.due - one.due <= usual + fold


def test_the_zones_that_are_hard_are_among_them() -> None:
    assert len(ZONES) > 590
    shifts = {zone: {forward for _, forward in changes(zone)} for zone in ZONES}
    assert timedelta(minutes=30) in shifts["Australia/Lord_Howe"]
    assert timedelta(hours=2) in shifts["Antarctica/Troll"]
    midnight = {local(at - SECOND, "Africa/Cairo").time() for at, _ in changes("Africa/Cairo")}
    assert time(23, 59, 59) in midnight
    assert all(changes(zone) for zone in ("Asia/Beirut", "America/Asuncion", "Africa/Casablanca"))


def test_every_half_hour_of_the_day_over_every_change_of_every_zone() -> None:
    for zone, change in every_change():
        check(HALF_HOURS, zone, change)


PLANS = st.lists(
    st.times().map(lambda t: t.replace(microsecond=0)), min_size=1, max_size=6, unique=True
)


@given(walls=PLANS, number=st.integers(min_value=0))
def test_any_plan_over_any_change_of_clocks(walls: list[time], number: int) -> None:
    zone, change = every_change()[number % len(every_change())]
    check(walls, zone, change)


@given(walls=PLANS, zone=st.sampled_from(ZONES), day=st.dates(date(2024, 1, 3), date(2037, 12, 28)))
def test_any_plan_on_any_day_has_each_dose_once_and_in_order(
    walls: list[time], zone: str, day: date
) -> None:
    doses = around(walls, zone, day)
    assert len({(one.plan_day, one.dose.slot) for one in doses}) == 5 * len(walls)
    assert [one.due for one in doses] == sorted(one.due for one in doses)


@pytest.mark.slow
@settings(max_examples=20_000)
@given(walls=PLANS, number=st.integers(min_value=0))
def test_many_plans_over_many_changes_of_clocks(walls: list[time], number: int) -> None:
    zone, change = every_change()[number % len(every_change())]
    check(walls, zone, change)
