"""The decisions that stand over everything else (clinical.md section 9), each as one claim."""

import re
from datetime import timedelta

import pytest

from actions import doses, responses, silence
from scheduler import sweeps
from store.models import Ask, Patient
from tests.actions.house import House
from tests.safety.days import AMOUNT, RAN_OUT, SEIZURE, SUICIDE, THREE, TOO_MANY, UNSURE


@pytest.mark.parametrize("text", [TOO_MANY, SUICIDE])
def test_d1_no_amount_is_prompted_while_an_overdose_or_suicide_alert_is_open(
    house: House, text: str
) -> None:
    tom, _ = house.household("08:00 10")
    house.writes(tom, text)
    house.hears(tom)
    house.at(8)
    (reminder,) = [m for m in house.hears(tom) if m.template.startswith("doses/reminder")]
    assert reminder.template == "doses/reminder_ask_team"
    assert not AMOUNT.search(reminder.text)


def test_d1_another_danger_that_joins_the_alert_lifts_nothing(house: House) -> None:
    tom, _ = house.household("08:00 10")
    house.writes(tom, TOO_MANY)
    house.writes(tom, SEIZURE)
    house.hears(tom)
    house.at(8)
    assert "doses/reminder_ask_team" in house.templates(tom)


def test_d1_no_cut_is_prompted_while_a_danger_is_unresolved(house: House) -> None:
    tom, maya = house.household("20:00 10", steps={"2026-12-01": ("20:00 9",)})
    house.at(20)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    house.writes(tom, SEIZURE)
    house.does(maya, responses.acknowledge, house.alert(tom).id)
    house.hears(tom)
    house.at(20)
    (reminder,) = [m for m in house.hears(tom) if m.template.startswith("doses/reminder")]
    assert reminder.template == "doses/reminder_unsettled"
    assert not AMOUNT.search(reminder.text)


def test_d2_two_doses_not_confirmed_ask_the_patient_and_silence_tells_the_caregiver(
    house: House,
) -> None:
    tom, maya = house.household(*THREE, drug="baclofen")
    house.at(17)
    assert "asks/missed_doses" in house.templates(tom)
    assert house.templates(maya) == []
    house.passes(minutes=10)
    assert house.templates(maya) == ["alerts/alert"]


def test_d2_a_nightly_tablet_alarms_nobody_by_day(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.at(20)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    house.passes(hours=23)
    assert house.rows(Ask, person_id=tom.id) == []
    assert house.templates(maya) == []


def test_d3_after_two_missed_doses_no_rule_and_no_amount_is_given(house: House) -> None:
    tom = house.patient(*THREE, drug="baclofen")
    house.at(17)
    asked = [m for m in house.hears(tom) if m.template == "doses/ask_unknown"][-1]
    house.taps(tom, asked.button("dose.was").rpartition(":")[0] + ":no")
    guide = next(m for m in house.hears(tom) if m.template.startswith("doses/guide"))
    assert guide.template == "doses/guide_call_now"
    assert not AMOUNT.search(guide.text)


def test_d4_an_emergency_is_never_suppressed_and_an_urgent_rule_speaks_once_a_day(
    house: House,
) -> None:
    tom, maya = house.household("20:00 10")
    told = []
    for text in (RAN_OUT, RAN_OUT, SEIZURE, SEIZURE):
        house.writes(tom, text)
        told.append(house.templates(maya).count("alerts/alert"))
    assert told == [1, 0, 1, 1]


def test_d5_the_card_for_a_seizure_says_what_to_do_in_order(house: House) -> None:
    tom, maya = house.household()
    house.writes(tom, SEIZURE)
    (alert,) = house.hears(maya)
    places = [alert.text.index(words) for words in ("999", "time it", "cushion", "Don't hold")]
    assert places == sorted(places)


def test_d6_the_reply_says_what_was_sent_and_then_what_was_delivered(house: House) -> None:
    tom, _ = house.household()
    house.writes(tom, SEIZURE)
    first, *later = [m.text for m in house.hears(tom) if m.template == "safety/emergency"]
    assert "Delivered" not in first
    assert "Delivered" in later[-1]


def test_d7_silence_on_suicide_waits_ten_minutes_and_says_so_first(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    assert "If you don't answer in 10 minutes" in house.hears(tom)[0].text
    house.passes(minutes=9, seconds=59)
    assert house.templates(maya) == []
    house.passes(seconds=1)
    assert house.templates(maya) == ["alerts/alert"]


@pytest.mark.parametrize(
    "text",
    ["I took a double dose", "I drank a bottle of wine with my pills", "I'm pregnant"],
)
def test_d8_what_is_the_patient_s_own_stays_with_the_patient(house: House, text: str) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, text)
    house.passes(minutes=20)
    assert house.templates(maya) == []
    assert "safety/urgent" in house.templates(tom)


def test_d9_a_cut_that_is_only_stated_never_starts_and_reminders_go_on(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None, steps={"2026-12-01": ("08:00 9",)})
    house.passes(days=2)
    assert {str(dose.mg) for dose in house.doses(tom)} == {"10"}
    assert "doses/reminder" in house.templates(tom)


def test_d9_nobody_is_shut_out_for_want_of_a_caregiver(house: House) -> None:
    tom = house.patient("08:00 10")
    house.writes(tom, SEIZURE)
    assert "999" in house.hears(tom)[-1].text
    assert house.templates(house.operator()) == ["alerts/alert"]


def test_d12_a_bad_day_asks_one_question_about_danger_and_acts_on_it(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, "/badday")
    house.hears(tom)
    house.writes(tom, "not safe from myself")
    house.passes(minutes=10)
    assert house.templates(maya) == ["alerts/alert"]


def test_d14_a_stranger_is_removed_by_one_tap_and_the_patient_is_told(house: House) -> None:
    tom, maya = house.household()
    house.writes(tom, SEIZURE)
    house.hears(tom)
    house.taps(maya, f"alert.wrong:{house.alert(tom).id}")
    assert house.link(tom, maya).state == "removed"
    assert "alerts/patient_wrong" in house.templates(tom)


def test_d16_after_something_extra_it_is_asked_at_half_an_hour_one_two_and_four(
    house: House,
) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, "I drank a bottle of wine with my pills")
    waiting = house.rows(Ask, label="sedation_watch")
    after = [ask.asked_at - house.clock.at for ask in waiting]
    assert after == [timedelta(minutes=m) for m in (30, 60, 120, 240)]
    house.passes(minutes=39)
    assert house.templates(maya) == []
    house.passes(minutes=1)
    assert house.templates(maya) == ["alerts/alert"]


def test_d17_leaving_a_dose_out_asks_why_before_anything_is_saved(house: House) -> None:
    tom = house.patient()
    house.at(8)
    dose = house.doses(tom)[0].id
    house.hears(tom)
    house.taps(tom, f"dose.skip:{dose}")
    assert house.templates(tom) == ["doses/why"]
    assert house.doses(tom)[0].state == "due"


@pytest.mark.parametrize("choice", ["minor", "proxy"])
def test_d18_the_young_and_whoever_chats_for_another_are_never_enrolled(
    house: House, choice: str
) -> None:
    eve = house.person()
    house.writes(eve, "/start")
    house.taps(eve, "ob.pick:language:en")
    house.taps(eve, f"ob.pick:consent:{choice}")
    assert house.templates(eve)[-1] == f"onboarding/ends_{choice}"
    assert house.rows(Patient, person_id=eve.id) == []


def test_d22_an_alert_for_silence_says_what_to_do_when_nobody_picks_up(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.jumps(hours=48)
    house.call(silence.look, tom.id)
    house.delivers()
    house.jumps(minutes=10)
    house.run(sweeps.asks_run_out)
    (alert,) = [m for m in house.hears(maya) if m.template == "alerts/alert"]
    assert re.search(r"go (?:round|there)|send somebody", alert.text, re.IGNORECASE)


def test_d23_the_first_words_say_that_nobody_reads_the_chat(house: House) -> None:
    eve = house.person()
    house.writes(eve, "/start")
    house.taps(eve, "ob.pick:language:en")
    said = " ".join(message.text for message in house.hears(eve))
    assert re.search("no(?:body| person) reads", said, re.IGNORECASE)
