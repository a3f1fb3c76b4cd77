"""What is left is counted down by what was taken, and warned about in time."""

from decimal import Decimal

from actions import doses, supply
from scheduler import sweeps
from store.models import Medicine, Person, SupplyCount
from tests.actions.house import House, Someone


def counts(house: House, who: Someone, mg: str) -> SupplyCount:
    medicine = house.rows(Medicine, patient_id=who.id)[0].id
    return house.call(
        lambda tx: supply.count(tx, tx.session.get_one(Person, who.id), medicine, Decimal(mg))
    )


def test_enough_for_more_than_a_week_says_nothing(house: House) -> None:
    tom = house.patient("20:00 10")
    counts(house, tom, "90")
    house.hears(tom)
    house.run(sweeps.supplies)
    assert house.templates(tom) == []


def test_a_week_or_less_is_warned_of_once_in_two_days(any_house: House) -> None:
    tom = any_house.patient("20:00 10")
    counts(any_house, tom, "60")
    any_house.hears(tom)
    for _ in range(2):
        any_house.run(sweeps.supplies)
    assert any_house.templates(tom) == ["doses/supply_low"]
    any_house.jumps(hours=47)
    any_house.run(sweeps.supplies)
    assert any_house.templates(tom) == []
    any_house.jumps(hours=1)
    any_house.run(sweeps.supplies)
    assert any_house.templates(tom) == ["doses/supply_low"]


def test_only_what_was_confirmed_counts_as_taken(house: House) -> None:
    tom = house.patient("08:00 10", "20:00 10")
    row = counts(house, tom, "100")
    house.at(8)
    assert house.call(supply.left, row) == Decimal(100)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    assert house.call(supply.left, row) == Decimal(90)
    house.does(tom, doses.undo, house.doses(tom)[0].id)
    assert house.call(supply.left, row) == Decimal(100)


def test_the_newest_count_stands(house: House) -> None:
    tom = house.patient()
    counts(house, tom, "20")
    newest = counts(house, tom, "500")
    assert house.call(supply.counted) == [newest.id]
