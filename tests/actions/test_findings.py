"""What is found is kept, answered, and told to whoever should know."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from actions import findings, responses, silence
from actions.tx import Tx
from bot.content.library import Content
from care.redflags import Examples, Facts, Rule
from care.tiers import Tier
from store.models import Alert, Ask, FindingRow, Patient, Person
from store.vault import Vault
from tests.actions.house import House, Someone

RAN_OUT = "I ran out of my pills two days ago"
VOMITS = "I keep vomiting and can't keep my tablets down"
EXTRA = ("I took a double dose", "I drank a bottle of wine with my pills", "I'm pregnant")
SEIZURE = "I just had a seizure"


def alerts(house: House, who: Someone) -> list[str]:
    return [m.text for m in house.hears(who) if m.template == "alerts/alert"]


def test_an_urgent_rule_alerts_once_in_a_day(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, RAN_OUT)
    assert len(alerts(house, maya)) == 1
    house.does(maya, responses.acknowledge, house.alert(tom).id)
    house.does(maya, responses.close_by, house.alert(tom).id, "safe")
    house.hears(maya)
    house.jumps(hours=23)
    house.writes(tom, RAN_OUT)
    assert alerts(house, maya) == []
    house.jumps(hours=2)
    house.writes(tom, RAN_OUT)
    assert len(alerts(house, maya)) == 1


def test_what_does_not_alert_again_is_still_answered_and_kept(house: House) -> None:
    tom, _ = house.household("20:00 10")
    house.writes(tom, RAN_OUT)
    house.hears(tom)
    house.writes(tom, RAN_OUT)
    assert "safety/urgent" in house.templates(tom)
    assert len(house.rows(FindingRow, patient_id=tom.id, label="stopped_abruptly")) == 2


def test_another_urgent_rule_is_told_though_one_has_just_alerted(house: House) -> None:
    tom, _ = house.household("20:00 10")
    house.writes(tom, RAN_OUT)
    house.writes(tom, VOMITS)
    (told,) = house.rows(FindingRow, label="vomiting_cannot_keep_meds")
    assert told.alert_id == house.alert(tom).id


def test_an_emergency_is_told_every_time(house: House) -> None:
    tom, maya = house.household()
    for _ in range(3):
        house.writes(tom, SEIZURE)
        assert len(alerts(house, maya)) == 1
        house.jumps(minutes=1)


def test_an_emergency_after_one_that_ended_opens_a_new_alert(house: House) -> None:
    tom, maya = house.household()
    house.writes(tom, SEIZURE)
    house.does(maya, responses.close_by, house.alert(tom).id, "safe")
    house.writes(tom, SEIZURE)
    states = [alert.state for alert in house.rows(Alert, patient_id=tom.id, drill=False)]
    assert states == ["closed", "open"]


@pytest.mark.parametrize("words", EXTRA)
def test_what_concerns_the_patient_alone_is_not_told_to_a_caregiver(
    house: House, words: str
) -> None:
    tom, maya = house.household()
    house.writes(tom, words)
    assert "safety/urgent" in house.templates(tom)
    assert house.templates(maya) == []
    assert house.rows(Alert, drill=False) == []
    assert house.rows(FindingRow, patient_id=tom.id)[0].alert_id is None


def test_a_threat_to_somebody_is_told_to_no_caregiver_who_may_be_meant(house: House) -> None:
    tom, maya = house.household()
    house.writes(tom, "I am going to kill him")
    assert "safety/harm_others" in house.templates(tom)
    assert house.templates(maya) == []


def test_after_something_extra_it_is_asked_four_times_and_silence_tells_a_person(
    house: House,
) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, "I took a double dose")
    house.hears(tom)
    started, asked = house.clock.at, []
    for _ in range(24):
        house.passes(minutes=10)
        for one in [m for m in house.hears(tom) if m.template == "asks/sedation"]:
            asked.append((house.clock.at - started).total_seconds() / 60)
            house.taps(tom, one.button("ask.no"))
    assert asked == [30, 60, 120, 240]
    assert house.templates(maya) == []
    house.writes(tom, "I took a double dose")
    house.passes(minutes=40)
    assert "alerts/alert" in house.templates(maya)


def test_missed_baclofen_is_worded_as_now_and_another_medicine_as_today(house: House) -> None:
    tom = house.patient("08:00 10", "14:00 10", "20:00 10", drug="baclofen")
    ben = house.patient()
    for who, text in ((tom, "safety/missed_doses"), (ben, "safety/urgent")):
        house.writes(who, RAN_OUT)
        assert text in house.templates(who)


class Broken:
    """A condition that cannot be read."""

    def holds(self, _: Facts) -> bool:
        raise RuntimeError


def broken(rule_id: str) -> Rule:
    return Rule(
        id=rule_id,
        version=1,
        tier=Tier.WATCH,
        label="sleep",
        scope=frozenset(),
        when=Broken(),  # type: ignore[arg-type]
        say="safety/urgent",
        card="general",
        patient_only=True,
        source="test",
        why="test",
        examples=Examples((), ()),
    )


def test_a_rule_that_fails_on_an_answer_reaches_a_person_at_once(
    sqlite_store: tuple[Engine, Vault], content: Content
) -> None:
    with House(*sqlite_store, replace(content, rules=(broken("W99"),))) as house:
        tom, maya = house.household("20:00 10")
        house.writes(tom, "/checkin")
        house.writes(tom, "6")
        assert len(house.rows(FindingRow, rule_id="W99", label="unreadable")) == 1
        assert house.templates(maya) == ["alerts/alert"]


def test_a_rule_that_fails_on_the_ledger_asks_and_then_reaches_a_person(
    sqlite_store: tuple[Engine, Vault], content: Content
) -> None:
    with House(*sqlite_store, replace(content, rules=(broken("U02_missed"),))) as house:
        tom, maya = house.household("20:00 10")
        house.jumps(minutes=20)
        house.call(silence.look, tom.id)
        house.delivers()
        assert house.rows(Ask, person_id=tom.id)
        house.passes(minutes=11)
        assert "alerts/alert" in house.templates(maya)


def test_a_reader_that_fails_asks_and_then_reaches_a_person(
    sqlite_store: tuple[Engine, Vault], content: Content
) -> None:
    with House(*sqlite_store, replace(content, lexicon=None)) as house:
        tom, maya = house.household("20:00 10")
        house.writes(tom, "hello")
        assert house.rows(Ask, person_id=tom.id)[0].label == "unreadable"
        house.passes(minutes=11)
        assert "alerts/alert" in house.templates(maya)


def test_the_worst_of_several_decides_the_answer(house: House) -> None:
    tom = house.patient()

    def act(tx: Tx, person: Person) -> None:
        found = [
            findings.from_label(tx, "no_sleep", Tier.URGENT, rule_id="a"),
            findings.from_label(tx, "seizure", Tier.EMERGENCY, rule_id="b"),
        ]
        patient = tx.session.get_one(Patient, person.id)
        findings.act(tx, person, patient, found, source="text", words=None)

    house.does(tom, act)
    assert "safety/emergency" in house.templates(tom)
    assert house.alert(tom).tier == "emergency"
