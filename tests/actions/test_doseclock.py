"""Each medicine has its own clock: one that was taken does not hide another that was not."""

import pytest

from actions import doses
from actions.doseclock import Clock, clocks_of
from actions.facts import facts_of
from store.models import Ask, Dose, FindingRow, Medicine, Patient, Person
from tests.actions.house import House, Someone

BOTH = {"baclofen": ("08:00 10", "14:00 10", "20:00 10")}


@pytest.fixture
def tom(house: House) -> Someone:
    return house.patient("08:00 5", "20:00 5", more=BOTH)


def clocks(house: House, who: Someone) -> dict[str, Clock]:
    found = house.call(lambda tx: clocks_of(tx, tx.session.get_one(Person, who.id)))
    return {clock.drug.id: clock for clock in found.values()}


def of(house: House, who: Someone, drug: str) -> list[Dose]:
    (medicine,) = house.rows(Medicine, patient_id=who.id, drug_id=drug)
    return [dose for dose in house.doses(who) if dose.medicine_id == medicine.id]


def take(house: House, who: Someone, drug: str, place: int) -> None:
    house.does(who, doses.record, of(house, who, drug)[place].id)


def asked(house: House, who: Someone) -> list[Ask]:
    return house.rows(Ask, person_id=who.id, label="missed_doses")


def test_a_taken_diazepam_does_not_hide_a_baclofen_that_was_not(house: House, tom: Someone) -> None:
    house.at(8)
    for drug in ("diazepam", "baclofen"):
        take(house, tom, drug, 0)
    house.at(20)
    take(house, tom, "diazepam", 1)
    house.passes(hours=2, minutes=55)
    assert asked(house, tom) == []
    house.passes(minutes=6)
    assert len(asked(house, tom)) == 1
    rules = {row.rule_id for row in house.rows(FindingRow, patient_id=tom.id, source="dose")}
    assert {"U02_missed", "U02_gap_short"} <= rules
    assert clocks(house, tom)["diazepam"].state == "quiet"
    assert clocks(house, tom)["baclofen"].state == "call"


def test_one_unconfirmed_dose_of_each_of_two_medicines_is_not_two_in_a_row(
    house: House, tom: Someone
) -> None:
    house.at(11)
    counted = {drug: clock.unconfirmed for drug, clock in clocks(house, tom).items()}
    assert counted == {"diazepam": 1, "baclofen": 1}
    assert asked(house, tom) == []


def test_a_long_half_life_is_not_held_to_the_hours_of_a_short_one(
    house: House, tom: Someone
) -> None:
    facts = house.call(lambda tx: facts_of(tx, tx.session.get_one(Patient, tom.id)))
    classes = {frozenset(one.classes) for one in facts.intakes}
    assert classes == {
        frozenset({"benzodiazepine"}),
        frozenset({"baclofen", "short_half_life"}),
    }


def test_a_second_medicine_that_calls_later_is_asked_about_the_same_day(
    house: House, tom: Someone
) -> None:
    house.at(8)
    take(house, tom, "baclofen", 0)
    house.at(14)
    take(house, tom, "baclofen", 1)
    house.at(20)
    take(house, tom, "baclofen", 2)
    house.at(23, 1)
    assert [ask.asked_at.hour for ask in asked(house, tom)] == [23]  # two of diazepam
    house.taps(tom, f"ask.no:{asked(house, tom)[0].id}")
    house.at(10, 59)
    assert len(asked(house, tom)) == 1
    house.at(11, 1)  # fifteen hours after the last baclofen
    assert len(asked(house, tom)) == 2


def test_a_repeat_says_how_long_ago_the_last_confirmed_one_was(house: House) -> None:
    tom = house.patient("22:00 0.25", drug="triazolam")
    house.at(22)
    take(house, tom, "triazolam", 0)
    house.at(22)
    assert "confirmed" not in house.hears(tom)[-1].text
    house.passes(minutes=15)
    repeat = house.hears(tom)[-1]
    assert repeat.template == "doses/reminder"
    assert "you confirmed was at 22:00 on Mon 30 Nov, 24 hours ago" in repeat.text


def test_a_repeat_says_nothing_of_it_while_the_clock_is_quiet(house: House) -> None:
    tom = house.patient("22:00 10")
    house.at(22)
    take(house, tom, "diazepam", 0)
    house.at(22)
    house.passes(minutes=15)
    assert "confirmed" not in house.hears(tom)[-1].text


def test_a_medicine_that_has_ended_calls_nobody(house: House) -> None:
    tom = house.patient("08:00 5", steps={"2026-12-02": ()}, more=BOTH)
    house.at(8)
    house.passes(days=2)
    assert set(clocks(house, tom)) == {"baclofen"}


def test_a_confirmed_dose_answers_the_question_about_it(house: House) -> None:
    patient, maya = house.household(*BOTH["baclofen"], drug="baclofen")
    house.at(17)
    assert [ask.state for ask in asked(house, patient)] == ["open"]
    take(house, patient, "baclofen", 1)
    house.passes(minutes=30)
    assert [ask.state for ask in asked(house, patient)] == ["answered"]
    assert house.templates(maya) == []
