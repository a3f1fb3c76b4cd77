"""The ledger is appended to, never rewritten."""

from datetime import timedelta

from actions import dose_time, doses, ledger
from store.models import Dose, DoseEvent
from tests.actions.house import House


def test_every_correction_is_a_new_entry_and_the_old_ones_stay(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    dose = house.doses(tom)[0].id
    before: list[tuple[int, str]] = []
    for step in (doses.record, doses.undo, doses.record):
        house.does(tom, step, dose)
        now = [(event.id, event.kind) for event in house.rows(DoseEvent, dose_id=dose)]
        assert now[: len(before)] == before
        before = now
    assert [kind for _, kind in before] == ["reminded", "taken", "undone", "taken"]


def test_an_entry_says_when_it_was_written_and_which_time_it_is_about(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(9)
    house.writes(tom, "hello")
    house.does(tom, dose_time.open_for, house.doses(tom)[0].id)
    house.writes(tom, "08:10")
    event = house.rows(DoseEvent, kind="taken")[0]
    assert (event.at, event.said_at) == (house.clock.at, house.clock.at - timedelta(minutes=50))


def test_a_reminder_sent_is_not_a_dose_taken(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(9)
    dose = house.doses(tom)[0]
    assert (dose.state, dose.taken_at) == ("due", None)


def test_nothing_wakes_a_dose_that_is_answered(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    dose = house.doses(tom)[0].id
    house.does(tom, doses.record, dose)
    assert house.doses(tom)[0].next_at is None
    assert house.call(lambda tx: ledger.wake_at(tx, tx.session.get_one(Dose, dose))) is None
