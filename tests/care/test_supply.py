"""Running out is stopping suddenly: how long tablets last under the plan, and who hears of it."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.pharmacies import open_in
from care.amounts import Form, Product
from care.plan import DoseTime, Plan, Regimen, Step
from care.stock import Stock, counted
from care.supply import (
    Outlook,
    days_left,
    days_to_act,
    last_open_day,
    lasts_until,
    next_open_day,
    outlook,
    tell,
    too_short,
    warning,
)

TODAY = date(2026, 12, 1)
TWO = Product("diazepam", Form.TABLET, Decimal(2), 2)
FIVE = Product("diazepam", Form.TABLET, Decimal(5))


def regimen(*mg: str, every: int = 1) -> Regimen:
    doses = (DoseTime("abc"[n], time(8 + 6 * n), Decimal(one)) for n, one in enumerate(mg))
    return Regimen("diazepam", tuple(doses), every)


def left(plan: Plan, mg: str) -> int | None:
    return days_left(plan, "diazepam", Stock(Decimal(mg)), TODAY)


def always(_: date) -> bool:
    return True


def test_what_is_left_is_counted_day_by_day() -> None:
    plan = Plan((regimen("10"),))
    assert lasts_until(plan, "diazepam", Stock(Decimal(35)), TODAY) == date(2026, 12, 4)
    assert left(plan, "30") == 3


def test_a_falling_dose_makes_it_last_longer() -> None:
    assert left(Plan((regimen("10"),), (Step(date(2026, 12, 2), regimen("5")),)), "30") == 5


def test_it_can_last_to_the_end_of_the_plan() -> None:
    plan = Plan((regimen("10"),), (Step(date(2026, 12, 3), Regimen("diazepam", ())),))
    assert left(plan, "20") is None


def test_rest_days_need_nothing() -> None:
    assert left(Plan((regimen("10"),), (Step(TODAY, regimen("10", every=2)),)), "30") == 6


def test_a_day_that_is_covered_in_part_is_not_covered() -> None:
    assert left(Plan((regimen("10", "5"),)), "25") == 1


def test_strengths_that_cannot_make_the_dose_do_not_cover_it() -> None:
    plan = Plan((regimen("4"),), products=(FIVE, TWO))
    stock = counted({FIVE: Decimal(20), TWO: Decimal(4)})
    assert days_left(plan, "diazepam", stock, TODAY) == 2


def test_only_what_is_still_to_come_today_counts() -> None:
    plan = Plan((regimen("10", "10"),))
    evening = outlook(plan, "diazepam", Stock(Decimal(10)), TODAY, still_today=[Decimal(10)])
    assert evening == Outlook(TODAY + timedelta(days=1))
    taken = outlook(plan, "diazepam", Stock(Decimal(5)), TODAY, still_today=[])
    assert taken == Outlook(TODAY + timedelta(days=1), next_covered=False)


def test_the_last_open_day_before_christmas_is_thursday() -> None:
    is_open = open_in("GB")
    monday = date(2026, 12, 28)
    assert last_open_day(monday, date(2026, 12, 21), is_open) == date(2026, 12, 24)
    assert days_to_act(monday, date(2026, 12, 21), is_open) == 4
    assert days_to_act(monday, date(2026, 12, 25), is_open) == 0
    assert next_open_day(date(2026, 12, 25), is_open) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("country", "day", "is_open"),
    [
        ("GB", date(2026, 12, 25), False),
        ("GB", date(2026, 12, 26), False),
        ("US", date(2026, 7, 3), False),  # the Fourth is kept on Friday
        ("US", date(2026, 7, 6), True),
        ("IL", date(2026, 11, 27), False),  # Friday
        ("IL", date(2026, 11, 29), True),  # Sunday
        ("", date(2026, 12, 25), True),
        ("XX", date(2026, 12, 25), True),
    ],
)
def test_pharmacies_keep_the_days_of_their_country(
    country: str, day: date, *, is_open: bool
) -> None:
    assert open_in(country)(day) is is_open


@pytest.mark.parametrize(
    ("days", "level"), [(0, 1), (1, 1), (2, 3), (3, 3), (4, 7), (7, 7), (8, None)]
)
def test_a_warning_is_due_at_seven_three_and_one_days(days: int, level: int | None) -> None:
    assert warning(Outlook(TODAY + timedelta(days=days)), TODAY, always) == level


def test_without_the_next_dose_it_is_now() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert warning(Outlook(tomorrow, next_covered=False), TODAY, always) == 0
    # The medicine of a coming switch is not missing yet.
    in_a_week = TODAY + timedelta(days=7)
    assert warning(Outlook(in_a_week, next_covered=False), TODAY, always) == 7
    assert warning(Outlook(None), TODAY, always) is None


def test_a_warning_is_said_once_and_again_when_it_gets_worse() -> None:
    until = TODAY + timedelta(days=7)
    assert tell(7, until)
    assert not tell(7, until, told=7, told_until=until)
    assert not tell(7, until - timedelta(days=1), told=7, told_until=until)
    assert tell(7, until - timedelta(days=2), told=7, told_until=until)
    assert tell(3, until, told=7, told_until=until)
    assert not tell(7, until, told=3, told_until=until)


def test_a_refill_has_to_come_three_days_before_the_end() -> None:
    refill = TODAY + timedelta(days=10)
    assert too_short(refill + timedelta(days=2), refill)
    assert not too_short(refill + timedelta(days=3), refill)
    assert not too_short(None, refill)
    assert not too_short(refill, None)


halves = st.integers(1, 40).map(lambda n: Decimal(n) / 2)


@given(halves, halves, st.integers(0, 400), st.integers(1, 30))
def test_a_step_down_never_makes_it_last_shorter(
    before: Decimal, after: Decimal, tablets: int, days: int
) -> None:
    high, low = str(max(before, after)), str(min(before, after))
    step = Step(TODAY + timedelta(days=days), regimen(low))
    two = Product("diazepam", Form.TABLET, Decimal(2), 4)
    for stock in (Stock(Decimal(tablets)), counted({two: Decimal(tablets)})):
        stays = lasts_until(Plan((regimen(high),)), "diazepam", stock, TODAY) or date.max
        steps = lasts_until(Plan((regimen(high),), (step,)), "diazepam", stock, TODAY) or date.max
        assert steps >= stays


@given(st.lists(halves, min_size=1, max_size=3), st.integers(0, 60), st.integers(1, 9))
def test_more_never_lasts_shorter(doses: list[Decimal], tablets: int, more: int) -> None:
    plan = Plan((regimen(*map(str, doses)),))
    few, many = ({TWO: Decimal(n), FIVE: Decimal(9)} for n in (tablets, tablets + more))
    first, second = (
        lasts_until(plan, "diazepam", counted(units), TODAY) or date.max for units in (few, many)
    )
    assert second >= first
