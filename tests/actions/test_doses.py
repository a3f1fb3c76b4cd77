"""What people say about a dose is recorded as it is, once, and can be taken back."""

from datetime import timedelta

import pytest

from actions import doses
from store.models import Ask, Dose, DoseEvent
from tests.actions.house import MORNING, House, Someone

EIGHT = MORNING + timedelta(minutes=15)


@pytest.fixture
def tom(house: House) -> Someone:
    who = house.patient("08:00 5", "20:00 5")
    house.at(8)
    house.hears(who)
    return who


def dose_of(house: House, who: Someone) -> Dose:
    return house.doses(who)[0]


def ledger(house: House, dose: Dose) -> list[str]:
    return [event.kind for event in house.rows(DoseEvent, dose_id=dose.id)]


def test_a_double_tap_is_one_dose(house: House, tom: Someone) -> None:
    dose = dose_of(house, tom)
    house.taps(tom, f"dose.taken:{dose.id}")
    house.taps(tom, f"dose.taken:{dose.id}")
    assert ledger(house, dose) == ["reminded", "taken"]
    assert house.templates(tom) == []


def test_a_late_tap_belongs_to_its_own_dose(house: House, tom: Someone) -> None:
    house.at(20)
    morning, evening = house.doses(tom)[:2]
    house.does(tom, doses.record, morning.id)
    states = [dose.state for dose in house.doses(tom)[:2]]
    assert states == ["taken", "due"]
    assert evening.taken_at is None


def test_a_dose_close_to_another_is_asked_about_and_then_recorded(
    house: House, tom: Someone
) -> None:
    house.at(19)
    morning, evening = house.doses(tom)[:2]
    house.does(tom, doses.record, morning.id)
    house.at(20)
    house.hears(tom)
    house.does(tom, doses.record, evening.id)
    assert house.templates(tom) == ["doses/ask_close"]
    house.does(tom, doses.sure, evening.id)
    assert house.doses(tom)[1].taken_at == house.clock.at


def test_undo_opens_the_dose_and_keeps_what_was_written(house: House, tom: Someone) -> None:
    dose = dose_of(house, tom)
    house.does(tom, doses.record, dose.id)
    house.does(tom, doses.undo, dose.id)
    again = dose_of(house, tom)
    assert (again.state, again.taken_at) == ("due", None)
    assert ledger(house, dose) == ["reminded", "taken", "undone"]
    house.passes(minutes=31)
    assert ledger(house, dose)[-1] == "reminded"


def test_undo_after_the_window_leaves_the_dose_unknown(house: House, tom: Someone) -> None:
    dose = dose_of(house, tom)
    house.does(tom, doses.record, dose.id)
    house.at(13)
    house.does(tom, doses.undo, dose.id)
    assert dose_of(house, tom).state == "unknown"


@pytest.mark.parametrize(("answer", "state"), [("no", "skipped"), ("unsure", "unknown")])
def test_whoever_takes_back_an_intake_leaves_none_in_the_record(
    house: House, tom: Someone, answer: str, state: str
) -> None:
    dose = dose_of(house, tom)
    house.does(tom, doses.was, dose.id, "then")
    assert dose_of(house, tom).taken_at == EIGHT
    house.does(tom, doses.was, dose.id, answer)
    assert (dose_of(house, tom).state, dose_of(house, tom).taken_at) == (state, None)
    said = "skip_forgot" if answer == "no" else "unsure"
    assert ledger(house, dose)[-3:] == ["taken", "corrected", said]


def test_a_button_of_somebody_else_changes_nothing(house: House, tom: Someone) -> None:
    eve = house.patient("08:00 5", "20:00 5")
    house.hears(eve)
    dose = dose_of(house, tom)
    for verb in ("taken", "all", "sure", "undo", "later", "skip", "when", "more", "same", "not"):
        house.taps(eve, f"dose.{verb}:{dose.id}")
    house.taps(eve, f"dose.why:{dose.id}:told")
    house.taps(eve, f"dose.was:{dose.id}:then")
    assert set(house.templates(eve)) == {"common/old_button"}
    assert ledger(house, dose) == ["reminded"]


def test_leaving_out_asks_why_first(house: House, tom: Someone) -> None:
    dose = dose_of(house, tom)
    house.taps(tom, f"dose.skip:{dose.id}")
    assert house.templates(tom) == ["doses/why"]
    assert dose_of(house, tom).state == "due"
    house.taps(tom, f"dose.why:{dose.id}:unwell")
    assert (dose_of(house, tom).state, dose_of(house, tom).taken_at) == ("skipped", None)


def test_running_out_is_told_to_a_person_at_once(house: House, tom: Someone) -> None:
    maya = house.caregiver(tom)
    house.taps(tom, f"dose.why:{dose_of(house, tom).id}:ran_out")
    assert house.templates(maya) == ["alerts/alert"]


def test_saying_twice_that_more_was_taken_asks_each_time_once(house: House, tom: Someone) -> None:
    dose = dose_of(house, tom)
    house.does(tom, doses.record, dose.id)
    house.does(tom, doses.more, dose.id)
    house.does(tom, doses.more, dose.id)
    waiting = house.rows(Ask, person_id=tom.id, state="waiting")
    minutes = [(ask.asked_at - house.clock.at).total_seconds() / 60 for ask in waiting]
    assert minutes == [30, 60, 120, 240]


def test_all_taken_records_every_dose_of_the_minute_that_is_open(house: House) -> None:
    tom = house.patient("08:00 5", more={"zopiclone": ("08:00 7.5",)})
    house.at(8)
    first, second = house.doses(tom)[:2]
    house.does(tom, doses.record_all, second.id)
    assert [dose.state for dose in house.doses(tom)[:2]] == ["taken", "taken"]
    assert ledger(house, first)[-1] == "taken"
