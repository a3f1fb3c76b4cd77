"""Doses that are not confirmed: asked about, answered with a sourced rule or a person."""

from datetime import timedelta

import pytest

from actions import doses, missed
from actions.tx import Tx
from bot.content.drugs import load_drugs
from store.models import Absence, Ask, FindingRow, Person
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


DRUGS = load_drugs()


def typed_doses(drug: str) -> tuple[str, ...]:
    times = ("22:00",) if DRUGS[drug].usual_times == (1, 1) else ("08:00", "20:00")
    return tuple(f"{time} {DRUGS[drug].strengths_mg[-1]}" for time in times)


def said_of(house: House, who: Someone, place: int, answer: str) -> list[str]:
    dose = house.doses(who)[place]
    house.at(dose.closes_at.hour, dose.closes_at.minute)
    house.hears(who)
    house.taps(who, f"dose.was:{dose.id}:{answer}")
    return [name for name in house.templates(who) if name.startswith("doses/guide_")]


@pytest.mark.parametrize("drug", DRUGS)
@pytest.mark.parametrize("answer", ["no", "unsure"])
def test_only_a_medicine_with_a_sourced_rule_is_given_one(
    house: House, drug: str, answer: str
) -> None:
    tom = house.patient(*typed_doses(drug), drug=drug)
    rule = "baclofen_take" if drug == "baclofen" else "ask_pharmacist"
    assert said_of(house, tom, 0, answer) == [f"doses/guide_{rule}"]


@pytest.mark.parametrize("drug", DRUGS)
def test_after_two_doses_not_confirmed_every_medicine_gets_a_call_and_no_rule(
    house: House, drug: str
) -> None:
    tom = house.patient(*typed_doses(drug), drug=drug)
    said_of(house, tom, 0, "no")
    house.passes(hours=1)
    assert said_of(house, tom, 1, "unsure") == ["doses/guide_call_now"]


@pytest.mark.parametrize("drug", DRUGS)
def test_after_a_hospital_stay_every_medicine_gets_a_call_and_no_rule(
    house: House, drug: str
) -> None:
    tom = house.patient(*typed_doses(drug), drug=drug)
    begin, end = house.clock.at, house.clock.at + timedelta(hours=2)
    stay = Absence(patient_id=tom.id, kind="hospital", starts_at=begin, ends_at=end)
    house.call(lambda tx: tx.session.add(stay))
    dose = house.doses(tom)[0]
    house.at(dose.closes_at.hour, dose.closes_at.minute)
    house.hears(tom)
    house.call(lambda tx: setattr(tx.session.get(Absence, 1), "ends_at", dose.due_at))
    house.taps(tom, f"dose.was:{dose.id}:no")
    assert "doses/guide_call_now" in house.templates(tom)


def test_a_stay_before_the_last_confirmed_dose_is_over(house: House) -> None:
    tom = house.patient(*THREE, drug="baclofen")
    stay = Absence(
        patient_id=tom.id,
        kind="hospital",
        starts_at=house.clock.at - timedelta(days=2),
        ends_at=house.clock.at - timedelta(days=1),
    )
    house.call(lambda tx: tx.session.add(stay))
    house.at(8)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    assert said_of(house, tom, 1, "no") == ["doses/guide_baclofen_take"]


def test_while_the_clock_runs_the_newest_dose_is_asked_about_again_at_a_contact(
    house: House,
) -> None:
    tom = house.patient("08:00 10", drug="baclofen")
    house.at(8)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    house.passes(hours=27)
    assert "doses/ask_unknown" in house.templates(tom)
    house.passes(hours=2)
    house.call(lambda tx: missed.ask_pending(tx, _person(tx, tom)))
    assert "doses/ask_unknown" not in house.templates(tom)
    house.passes(hours=1)
    house.call(lambda tx: missed.ask_pending(tx, _person(tx, tom)))
    house.delivers()
    (asked,) = [m for m in house.hears(tom) if m.template == "doses/ask_unknown"]
    assert "The last one you confirmed was at 08:00 on Mon 30 Nov, 30 hours ago" in asked.text


def _person(tx: Tx, who: Someone) -> Person:
    return tx.session.get_one(Person, who.id)
