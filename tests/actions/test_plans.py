"""A plan is what was typed and agreed; versions never vanish, and no cut starts by itself."""

from datetime import date, time
from decimal import Decimal

import pytest

from actions import plans
from actions.plan_data import plan_of_data
from store.models import Medicine, PlanVersion
from tests.actions.house import House, Someone

CUT = {"2026-12-01": ("08:00 9",)}


def amounts(house: House, who: Someone) -> list[Decimal]:
    return [dose.mg for dose in house.doses(who)]


def states(house: House, who: Someone) -> list[tuple[int, str]]:
    return [(row.version, row.state) for row in house.rows(PlanVersion, patient_id=who.id)]


def test_a_cut_of_a_plan_that_is_only_stated_does_not_start(house: House) -> None:
    tom = house.patient("08:00 10", steps=CUT, confirmed=None)
    house.passes(days=2)
    assert set(amounts(house, tom)) == {Decimal(10)}


def test_a_cut_that_was_agreed_starts_on_its_day(house: House) -> None:
    tom = house.patient("08:00 10", steps=CUT)
    assert amounts(house, tom) == [Decimal(10), Decimal(9)]


def test_a_stated_plan_that_is_confirmed_later_keeps_its_steps(house: House) -> None:
    tom = house.patient("08:00 10", steps=CUT, confirmed=None)
    stated = house.call(plans.stated_data, tom.id)
    assert stated is not None
    house.does(tom, plans.adopt, stated | {"confirmed": "2026-11-30"})
    assert amounts(house, tom) == [Decimal(10), Decimal(9)]
    assert house.call(plans.stated_data, tom.id) is None


def test_a_confirmation_is_the_patient_s_word_and_says_so(house: House) -> None:
    tom = house.patient()
    (version,) = house.rows(PlanVersion, patient_id=tom.id)
    assert (version.state, version.confirmed_how, version.confirmed_on) == (
        "confirmed",
        "patient says",
        date(2026, 11, 29),
    )
    assert house.reads(version, "confirmed_by") == "Dr Okafor"


def test_earlier_versions_stay_and_one_is_in_force(house: House) -> None:
    tom = house.patient()
    house.does(tom, plans.adopt, house.plan("08:00 9"))
    house.does(tom, plans.adopt, house.plan("08:00 8"))
    assert states(house, tom) == [(1, "superseded"), (2, "superseded"), (3, "confirmed")]


def test_a_plan_nobody_agreed_to_leaves_the_agreed_one_in_force(house: House) -> None:
    tom = house.patient("08:00 10", steps=CUT)
    house.does(tom, plans.adopt, house.plan("08:00 20", confirmed=None))
    assert states(house, tom) == [(1, "confirmed"), (2, "waiting")]
    assert amounts(house, tom) == [Decimal(10), Decimal(9)]
    house.does(tom, plans.adopt, house.plan("08:00 30", confirmed=None))
    assert states(house, tom)[1:] == [(2, "superseded"), (3, "waiting")]


def test_a_waiting_plan_takes_over_when_it_is_agreed(house: House) -> None:
    tom = house.patient("08:00 10", steps=CUT)
    house.does(tom, plans.adopt, house.plan("08:00 8", confirmed=None))
    waits = house.call(plans.stated_data, tom.id)
    assert waits is not None
    house.does(tom, plans.adopt, waits | {"confirmed": "2026-11-30"})
    assert states(house, tom) == [(1, "superseded"), (2, "superseded"), (3, "confirmed")]
    assert set(amounts(house, tom)) == {Decimal(8)}
    assert house.call(plans.stated_data, tom.id) is None


def test_a_stated_plan_is_replaced_by_what_is_stated_later(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None)
    house.does(tom, plans.adopt, house.plan("08:00 8", confirmed=None))
    assert states(house, tom) == [(1, "superseded"), (2, "stated")]
    assert set(amounts(house, tom)) == {Decimal(8)}


def test_a_medicine_that_stays_is_the_same_medicine(house: House) -> None:
    tom = house.patient()
    house.does(tom, plans.adopt, house.plan("08:00 9", more={"zopiclone": ("22:00 7.5",)}))
    drugs = [row.drug_id for row in house.rows(Medicine, patient_id=tom.id)]
    assert drugs == ["diazepam", "zopiclone"]


def test_a_plan_read_from_the_database_is_the_plan_that_was_typed(any_house: House) -> None:
    tom = any_house.patient("08:00 0.125", "20:00 10.5", steps={"2026-12-24": ("20:00 10.25",)})
    found = any_house.call(plans.in_force, tom.id)
    assert found is not None
    assert found[1] == plan_of_data(
        any_house.plan("08:00 0.125", "20:00 10.5", steps={"2026-12-24": ("20:00 10.25",)})
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", date(2026, 11, 30)),
        ("Yesterday", date(2026, 11, 29)),
        ("12 Nov", date(2026, 11, 12)),
        ("1 Dec 2026", None),
        ("soon", None),
        ("12 Nov or so", None),
        ("", None),
        ("30 Nov", date(2026, 11, 30)),
        ("20/11", date(2026, 11, 20)),
        ("5/11", None),
        ("3 December", date(2025, 12, 3)),
        ("November 3rd, 2026", date(2026, 11, 3)),
        ("29/11/2026", date(2026, 11, 29)),
    ],
)
def test_the_day_of_an_agreement_is_read_or_asked_again(text: str, day: date | None) -> None:
    assert plans.read_past_day(text, date(2026, 11, 30)) == day


def test_the_next_check_in_is_the_next_such_time(house: House) -> None:
    tom = house.patient()
    house.does(tom, plans.set_checkin_time, time(19, 30))
    house.at(19, 30)
    assert "checkin/invitation" in house.templates(tom)
