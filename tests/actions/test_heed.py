"""Every text is read first, whoever writes it and whatever was going on."""

import pytest

from actions import checkin, onboarding
from actions.tx import Tx
from store.models import CareLink, Note, Person
from tests.actions.house import House

SEIZURE = "I just had a seizure"
UNSURE = "can't do this any more"


@pytest.mark.parametrize("text", [SEIZURE, UNSURE, "hello there", "/start now", "12:00"])
def test_every_text_of_somebody_unregistered_is_read_and_kept(house: House, text: str) -> None:
    eve = house.person()
    house.writes(eve, text)
    (note,) = house.rows(Note, person_id=eve.id)
    assert house.reads(note, "words") == text
    assert note.reader_version


def test_somebody_unregistered_in_danger_gets_the_numbers_and_nobody_else_is_told(
    house: House,
) -> None:
    eve = house.person()
    house.writes(eve, SEIZURE)
    assert house.templates(eve) == ["safety/emergency"]
    assert house.templates(house.operator()) == []


def test_somebody_unregistered_is_asked_when_it_is_not_sure(house: House) -> None:
    eve = house.person()
    house.writes(eve, UNSURE)
    (asked,) = house.hears(eve)
    assert asked.template == "asks/suicide"
    house.taps(eve, asked.button("ask.yes"))
    assert house.templates(eve) == ["safety/suicide"]


def test_danger_in_the_middle_of_joining_leaves_the_question_open(house: House) -> None:
    eve = house.person()
    house.does(eve, onboarding.start)
    house.hears(eve)
    house.writes(eve, SEIZURE)
    assert house.templates(eve) == ["safety/emergency"]


def test_danger_in_the_middle_of_a_check_in_is_no_answer_to_it(house: House) -> None:
    tom = house.patient()
    house.does(tom, checkin.open_today)
    house.hears(tom)
    house.writes(tom, SEIZURE)
    assert house.hears(tom)[0].template == "safety/emergency"
    assert house.alert(tom).tier == "emergency"


@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_a_caption_and_an_edit_are_read_like_words(house: House, kind: str) -> None:
    tom = house.patient()
    house.writes(tom, "hello")
    house.writes(tom, "", kind, caption=SEIZURE)
    assert house.alert(tom).label == "seizure"


def test_an_urgent_word_is_answered_and_still_reaches_the_open_question(house: House) -> None:
    tom = house.patient()
    house.writes(tom, "/badday")
    house.hears(tom)
    house.writes(tom, "I ran out of my pills two days ago")
    said = house.templates(tom)
    assert said[0] == "safety/urgent"
    assert len(said) > 1


def test_a_caregiver_s_words_are_about_the_patient(house: House) -> None:
    tom, maya = house.household()
    dan = house.caregiver(tom)
    house.writes(maya, "he is not waking up")
    assert house.templates(maya) == ["alerts/first_aid"]
    assert house.templates(dan) == ["alerts/alert"]
    assert house.alert(tom).label == "overdose_sedation"


def test_the_writer_is_not_alerted_to_their_own_words_and_can_take_it_on(house: House) -> None:
    tom, maya = house.household()
    house.writes(maya, "he is not waking up")
    house.taps(maya, f"alert.ack:{house.alert(tom).id}")
    assert house.templates(maya) == ["alerts/first_aid", "alerts/yours"]


def test_a_caregiver_of_two_is_asked_whom_it_is_about(house: House) -> None:
    tom, maya = house.household()
    ben = house.patient()
    _accepts(house, ben.id, maya.id)
    house.writes(maya, "he is not waking up")
    (asked,) = house.hears(maya)
    assert asked.template == "caregivers/about_whom"
    data = next(b["data"] for row in asked.inline for b in row if b["data"].endswith(f":{ben.id}"))
    house.taps(maya, data)
    assert house.alert(ben).label == "overdose_sedation"
    assert house.rows(type(house.alert(ben)), patient_id=tom.id, drill=False) == []


def test_a_patient_who_also_cares_speaks_of_themselves(house: House) -> None:
    tom = house.patient()
    ben = house.patient()
    _accepts(house, ben.id, tom.id)
    house.writes(tom, SEIZURE)
    assert house.alert(tom).label == "seizure"


def test_words_in_a_group_are_nobody_s_record(house: House) -> None:
    eve = house.person()
    group = {"id": -5, "type": "group", "title": "Family"}
    house.writes(eve, SEIZURE, chat=group)
    assert house.rows(Note, person_id=eve.id) == []
    assert house.templates(eve) == []


def _accepts(house: House, patient_id: int, person_id: int) -> None:
    def add(tx: Tx) -> None:
        owner = tx.session.get_one(Person, patient_id).key_owner
        link = CareLink(
            patient_id=patient_id,
            person_id=person_id,
            key_owner=owner,
            rank=1,
            state="accepted",
        )
        tx.vault.seal(link, known_as="Maya")
        tx.session.add(link)

    house.call(add)
