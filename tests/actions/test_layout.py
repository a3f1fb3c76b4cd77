"""Doses are laid out once each, whatever clocks, plans and workers do."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from actions import doses, layout, plans
from scheduler import sweeps
from tests.actions.house import House, Someone, at_once

LONDON = ZoneInfo("Europe/London")


def laid_out(house: House, who: Someone) -> list[tuple[int, str, datetime]]:
    return [(dose.plan_day, dose.slot, dose.due_at) for dose in house.doses(who)]


def test_two_days_are_laid_out_and_a_second_sweep_adds_nothing(any_house: House) -> None:
    tom = any_house.patient("08:00 5", "20:00 5")
    once = laid_out(any_house, tom)
    assert len(once) == 4
    any_house.run(sweeps.lay_out)
    assert laid_out(any_house, tom) == once


def test_two_workers_who_lay_out_at_once_lay_out_once(any_house: House) -> None:
    tom = any_house.patient("08:00 5", "20:00 5")
    any_house.jumps(hours=24)
    at_once(*[lambda: any_house.call(layout.lay_out_one, tom.id)] * 3)
    found = laid_out(any_house, tom)
    assert len(found) == len(set(found)) == 6


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # The hour from 01:00 to 02:00 does not exist: the first valid instant after it.
        ("2027-03-27T20:00", ["2027-03-28T01:00", "2027-03-29T00:30"]),
        # The same hour comes twice: the first of the two.
        ("2026-10-24T20:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
    ],
)
def test_a_night_when_the_clocks_change_has_each_dose_once(
    house: House, start: str, expected: list[str]
) -> None:
    house.clock.at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    tom = house.patient("01:30 10")
    due = [f"{dose.due_at:%Y-%m-%dT%H:%M}" for dose in house.doses(tom)]
    assert due == expected


def test_a_changed_time_moves_the_dose_and_does_not_double_it(house: House) -> None:
    tom = house.patient("08:00 10")
    house.does(tom, plans.adopt, house.plan("09:30 10"))
    found = house.doses(tom)
    assert [dose.due_at.astimezone(LONDON).time() for dose in found] == [time(9, 30)] * 2


def of_today(house: House, who: Someone) -> list[tuple[str, str]]:
    return [
        (f"{dose.wall:%H:%M}", dose.state)
        for dose in house.doses(who)
        if dose.local_day == house.clock.at.date()
    ]


def test_a_dose_taken_before_the_plan_changed_is_not_planned_again(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    house.passes(minutes=30)
    house.does(tom, plans.adopt, house.plan("09:30 10"))
    house.passes(hours=1)
    assert of_today(house, tom) == [("08:00", "taken")]
    assert [dose.wall for dose in house.doses(tom)[1:]] == [time(9, 30)] * 2


def test_a_dose_left_out_before_the_plan_changed_comes_at_its_new_hour(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    house.does(tom, doses.skip, house.doses(tom)[0].id, "told")
    house.does(tom, plans.adopt, house.plan("12:00 10"))
    assert of_today(house, tom) == [("08:00", "skipped"), ("12:00", "planned")]


def test_a_dose_that_the_new_plan_adds_comes_on_the_same_day(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    house.does(tom, plans.adopt, house.plan("08:00 5", "20:00 5"))
    assert of_today(house, tom) == [("08:00", "taken"), ("20:00", "planned")]


def test_the_nearest_of_the_new_hours_stands_for_a_dose_that_was_taken(house: House) -> None:
    tom = house.patient("08:00 5", "20:00 5")
    house.at(8)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    house.does(tom, plans.adopt, house.plan("09:00 5", "21:00 5"))
    house.passes(hours=2)
    assert of_today(house, tom) == [("08:00", "taken"), ("21:00", "planned")]


def test_a_dose_moved_to_an_hour_that_has_passed_is_not_lost(house: House) -> None:
    tom = house.patient("12:00 10")
    house.at(10)
    house.does(tom, plans.adopt, house.plan("09:00 10"))
    assert of_today(house, tom) == [("09:00", "planned")]
    house.hears(tom)
    house.passes(minutes=1)
    assert house.templates(tom) == ["doses/reminder"]


def test_a_dose_before_the_first_plan_is_nobody_s_dose(house: House) -> None:
    tom = house.patient("07:00 10")
    assert house.doses(tom)[0].plan_day == 1


def test_doses_that_fell_due_while_nothing_ran_are_laid_out_and_asked_about(house: House) -> None:
    tom = house.patient("08:00 10", "20:00 10", drug="baclofen")
    house.hears(tom)
    house.jumps(days=4)
    house.sweeps()
    states = [dose.state for dose in house.doses(tom) if dose.closes_at <= house.clock.at]
    assert states == ["unknown"] * 8
    assert "doses/reminder" not in house.templates(tom)


def test_each_dose_knows_the_plan_version_it_came_from(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    later = house.does(tom, plans.adopt, house.plan("08:00 9"))
    assert [dose.plan_id == later.id for dose in house.doses(tom)] == [False, True, True]
