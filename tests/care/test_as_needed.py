"""Doses taken when needed: the plan's limits inform, whatever order the times came in."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from care.as_needed import limits
from care.plan import AsNeeded

RULE = AsNeeded("diazepam", Decimal(2), 2, Decimal(6))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def hours(*back: float) -> list[datetime]:
    return [NOON - timedelta(hours=one) for one in back]


def test_the_first_one_keeps_every_limit() -> None:
    assert limits(RULE, [], [], NOON).kept


def test_too_soon_is_less_than_the_hours_of_the_plan() -> None:
    assert limits(RULE, hours(5.9), [], NOON).too_soon
    assert not limits(RULE, hours(6), [], NOON).too_soon


def test_one_more_than_the_plan_says_in_a_day_is_too_many() -> None:
    assert not limits(RULE, hours(8), [], NOON).too_many
    assert limits(RULE, hours(8, 16), [], NOON).too_many


def test_the_same_minute_of_the_day_before_is_over() -> None:
    assert not limits(RULE, hours(8, 24), [], NOON).too_many
    assert limits(RULE, hours(8, 23.99), [], NOON).too_many


def test_a_time_said_later_is_weighed_with_what_came_after_it() -> None:
    found = limits(RULE, hours(-3, -20), [], NOON)
    assert found.too_many
    assert found.too_soon
    assert found.nearest == NOON + timedelta(hours=3)
    assert not limits(RULE, hours(20, -20), [], NOON).too_many


def test_a_planned_dose_close_by_is_said() -> None:
    assert limits(RULE, [], hours(1), NOON).near_planned
    assert not limits(RULE, [], hours(2), NOON).near_planned
    loose = AsNeeded("diazepam", Decimal(2), 9, Decimal(0))
    assert limits(loose, hours(0.1), hours(0.1), NOON).kept


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"zone|naive|aware"):
        limits(RULE, [], [], NOON.replace(tzinfo=None))
