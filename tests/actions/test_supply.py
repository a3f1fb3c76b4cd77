"""What is left is counted down by what was taken, and warned about in time, once."""

from decimal import Decimal

import pytest

from actions import doses, plans, stock, supply
from care.amounts import Form, Product
from care.stock import Stock
from scheduler import sweeps
from store.models import Ask, Medicine, SupplyCount
from tests.actions.house import House, Someone

FIVE = Product("diazepam", Form.TABLET, Decimal(5), 2)
TWO = Product("diazepam", Form.TABLET, Decimal(2), 2)


def medicine(house: House, who: Someone) -> Medicine:
    found = house.rows(Medicine, patient_id=who.id)[0]
    assert isinstance(found, Medicine)
    return found


def counts(house: House, who: Someone, mg: str) -> SupplyCount:
    return house.does(who, supply.count, medicine(house, who).id, Decimal(mg))


def counts_tablets(house: House, who: Someone, five: str, two: str) -> SupplyCount:
    units = {FIVE: Decimal(five), TWO: Decimal(two)}
    return house.does(who, supply.count_units, medicine(house, who).id, units)


def held(house: House, who: Someone) -> Stock:
    found = house.does(who, stock.held, medicine(house, who))
    assert found is not None
    return found.stock


def days(house: House, who: Someone) -> int | None:
    return house.does(who, supply.days_left, medicine(house, who).id)


def looks(house: House) -> None:
    house.run(sweeps.supplies)
    house.run(sweeps.supplies)  # twice changes nothing


def test_enough_for_more_than_a_week_says_nothing(house: House) -> None:
    tom = house.patient("20:00 10")
    house.at(9)
    counts(house, tom, "120")  # an open pharmacy on each of the days to come but the weekend
    house.hears(tom)
    looks(house)
    assert house.templates(tom) == []
    assert days(house, tom) == 12


def test_who_never_counted_hears_nothing_and_has_no_date(house: House) -> None:
    tom = house.patient("20:00 10")
    assert house.does(tom, supply.until, medicine(house, tom).id) is None
    assert days(house, tom) is None


def test_nobody_reads_the_supply_of_somebody_else(house: House) -> None:
    tom, ann = house.patient("20:00 10"), house.patient("20:00 10")
    counts(house, tom, "50")
    assert house.does(ann, supply.until, medicine(house, tom).id) is None


def test_a_week_or_less_is_warned_of_once(any_house: House) -> None:
    tom = any_house.patient("20:00 10")
    any_house.at(9)
    counts(any_house, tom, "60")
    any_house.hears(tom)
    looks(any_house)
    assert any_house.templates(tom) == ["supply/low"]
    any_house.jumps(hours=5)
    looks(any_house)
    assert any_house.templates(tom) == []


def test_nobody_is_woken_by_a_warning_that_can_wait(house: House) -> None:
    tom = house.patient("20:00 10")
    house.at(5)
    counts(house, tom, "60")
    house.hears(tom)
    looks(house)
    assert house.templates(tom) == []
    house.jumps(hours=4)
    looks(house)
    assert house.templates(tom) == ["supply/low"]


def test_caregivers_hear_of_it_at_three_days(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.at(9)
    counts(house, tom, "60")
    looks(house)
    assert "caregivers/supply_low" not in house.templates(maya)
    counts(house, tom, "30")
    looks(house)
    (told,) = [m for m in house.hears(maya) if m.template == "caregivers/supply_low"]
    assert "3 days, today included" in told.text
    assert "diazepam" not in told.text.lower()


def test_caregivers_hear_that_there_is_a_refill(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.at(9)
    counts(house, tom, "30")
    looks(house)
    house.hears(maya)
    counts(house, tom, "300")
    assert house.templates(maya) == ["caregivers/supply_ok"]


def test_a_count_that_says_the_same_is_not_warned_of_again(house: House) -> None:
    tom = house.patient("20:00 10")
    house.at(9)
    counts(house, tom, "60")
    looks(house)
    house.hears(tom)
    counts(house, tom, "60")
    looks(house)
    assert house.templates(tom) == []


def test_worse_than_said_is_said_again(house: House) -> None:
    tom = house.patient("20:00 10")
    house.at(9)
    counts(house, tom, "70")
    looks(house)
    house.hears(tom)
    house.does(tom, plans.adopt, house.plan("20:00 14"))
    house.hears(tom)
    looks(house)
    assert house.templates(tom) == ["supply/low"]


def test_what_was_taken_is_gone_and_an_undone_dose_is_back(house: House) -> None:
    tom = house.patient("08:00 9", "20:00 9", tablets=("5", "2"))
    counts_tablets(house, tom, "10", "10")
    house.at(8)
    assert held(house, tom).total_mg == 70
    first = house.doses(tom)[0].id
    house.does(tom, doses.record, first)
    assert held(house, tom).units == {FIVE: 9, TWO: 8}
    house.does(tom, doses.undo, first)
    assert held(house, tom).units == {FIVE: 10, TWO: 10}


def test_a_dose_that_is_not_confirmed_may_be_gone(house: House) -> None:
    tom = house.patient("08:00 10")
    counts(house, tom, "100")
    house.at(12)
    assert house.doses(tom)[0].state == "unknown"
    assert held(house, tom).total_mg == 90
    house.does(tom, doses.was, house.doses(tom)[0].id, "no")
    assert held(house, tom).total_mg == 100


def test_what_was_taken_before_the_count_was_not_in_the_box(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    counts(house, tom, "100")
    assert held(house, tom).total_mg == 100
    # The day is done: ten more days begin tomorrow.
    assert days(house, tom) == 11


def test_the_newest_count_stands(house: House) -> None:
    tom = house.patient()
    counts(house, tom, "20")
    newest = counts(house, tom, "500")
    assert house.call(supply.counted) == [newest.id]
    assert held(house, tom).total_mg == 500


def test_strengths_that_the_plan_does_not_name_count_in_mg(house: House) -> None:
    tom = house.patient("08:00 10")
    counts_tablets(house, tom, "10", "10")
    assert held(house, tom) == Stock(Decimal(70))


@pytest.mark.parametrize(("answer", "state"), [("yes", "open"), ("no", None)])
def test_nothing_left_for_the_next_dose_is_asked_about(
    house: House, answer: str, state: str | None
) -> None:
    tom, maya = house.household("08:00 10", "20:00 10")
    house.at(9)
    counts(house, tom, "5")
    looks(house)
    assert "asks/no_supply" in house.templates(tom)
    (ask,) = house.rows(Ask, label="no_supply")
    house.hears(maya)
    house.taps(tom, f"ask.{answer}:{ask.id}")
    said = house.templates(tom)
    if state is None:
        assert said[-1] == "supply/overview"
        assert house.templates(maya) == []
    else:
        assert "safety/missed_doses" in said
        assert house.alert(tom).state == state


def test_baclofen_running_out_is_asked_about_day_or_night(house: House) -> None:
    tom = house.patient("08:00 10", "20:00 10", drug="baclofen")
    house.at(2)
    counts(house, tom, "5")
    house.hears(tom)
    looks(house)
    (asked,) = [m for m in house.hears(tom) if m.template == "asks/no_supply"]
    assert "Call NHS 111 now, day or night: <b>111</b>" in asked.text


def test_no_answer_about_nothing_left_tells_a_person(house: House) -> None:
    tom, maya = house.household("08:00 10", "20:00 10")
    house.at(9)
    counts(house, tom, "5")
    looks(house)
    house.hears(maya)
    house.passes(hours=2)
    assert "alerts/alert" in house.templates(maya)


def test_a_medicine_that_only_begins_later_is_not_missing_yet(house: House) -> None:
    tom = house.patient("08:00 10", drug="lorazepam")
    later = [{"on": "2026-12-20", "drug": "diazepam", "doses": [["08:00", "10"]]}]
    house.does(tom, plans.adopt, house.plan("08:00 1", drug="lorazepam") | {"steps": later})
    house.at(9)
    diazepam = house.rows(Medicine, drug_id="diazepam")[0]
    house.does(tom, supply.count, diazepam.id, Decimal(0))
    house.hears(tom)
    looks(house)
    assert house.templates(tom) == []
