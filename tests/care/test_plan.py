from datetime import UTC, date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.plan import (
    DoseTime,
    Plan,
    Regimen,
    Step,
    TypedStep,
    changes,
    changes_on,
    goes_down,
    goes_up,
    keep_slots,
    last_change,
    mg_text,
    next_change,
    plan_of,
    regimen_on,
)

MORNING, NOON, NIGHT = time(8), time(13), time(22)
NOW = Regimen("diazepam", (DoseTime("a", MORNING, Decimal(10)), DoseTime("b", NIGHT, Decimal(5))))
SLEEP = Regimen("zopiclone", (DoseTime("a", NIGHT, Decimal("7.5")),))
DEC_1, DEC_15, JAN_1 = date(2026, 12, 1), date(2026, 12, 15), date(2027, 1, 1)

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
amounts = st.integers(1, 4000).map(lambda n: Decimal(n) / 100)
typed_doses = st.dictionaries(clocks, amounts, max_size=5).map(lambda d: tuple(d.items()))


def step(day: date, *doses: tuple[time, str], medicine: str = "diazepam") -> TypedStep:
    return TypedStep(day, medicine, tuple((wall, Decimal(mg)) for wall, mg in doses))


def two_steps() -> Plan:
    typed = [
        step(DEC_1, (MORNING, "9"), (NIGHT, "5")),
        step(DEC_15, (MORNING, "9"), (NIGHT, "4")),
        step(DEC_15, medicine="zopiclone"),
    ]
    return plan_of([NOW, SLEEP], typed)


def test_the_day_holds_what_the_latest_step_says() -> None:
    plan = two_steps()
    assert regimen_on(plan, "diazepam", date(2026, 11, 30)) == NOW
    assert regimen_on(plan, "diazepam", DEC_1).daily_mg == 14
    assert regimen_on(plan, "diazepam", date(2030, 1, 1)).daily_mg == 13
    assert regimen_on(plan, "zopiclone", DEC_15) == Regimen("zopiclone", ())


def test_a_medicine_the_plan_does_not_name_has_no_doses() -> None:
    assert regimen_on(Plan((NOW,)), "baclofen", DEC_1) == Regimen("baclofen", ())


def test_a_change_shows_the_dose_before_and_after_it() -> None:
    change = next_change(two_steps(), date(2026, 11, 30))
    assert change is not None
    assert (change.medicine, change.day) == ("diazepam", DEC_1)
    assert (change.before.daily_mg, change.after.daily_mg) == (15, 14)


def test_the_next_change_is_after_the_day_and_todays_are_apart() -> None:
    plan = two_steps()
    following = next_change(plan, DEC_1)
    assert following is not None
    assert following.day == DEC_15
    assert [change.medicine for change in changes_on(plan, DEC_15)] == ["diazepam", "zopiclone"]
    assert changes_on(plan, date(2026, 12, 2)) == ()
    assert next_change(plan, DEC_15) is None


def test_the_last_change_counts_its_own_day() -> None:
    plan = two_steps()
    assert last_change(plan, "diazepam", date(2026, 11, 30)) is None
    latest = last_change(plan, "diazepam", DEC_1)
    assert latest is not None
    assert latest.day == DEC_1
    assert last_change(plan, "zopiclone", DEC_1) is None


def test_a_step_that_repeats_the_dose_is_no_change() -> None:
    plan = plan_of([NOW], [step(DEC_1, (NIGHT, "5.0"), (MORNING, "10"))])
    assert list(changes(plan)) == []


def test_a_moved_time_is_a_change_that_does_not_go_up() -> None:
    (change,) = changes(plan_of([NOW], [step(DEC_1, (MORNING, "10"), (NOON, "5"))]))
    assert not goes_up(change)


def test_a_higher_total_goes_up() -> None:
    up, down = changes(
        plan_of([SLEEP], [step(d, (NIGHT, mg), medicine="zopiclone") for d, mg in UP_AND_DOWN])
    )
    assert goes_up(up)
    assert not goes_up(down)


UP_AND_DOWN = ((DEC_1, "7.75"), (DEC_15, "7.5"))


def test_the_same_dose_with_rest_days_between_goes_down() -> None:
    daily = step(DEC_1, (NIGHT, "5"))
    resting = TypedStep(DEC_15, "diazepam", daily.doses, every=2)
    *_, change = changes(plan_of([NOW], [daily, resting]))
    assert change.day == DEC_15
    assert goes_down(change)
    assert not goes_up(change)


def test_a_medicine_that_begins_later_goes_up_from_nothing() -> None:
    plan = plan_of([NOW], [step(DEC_1, (NIGHT, "3.75"), medicine="zopiclone")])
    (change,) = changes(plan)
    assert change.before.doses == ()
    assert goes_up(change)
    assert plan.medicines == ("diazepam", "zopiclone")


def test_the_same_wall_time_keeps_its_slot() -> None:
    kept = keep_slots(NOW, ((NIGHT, Decimal(4)), (MORNING, Decimal(9))))
    assert kept.doses == (
        DoseTime("a", MORNING, Decimal(9)),
        DoseTime("b", NIGHT, Decimal(4)),
    )


def test_a_new_time_never_takes_the_slot_of_a_dropped_one() -> None:
    kept = keep_slots(NOW, ((NOON, Decimal(5)), (NIGHT, Decimal(5))))
    assert [(dose.slot, dose.wall) for dose in kept.doses] == [("c", NOON), ("b", NIGHT)]


def test_a_time_that_comes_back_gets_its_old_slot() -> None:
    only_night = keep_slots(NOW, ((NIGHT, Decimal(5)),))
    back = keep_slots(only_night, ((MORNING, Decimal(1)), (NOON, Decimal(1))), earlier=[NOW])
    assert [(dose.slot, dose.wall) for dose in back.doses] == [("a", MORNING), ("c", NOON)]


def test_one_wall_time_has_one_slot_through_a_whole_plan() -> None:
    plan = plan_of(
        [NOW],
        [
            step(JAN_1, (MORNING, "1"), (NOON, "2"), (NIGHT, "3")),
            step(DEC_1, (MORNING, "9")),
            step(DEC_15, (MORNING, "8"), (NOON, "2")),
        ],
    )
    final = regimen_on(plan, "diazepam", JAN_1)
    assert [(dose.slot, dose.wall) for dose in final.doses] == [
        ("a", MORNING),
        ("c", NOON),
        ("b", NIGHT),
    ]


def test_slots_go_on_after_z() -> None:
    walls = tuple((time(n // 2, n % 2 * 30), Decimal(1)) for n in range(28))
    slots = [dose.slot for dose in keep_slots(Regimen("diazepam", ()), walls).doses]
    assert slots[25:] == ["z", "aa", "ab"]


@given(st.lists(typed_doses, min_size=1, max_size=6))
def test_slots_and_wall_times_stay_paired_however_often_a_plan_changes(
    days: list[tuple[tuple[time, Decimal], ...]],
) -> None:
    typed = [TypedStep(date(2027, 1, n + 1), "diazepam", doses) for n, doses in enumerate(days)]
    plan = plan_of([NOW], typed)
    pairs = {(d.slot, d.wall) for r in (NOW, *(s.regimen for s in plan.steps)) for d in r.doses}
    assert len(pairs) == len({slot for slot, _ in pairs}) == len({wall for _, wall in pairs})
    assert [s.regimen.daily_mg for s in plan.steps] == [sum(mg for _, mg in day) for day in days]


@pytest.mark.parametrize("mg", ["0", "-5", "NaN", "Infinity"])
def test_a_dose_is_a_real_amount_above_nothing(mg: str) -> None:
    with pytest.raises(ValueError, match="more than 0 mg"):
        DoseTime("a", MORNING, Decimal(mg))


def test_impossible_regimens_and_plans_cannot_be_built() -> None:
    dose, again = NOW.doses[0], Step(DEC_1, NOW)
    ended = Regimen("diazepam", ())
    for refuse in (
        lambda: DoseTime("", MORNING, Decimal(1)),
        lambda: DoseTime("a", time(8, tzinfo=UTC), Decimal(1)),
        lambda: Regimen("", ()),
        lambda: Regimen("diazepam", (dose, DoseTime("a", NOON, Decimal(1)))),
        lambda: Regimen("diazepam", (dose, DoseTime("b", MORNING, Decimal(1)))),
        lambda: Plan((ended,)),
        lambda: Plan((NOW, NOW)),
        lambda: Plan((NOW,), (Step(DEC_15, NOW), again)),
        lambda: Plan((NOW,), (again, Step(DEC_1, ended))),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            refuse()


@pytest.mark.parametrize(
    ("mg", "text"),
    [("10", "10"), ("2.50", "2.5"), ("5.0", "5"), ("0.125", "0.125"), ("1E+2", "100")],
)
def test_an_amount_is_written_without_a_lost_or_added_dot(mg: str, text: str) -> None:
    assert mg_text(Decimal(mg)) == text
