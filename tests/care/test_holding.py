"""A hold moves dates later, never earlier, and changes no amount (clinical.md D13)."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.holding import mid_switch, moved_later, waiting
from care.plan import DoseTime, Plan, Regimen, Step, changes
from tests.care.planrule_strategies import random_plans

TODAY = date(2026, 11, 30)


def takes(mg: str, medicine: str = "diazepam") -> Regimen:
    return Regimen(medicine, (DoseTime("a", time(8), Decimal(mg)),) if mg != "0" else ())


def plan(*steps: tuple[int, Regimen], now: tuple[Regimen, ...] = (takes("10"),)) -> Plan:
    return Plan(now, tuple(Step(TODAY + timedelta(days=day), one) for day, one in steps))


@given(random_plans(), st.integers(-40, 400), st.integers(0, 400))
def test_a_hold_moves_dates_later_and_changes_no_amount(
    found: Plan, held_after: int, held_for: int
) -> None:
    held_on = TODAY + timedelta(days=held_after)
    later = moved_later(found, held_on, held_on + timedelta(days=held_for))
    assert later.present == found.present
    for before, after in zip(found.steps, later.steps, strict=True):
        moved = held_for if before.starts > held_on else 0
        assert after == replace(before, starts=before.starts + timedelta(days=moved))


def test_a_hold_never_moves_a_date_earlier() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        moved_later(plan((1, takes("9"))), TODAY, TODAY - timedelta(days=1))


def test_a_step_of_today_has_begun_and_is_not_held_back() -> None:
    assert not waiting(plan((0, takes("9"))), TODAY)
    assert waiting(plan((1, takes("9"))), TODAY)


def test_a_resumed_step_comes_no_sooner_than_it_would_have_after_the_hold() -> None:
    later = moved_later(plan((1, takes("9")), (15, takes("8"))), TODAY, TODAY + timedelta(days=5))
    assert [change.day for change in changes(later)] == [
        TODAY + timedelta(days=6),
        TODAY + timedelta(days=20),
    ]


@pytest.mark.parametrize(
    ("steps", "middle"),
    [
        (((1, takes("0.5", "alprazolam")), (1, takes("5"))), True),
        (((1, takes("9")),), False),
        (((1, takes("11")),), False),
        (((1, takes("0.5", "alprazolam")), (40, takes("12"))), False),
    ],
)
def test_the_middle_of_a_switch_is_one_down_and_another_up(
    steps: tuple[tuple[int, Regimen], ...], middle: bool
) -> None:
    now = (takes("1", "alprazolam"),) if len(steps) > 1 else (takes("10"),)
    assert mid_switch(plan(*steps, now=now), TODAY) is middle
