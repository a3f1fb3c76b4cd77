"""Reminders: bounded, one message for one moment, and never for what has passed."""

from datetime import timedelta

from actions import doses, reminders
from scheduler import sweeps
from store.models import OutboxRow
from tests.actions.house import House, Someone, at_once

TWO = {"zopiclone": ("08:00 7.5",)}


def reminded(house: House, who: Someone) -> int:
    rows = house.rows(OutboxRow, person_id=who.id, op="send")
    return sum(row.template.startswith("doses/reminder") for row in rows)


def test_a_dose_is_reminded_of_three_times_and_no_more(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(12)
    assert reminded(house, tom) == 3


def test_a_sweep_that_runs_twice_reminds_once(any_house: House) -> None:
    tom = any_house.patient("08:00 10")
    any_house.jumps(minutes=15)
    any_house.run(sweeps.doses_due)
    any_house.run(sweeps.doses_due)
    assert reminded(any_house, tom) == 1


def test_two_workers_who_find_one_dose_due_send_one_message(any_house: House) -> None:
    tom = any_house.patient("08:00 10")
    any_house.jumps(minutes=15)
    dose = any_house.doses(tom)[0].id
    at_once(*[lambda: any_house.call(reminders.remind, dose)] * 3)
    assert reminded(any_house, tom) == 1


def test_two_workers_who_find_two_medicines_due_together_send_one_message(
    any_house: House,
) -> None:
    # Each begins with another dose of the same minute, in another second.
    tom = any_house.patient("08:00 10", more=TWO)
    any_house.jumps(minutes=15)
    first, second = [dose.id for dose in any_house.doses(tom)[:2]]
    ticks = iter(range(10))
    started = any_house.clock.at
    any_house.rt.clock = lambda: started + timedelta(seconds=next(ticks))
    at_once(
        lambda: any_house.call(reminders.remind, first),
        lambda: any_house.call(reminders.remind, second),
    )
    assert reminded(any_house, tom) == 1


def test_medicines_of_one_minute_come_in_one_message(house: House) -> None:
    tom = house.patient("08:00 10", more=TWO)
    house.at(8)
    (message,) = [m for m in house.hears(tom) if m.template == "doses/reminder"]
    assert "10 mg" in message.text
    assert "7.5 mg" in message.text
    assert message.button("dose.all")


def test_a_window_that_passed_while_nothing_ran_is_asked_about(house: House) -> None:
    tom = house.patient("08:00 10", "14:00 10", "20:00 10", drug="baclofen")
    house.hears(tom)
    house.jumps(hours=4)
    house.sweeps()
    assert house.doses(tom)[0].state == "unknown"
    assert house.templates(tom) == ["doses/ask_unknown"]


def test_a_late_reminder_still_inside_its_window_comes_once(house: House) -> None:
    tom = house.patient("08:00 10")
    house.jumps(hours=2)
    house.sweeps()
    assert reminded(house, tom) == 1
    house.at(12)
    assert reminded(house, tom) == 1


def test_a_dose_whose_window_passed_is_unknown_and_never_taken(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(12)
    dose = house.doses(tom)[0]
    assert (dose.state, dose.taken_at, dose.next_at) == ("unknown", None, None)


def test_an_answer_takes_back_the_reminder_that_still_waits(house: House) -> None:
    tom = house.patient("08:00 10")
    house.jumps(minutes=15)
    dose = house.doses(tom)[0].id
    house.call(reminders.remind, dose)
    house.does(tom, doses.record, dose)
    (row,) = house.rows(OutboxRow, dose_id=dose, op="send")
    assert row.state == "cleared"


def test_later_waits_as_long_as_was_chosen_and_never_across_the_window(house: House) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    dose = house.doses(tom)[0].id
    house.does(tom, doses.snooze, dose, 60)
    house.passes(minutes=59)
    assert reminded(house, tom) == 1
    house.passes(minutes=1)
    assert reminded(house, tom) == 2
    house.at(10, 30)
    house.does(tom, doses.snooze, dose, 60)
    assert house.hears(tom)[-1].template == "doses/later_over"
