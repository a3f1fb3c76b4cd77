from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal

from care.plan import DoseTime, Plan, Regimen, Step
from care.plan_pace import Course, course_of
from care.plan_switches import exchanges, swapped, worst_total
from tests.care.plan_files import MEDICINES

DEC_1 = date(2026, 12, 1)
QUARTER = Decimal(25)


def regimen(medicine: str, mg: str) -> Regimen:
    doses = (DoseTime("a", time(8), Decimal(mg)),) if Decimal(mg) else ()
    return Regimen(medicine, doses)


def courses(present: Iterable[tuple[str, str]], *steps: tuple[int, str, str]) -> list[Course]:
    plan = Plan(
        tuple(regimen(*one) for one in present),
        tuple(Step(DEC_1 + timedelta(days=day), regimen(drug, mg)) for day, drug, mg in steps),
    )
    return [course_of(plan, MEDICINES[one]) for one in plan.medicines]


def test_one_that_rises_while_another_falls_is_a_switch() -> None:
    found = list(
        exchanges(
            courses(
                [("alprazolam", "2")],
                (0, "diazepam", "10"),
                (0, "alprazolam", "1"),
                (14, "diazepam", "20"),
                (14, "alprazolam", "0"),
            )
        )
    )
    assert [(one.out.id, one.into.id) for one in found] == [("alprazolam", "diazepam")]
    assert (found[0].out_mg, found[0].into_mg) == (2, 20)
    assert (found[0].last - found[0].first).days == 14


def test_a_rise_more_than_two_weeks_from_a_fall_is_no_switch() -> None:
    some = courses(
        [("alprazolam", "2"), ("diazepam", "5")], (0, "alprazolam", "1"), (15, "diazepam", "6")
    )
    assert list(exchanges(some)) == []
    near = courses(
        [("alprazolam", "2"), ("diazepam", "5")], (0, "alprazolam", "1"), (14, "diazepam", "6")
    )
    assert len(list(exchanges(near))) == 1


def test_baclofen_is_no_part_of_a_switch() -> None:
    some = courses([("alprazolam", "2")], (0, "alprazolam", "1"), (0, "baclofen", "10"))
    assert list(exchanges(some)) == []


def test_what_is_given_up_leaves_the_pace_and_a_later_reduction_does_not() -> None:
    some = courses(
        [("alprazolam", "2")],
        (0, "diazepam", "10"),
        (0, "alprazolam", "1"),
        (60, "alprazolam", "0.5"),
    )
    alprazolam = swapped(some[0], exchanges(some))
    assert [one.day for one in alprazolam.cuts] == [DEC_1 + timedelta(days=60)]


def test_a_total_is_counted_by_the_columns_that_make_it_worst() -> None:
    before, day = DEC_1 - timedelta(days=1), DEC_1
    half = courses([("lorazepam", "2")], (0, "diazepam", "10"), (0, "lorazepam", "0"))
    # 2 mg are 10 mg by one table and 20 by the other.
    total = worst_total(half, before, day, QUARTER)
    assert total == (20, 10)
    full = courses([("lorazepam", "2")], (0, "diazepam", "20"), (0, "lorazepam", "0"))
    assert worst_total(full, before, day, QUARTER) is None
