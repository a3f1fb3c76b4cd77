"""Running out is stopping suddenly: how long tablets last under the plan."""

from datetime import date, time
from decimal import Decimal

from care.plan import DoseTime, Plan, Regimen, Step
from care.supply import days_left, lasts_until

TODAY = date(2026, 12, 1)


def regimen(mg: str) -> Regimen:
    return Regimen("diazepam", (DoseTime("a", time(8), Decimal(mg)),))


def test_what_is_left_is_counted_day_by_day() -> None:
    plan = Plan((regimen("10"),))
    assert lasts_until(plan, "diazepam", Decimal(35), TODAY) == date(2026, 12, 4)
    assert days_left(plan, "diazepam", Decimal(30), TODAY) == 3


def test_a_falling_dose_makes_it_last_longer() -> None:
    plan = Plan((regimen("10"),), (Step(date(2026, 12, 2), regimen("5")),))
    assert days_left(plan, "diazepam", Decimal(30), TODAY) == 5


def test_it_can_last_to_the_end_of_the_plan() -> None:
    plan = Plan((regimen("10"),), (Step(date(2026, 12, 3), Regimen("diazepam", ())),))
    assert days_left(plan, "diazepam", Decimal(20), TODAY) is None
