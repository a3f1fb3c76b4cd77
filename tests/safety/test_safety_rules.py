"""The rules that no code path may break (DESIGN.md section 4), each as one claim about what
people are told, and two rules of the house: doing it twice changes nothing, and no word is in the
clear.
"""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from actions import checkin, doses, onboarding
from actions.tx import Tx
from scheduler import sweeps
from store.models import (
    AuditEntry,
    DoseEvent,
    FindingRow,
    Medicine,
    Note,
    Patient,
    PlanVersion,
)
from tests.actions.house import House, Someone
from tests.safety.days import AMOUNT, RAN_OUT, SEIZURE, THREE, TOO_MANY, UNSURE, whole_day

PROMISES = re.compile(
    r"on (?:the|its|their) way|you(?:'ll| will) be (?:fine|ok|safe)|don't worry|harmless"
    r"|most people|will help you soon",
    re.IGNORECASE,
)
EMOJI = re.compile("[\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff]")


# DESIGN.md section 4


def test_no_amount_is_ever_said_that_the_plan_does_not_hold(house: House) -> None:
    said = " ".join(message.text for message in whole_day(house))
    assert set(AMOUNT.findall(re.sub("<[^>]+>", "", said))) <= {"10", "30", "9"}


def test_a_dose_that_nobody_confirmed_is_unknown_and_nothing_else(house: House) -> None:
    tom = house.patient()
    house.at(12)
    dose = house.doses(tom)[0]
    assert (dose.state, dose.taken_at) == ("unknown", None)


def test_a_correction_is_a_new_entry_and_keeps_the_old_one(house: House) -> None:
    tom = house.patient()
    house.at(8)
    for step in (doses.record, doses.undo):
        house.does(tom, step, house.doses(tom)[0].id)
    kinds = [event.kind for event in house.rows(DoseEvent, patient_id=tom.id)]
    assert kinds == ["reminded", "taken", "undone"]


def test_the_double_dose_guard_asks_and_lets_the_truth_be_recorded(house: House) -> None:
    tom = house.patient("08:00 5", "20:00 5")
    house.at(8)
    first, second = house.doses(tom)[:2]
    house.does(tom, doses.record, first.id)
    house.passes(minutes=30)
    house.hears(tom)
    house.does(tom, doses.record, second.id)
    assert house.templates(tom) == ["doses/ask_close"]
    house.does(tom, doses.sure, second.id)
    assert [dose.state for dose in house.doses(tom)[:2]] == ["taken", "taken"]


def test_the_highest_tier_wins_and_a_mistake_ends_no_alert(house: House) -> None:
    tom, _ = house.household()
    house.writes(tom, SEIZURE)
    house.writes(tom, RAN_OUT)
    house.taps(tom, f"safety.mistake:{house.alert(tom).id}")
    house.writes(tom, "no")
    assert (house.alert(tom).tier, house.alert(tom).state) == ("emergency", "open")


@pytest.mark.parametrize("state", ["stranger", "joining", "joined", "check-in", "caregiver"])
def test_every_text_is_read_in_every_state(house: House, state: str) -> None:
    who, caregiver = house.household() if state == "caregiver" else (house.person(), None)
    if state == "joining":
        house.does(who, onboarding.start)
    if state in {"joined", "check-in"}:
        who = house.patient()
    if state == "check-in":
        house.does(who, checkin.open_today)
    writer = caregiver or who
    house.hears(writer)
    house.writes(writer, SEIZURE)
    assert house.rows(Note, person_id=writer.id)[-1].tier == "emergency"
    assert "999" in house.hears(writer)[0].text or state in {"stranger", "joining"}


def test_an_emergency_reply_begins_with_the_number_and_promises_nothing(house: House) -> None:
    tom, _ = house.household()
    for text in (SEIZURE, TOO_MANY, "crushing chest pain"):
        house.hears(tom)
        house.writes(tom, text)
        reply = house.hears(tom)[0].text
        assert "999" in reply.splitlines()[0]
        own = reply.split("\n\n")[0].splitlines()
        assert len(own) <= 5
        assert not PROMISES.search(reply)


def test_danger_at_night_is_told_at_night(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.at(3)
    house.hears(maya)
    house.writes(tom, SEIZURE)
    assert house.templates(maya) == ["alerts/alert"]


def test_nothing_that_counts_is_accepted_by_default(house: House) -> None:
    tom = house.patient(confirmed=None)
    eve = house.person()
    house.writes(eve, "/start")
    house.passes(days=1)
    assert house.rows(PlanVersion, patient_id=tom.id)[0].state == "stated"
    assert house.rows(Patient, person_id=eve.id) == []
    assert {dose.state for dose in house.doses(tom)} <= {"unknown", "planned", "due"}


def test_no_sign_alone_carries_a_meaning(house: House) -> None:
    day = whole_day(house)
    labels = {b["text"] for message in day for row in message.inline for b in row}
    said = labels | {message.text for message in day}
    bare = {EMOJI.sub("", text) for text in said}
    assert len(bare) == len(said)
    lines = [line for text in said for line in text.splitlines() if EMOJI.search(line)]
    assert lines
    assert not [line for line in lines if not re.search(r"[a-z]{2}", EMOJI.sub("", line))]


def test_no_first_line_names_a_medicine(house: House) -> None:
    names = {name for drug in house.rt.content.drugs.values() for name in drug.names}
    firsts = [message.text.splitlines()[0].casefold() for message in whole_day(house)]
    found = [(line, name) for line in firsts for name in names if name.casefold() in line.split()]
    assert found == []


def test_nobody_is_promised_anything(house: House) -> None:
    assert [m.text for m in whole_day(house) if PROMISES.search(m.text)] == []


# What holds however often and by however many it is done (DESIGN.md section 2)


def test_every_sweep_that_runs_twice_changes_nothing_twice(any_house: House) -> None:
    tom, maya = any_house.household(*THREE, drug="baclofen")
    any_house.writes(tom, UNSURE)
    any_house.jumps(hours=10)
    every = (
        sweeps.lay_out,
        sweeps.doses_due,
        sweeps.checkins_due,
        sweeps.asks_run_out,
        sweeps.silences,
        sweeps.ladders_due,
        sweeps.lessons_due,
        sweeps.supplies,
    )
    for sweep in every:
        any_house.run(sweep)
    for who in (tom, maya):
        any_house.hears(who)
    before = any_house.how_many(FindingRow), any_house.how_many(DoseEvent)
    for sweep in every:
        any_house.run(sweep)
    assert (any_house.templates(tom), any_house.templates(maya)) == ([], [])
    assert (any_house.how_many(FindingRow), any_house.how_many(DoseEvent)) == before


def test_one_patients_failing_row_stops_nobody_else_and_the_operator_hears_of_it(
    any_house: House,
) -> None:
    people = [any_house.patient() for _ in range(3)]
    for who in people:
        any_house.hears(who)
    any_house.jumps(minutes=15)
    _spoil(any_house, people[1])
    with pytest.raises(ExceptionGroup):
        any_house.run(sweeps.doses_due)
    any_house.delivers()
    assert [any_house.templates(who) for who in people] == [
        ["doses/reminder"],
        [],
        ["doses/reminder"],
    ]
    assert any_house.templates(any_house.operator()) == ["operator/sweep_failed"]
    assert any_house.rows(AuditEntry, what="sweep_failed")


def _spoil(house: House, who: Someone) -> None:
    """A medicine that the content no longer knows: whatever words its dose raises."""

    def spoil(tx: Tx) -> None:
        (row,) = tx.session.scalars(select(Medicine).filter_by(patient_id=who.id))
        row.drug_id = "forgotten"

    house.call(spoil)


# DESIGN.md section 7


def test_after_a_whole_day_no_word_name_number_or_id_is_in_the_clear(
    house: House, tmp_path: Path
) -> None:
    whole_day(house)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert raw.startswith(b"SQLite") or b"SQLite format 3" in raw
    secrets = (
        *("Tom1001", "Maya1002", "Person1001", "1001", "1002", "7700900123", "2079460123"),
        *("Okafor", "seizure.", "want to die", "double dose", "waking up", "ran out of my"),
    )
    found = [word for word in secrets if word.encode() in raw]
    assert [word for word in found if not word.isdigit()] == []
