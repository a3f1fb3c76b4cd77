"""A question that is put when the reader is not sure, and what silence on it means."""

from actions import asks
from actions.tx import Tx
from care.textreader import Hit, Outcome
from care.tiers import Tier
from scheduler import sweeps
from store.models import Ask, FindingRow, Patient, Person
from tests.actions.house import House, Someone

UNSURE = "can't do this any more"


def asked(house: House, who: Someone) -> Ask:
    ask = house.rows(Ask, person_id=who.id)[-1]
    assert isinstance(ask, Ask)
    return ask


def test_the_question_about_suicide_waits_ten_minutes_and_then_tells_somebody(
    house: House,
) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    (question,) = [m for m in house.hears(tom) if m.template == "asks/suicide"]
    assert "If you don't answer in 10 minutes" in question.text
    house.passes(minutes=9, seconds=59)
    assert house.templates(maya) == []
    house.passes(seconds=1)
    assert house.templates(maya) == ["alerts/alert"]
    assert "safety/suicide" in house.templates(tom)


def test_a_question_that_runs_out_twice_tells_once(any_house: House) -> None:
    tom, _ = any_house.household("20:00 10")
    any_house.writes(tom, UNSURE)
    any_house.jumps(minutes=11)
    any_house.run(sweeps.asks_run_out)
    any_house.run(sweeps.asks_run_out)
    assert len(any_house.rows(FindingRow, patient_id=tom.id, label="suicide")) == 1


def test_a_yes_is_told_at_once_and_a_double_tap_of_it_once(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    for _ in range(2):
        house.taps(tom, f"ask.yes:{asked(house, tom).id}")
    assert house.templates(maya) == ["alerts/alert"]
    assert house.templates(tom).count("safety/suicide") == 1


def test_a_yes_pressed_again_much_later_is_told_again(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.taps(tom, f"ask.yes:{asked(house, tom).id}")
    house.hears(maya)
    house.jumps(minutes=30)
    house.taps(tom, f"ask.yes:{asked(house, tom).id}")
    assert house.templates(maya) == ["alerts/alert"]


def test_a_yes_after_the_time_ran_out_is_still_a_yes(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.passes(minutes=10)
    house.hears(maya)
    house.taps(tom, f"ask.yes:{asked(house, tom).id}")
    assert house.templates(maya) == ["alerts/alert"]


def test_a_no_is_believed(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.writes(tom, "no")
    assert "asks/thanks_no" in house.templates(tom)
    house.passes(hours=1)
    assert house.templates(maya) == []


def test_a_no_after_somebody_was_told_ends_no_alert(house: House) -> None:
    tom, _ = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.passes(minutes=10)
    house.taps(tom, f"ask.no:{asked(house, tom).id}")
    assert (house.alert(tom).state, house.alert(tom).tier) == ("open", "emergency")


def test_talk_to_someone_tells_somebody(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.taps(tom, f"ask.talk:{asked(house, tom).id}")
    assert house.templates(maya) == ["alerts/alert"]


def test_a_question_of_somebody_else_cannot_be_answered(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.taps(maya, f"ask.no:{asked(house, tom).id}")
    assert house.templates(maya) == ["common/old_button"]
    assert asked(house, tom).state == "open"


def test_a_gentler_question_is_put_once_more_before_anybody_is_told(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.call(_put, tom, "chest_pain")
    house.delivers()
    house.hears(tom)
    house.passes(minutes=31)
    assert house.templates(tom) == ["asks/chest"]
    assert house.templates(maya) == []
    house.passes(minutes=30)
    assert house.templates(maya) == ["alerts/alert"]


def test_writing_more_of_the_same_does_not_put_off_when_silence_counts(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.passes(minutes=8)
    house.writes(tom, UNSURE)
    house.passes(minutes=2)
    assert house.templates(maya) == ["alerts/alert"]


def test_the_same_question_put_again_replaces_the_first(house: House) -> None:
    tom, _ = house.household("20:00 10")
    house.writes(tom, UNSURE)
    house.writes(tom, UNSURE)
    assert [ask.state for ask in house.rows(Ask, person_id=tom.id)] == ["replaced", "open"]


def _put(tx: Tx, who: Someone, label: str) -> None:

    hit = Hit(
        rule_id="test",
        label=label,
        tier=Tier.EMERGENCY,
        outcome=Outcome.ASK,
        words="",
        start=0,
        end=0,
        modifiers=(),
        ask=label,
    )
    person = tx.session.get_one(Person, who.id)
    patient = tx.session.get_one(Patient, who.id)
    asks.put(tx, person, patient, hit, None)
