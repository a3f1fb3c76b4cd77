"""Doses that are not confirmed: asked about, answered with a sourced rule or a person."""

from actions import doses, missed
from actions.tx import Tx
from store.models import Ask, FindingRow, Person
from tests.actions.house import House, Someone

THREE = ("08:00 10", "14:00 10", "20:00 10")


def misses(house: House, who: Someone, answer: str) -> list[str]:
    """Say so of the dose that was asked about last; the texts that answer it."""
    asked = [m for m in house.hears(who) if m.template == "doses/ask_unknown"][-1]
    house.taps(who, asked.button("dose.was").rpartition(":")[0] + f":{answer}")
    return house.templates(who)


def test_one_missed_dose_of_baclofen_gets_its_published_rule(house: House) -> None:
    tom = house.patient(*THREE, drug="baclofen")
    house.at(11)
    assert misses(house, tom, "no") == ["doses/guide_baclofen_take"]


def test_two_missed_in_a_row_get_no_rule_but_a_call(house: House) -> None:
    tom = house.patient(*THREE, drug="baclofen")
    house.at(17)
    said = misses(house, tom, "no")
    assert "doses/guide_call_now" in said
    assert not [name for name in said if "baclofen" in name]


def test_another_medicine_without_a_rule_asks_the_pharmacist(house: House) -> None:
    tom = house.patient("08:00 10", "20:00 10")
    house.at(13)
    house.call(lambda tx: missed.ask_pending(tx, _person(tx, tom)))
    house.delivers()
    assert misses(house, tom, "no") == ["doses/guide_ask_pharmacist"]


def test_at_a_contact_one_dose_is_asked_about_and_not_all(house: House) -> None:
    tom = house.patient("08:00 5", "12:00 5", "16:00 5", "20:00 5")
    house.at(23, 30)
    house.hears(tom)
    for _ in range(2):
        house.call(lambda tx: missed.ask_pending(tx, _person(tx, tom)))
    house.delivers()
    assert house.templates(tom) == ["doses/ask_unknown"]


def test_two_doses_not_confirmed_ask_the_patient_before_anybody_else(house: House) -> None:
    tom, maya = house.household(*THREE, drug="baclofen")
    house.at(17)
    assert "asks/missed_doses" in house.templates(tom)
    assert house.templates(maya) == []
    house.passes(minutes=9)
    assert house.templates(maya) == []
    house.passes(minutes=1)
    assert house.templates(maya) == ["alerts/alert"]


def test_no_alert_when_the_patient_says_that_no_help_is_needed(house: House) -> None:
    tom, maya = house.household(*THREE, drug="baclofen")
    house.at(17)
    ask = house.rows(Ask, label="missed_doses")[0]
    house.taps(tom, f"ask.no:{ask.id}")
    house.passes(minutes=30)
    assert house.templates(maya) == []


def test_missing_doses_are_kept_as_a_finding_with_their_rule(house: House) -> None:
    tom = house.patient(*THREE, drug="baclofen")
    house.at(17)
    found = house.rows(FindingRow, patient_id=tom.id, source="dose")
    assert "U02_missed" in {row.rule_id for row in found}
    assert all(row.rule_version for row in found)


def test_a_confirmed_dose_in_between_ends_the_row_of_missed_ones(house: House) -> None:
    tom = house.patient("08:00 5", "12:00 5", "16:00 5", "20:00 5")
    house.at(12)
    house.does(tom, doses.record, house.doses(tom)[1].id)
    house.at(19)
    assert house.rows(Ask, label="missed_doses") == []


def _person(tx: Tx, who: Someone) -> Person:
    return tx.session.get_one(Person, who.id)
