from datetime import date, time, timedelta
from decimal import Decimal

from care.plan import DoseTime, Plan, Regimen, Step
from care.plan_pace import as_published, course_of, mean_mg, over, peak, share, window
from tests.care.plan_files import MEDICINES

DEC_1 = date(2026, 12, 1)


def regimen(mg: str, every: int = 1, medicine: str = "diazepam") -> Regimen:
    doses = (DoseTime("a", time(8), Decimal(mg)),) if Decimal(mg) else ()
    return Regimen(medicine, doses, every)


def step(day: int, mg: str, every: int = 1, medicine: str = "diazepam") -> Step:
    return Step(DEC_1 + timedelta(days=day), regimen(mg, every, medicine))


def test_a_share_is_rounded_half_up_for_the_eye_and_compared_exactly() -> None:
    assert share(Decimal("0.25"), Decimal(1000)) == Decimal(0)
    assert share(Decimal("0.5"), Decimal(1000)) == Decimal("0.1")
    assert not over(Decimal("2.5"), Decimal(10), Decimal(25))
    assert over(Decimal("2.500000000001"), Decimal(10), Decimal(25))


def test_rest_days_halve_the_average_day() -> None:
    assert mean_mg(regimen("10", every=2)) == 5


def test_a_new_time_for_the_same_amount_is_no_move() -> None:
    later = Regimen("diazepam", (DoseTime("a", time(9), Decimal(10)),))
    plan = Plan((regimen("10"),), (Step(DEC_1, later), step(9, "9")))
    moves = course_of(plan, MEDICINES["diazepam"]).moves
    assert [(one.day, one.since) for one in moves] == [(DEC_1 + timedelta(days=9), None)]


def test_what_was_before_the_plan_counts_in_a_window_and_is_not_found_again() -> None:
    plan = Plan((regimen("8"),), (step(0, "7"),))
    earlier = (step(-40, "10"), step(-5, "8"))
    course = course_of(plan, MEDICINES["diazepam"], earlier)
    assert [one.day for one in course.cuts] == [DEC_1]
    assert course.cuts[0].since == 5
    assert peak(window(course.falls, DEC_1, 14)) == 10
    assert peak(window(course.falls, DEC_1, 5)) == 8


def test_a_window_leaves_out_the_day_it_began_on() -> None:
    plan = Plan((regimen("10"),), (step(0, "9"), step(14, "8")))
    falls = course_of(plan, MEDICINES["diazepam"]).falls
    assert len(window(falls, DEC_1 + timedelta(days=14), 14)) == 1
    assert len(window(falls, DEC_1 + timedelta(days=14), 15)) == 2
    assert peak(()) == 0


def test_the_published_schedule_is_followed_band_by_band() -> None:
    diazepam = MEDICINES["diazepam"]
    for before, after, fits in (
        ("40", "36", True),
        ("40", "35.9", False),
        ("20", "18", True),
        ("20", "17", False),
        ("10", "9", True),
        ("10", "8", False),
        ("1", "0", True),
        ("2", "0", False),
    ):
        plan = Plan((regimen(before),), (step(0, after),))
        assert as_published(diazepam, course_of(plan, diazepam).cuts[0]) is fits, (before, after)


def test_the_published_schedule_has_a_week_between_its_steps() -> None:
    diazepam = MEDICINES["diazepam"]
    plan = Plan((regimen("10"),), (step(0, "9"), step(6, "8"), step(13, "7")))
    cuts = course_of(plan, diazepam).cuts
    assert [as_published(diazepam, cut) for cut in cuts] == [True, False, True]


def test_the_published_schedule_holds_in_every_table() -> None:
    lorazepam = MEDICINES["lorazepam"]
    plan = Plan((regimen("1", medicine="lorazepam"),), (step(0, "0.85", medicine="lorazepam"),))
    # 0.75 mg of diazepam by one table, and 1.5 mg from 10 by the other.
    assert not as_published(lorazepam, course_of(plan, lorazepam).cuts[0])
