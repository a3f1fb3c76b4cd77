"""Staying on a dose: asked for, or agreed for the days on which something is unresolved (D1)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actions import doses, holding, plans
from store.models import Person, PlanVersion
from tests.actions.house import House, Someone, at_once

CUTS = {"2026-11-30": ("08:00 9", "20:00 9"), "2026-12-15": ("08:00 8", "20:00 8")}

CUT_DAY = date(2026, 11, 30)


def stays(house: House, **more: Any) -> Someone:
    """Somebody whose prescriber wants no cut while something is unresolved."""
    tom = house.patient("08:00 10", "20:00 10")
    plan = house.plan("08:00 10", "20:00 10", steps=CUTS, **more)
    house.does(tom, plans.adopt, plan | {"if_unresolved": "stay"})
    return tom


def of_day(house: House, who: Someone, day: date) -> list[tuple[Decimal, str]]:
    """The doses of a day: how much, and their state."""
    return [(dose.mg, dose.state) for dose in house.doses(who) if dose.local_day == day]


def takes_the_first(house: House, who: Someone) -> None:
    """Take the morning's dose at its time."""
    house.at(8)
    house.does(who, doses.record, house.doses(who)[0].id)


def test_an_alarm_minutes_before_the_cut_keeps_it_back(house: House) -> None:
    # A cut of the day on which a plan is agreed has begun with it; this one is of the day after.
    tom = house.patient("08:00 10", "20:00 10")
    plan = house.plan("08:00 10", "20:00 10", steps={"2026-12-01": ("08:00 9", "20:00 9")})
    house.does(tom, plans.adopt, plan | {"if_unresolved": "stay"})
    takes_the_first(house, tom)
    house.at(20)
    house.does(tom, doses.record, house.doses(tom)[1].id)
    house.at(7, 45)
    assert [mg for mg, _ in of_day(house, tom, date(2026, 12, 1))] == [9, 9]
    house.passes(minutes=10)
    house.writes(tom, "I just had a seizure")
    house.passes(minutes=1)  # the sweep looks twice a minute
    house.passes(minutes=5)
    assert of_day(house, tom, date(2026, 12, 1)) == [(Decimal(10), "due"), (Decimal(10), "planned")]


def test_a_cut_that_has_begun_is_not_taken_back(house: House) -> None:
    tom = stays(house)
    takes_the_first(house, tom)
    house.writes(tom, "I just had a seizure")
    house.passes(minutes=30)
    assert of_day(house, tom, CUT_DAY) == [(Decimal(9), "taken"), (Decimal(9), "planned")]


def test_a_hold_on_the_day_of_a_step_leaves_the_dose_that_was_taken(house: House) -> None:
    tom = stays(house)
    takes_the_first(house, tom)
    house.does(tom, holding.stay)
    assert of_day(house, tom, CUT_DAY) == [(Decimal(9), "taken"), (Decimal(9), "planned")]
    house.passes(days=2)
    assert {dose.mg for dose in house.doses(tom)} == {Decimal(9)}


def test_two_holds_at_once_are_one_hold_after_the_other(any_house: House) -> None:
    tom = stays(any_house)

    def holds() -> object:
        return any_house.does(tom, holding.stay)

    at_once(holds, holds)
    found = [(row.version, row.state) for row in any_house.rows(PlanVersion, patient_id=tom.id)]
    assert found == [(1, "superseded"), (2, "superseded"), (3, "held")]


def test_a_hold_beside_a_new_plan_leaves_one_of_them_in_force(any_house: House) -> None:
    tom = stays(any_house)
    plan = any_house.plan("08:00 10", steps={"2027-01-01": ("08:00 9",)})
    at_once(
        lambda: any_house.call(
            lambda tx: plans.adopt(tx, tx.session.get_one(Person, tom.id), plan)
        ),
        lambda: any_house.call(lambda tx: holding.stay(tx, tx.session.get_one(Person, tom.id))),
    )
    states = [row.state for row in any_house.rows(PlanVersion, patient_id=tom.id)]
    assert sum(state != "superseded" for state in states) == 1


@pytest.mark.parametrize("button", ["plan.picture", "plan.history"])
def test_a_button_of_a_plan_without_changes_is_answered(house: House, button: str) -> None:
    tom = house.patient("08:00 10")
    house.hears(tom)
    house.taps(tom, button)
    assert house.hears(tom)
