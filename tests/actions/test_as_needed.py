"""Doses taken when needed are recorded as they were, and never reminded of or missed."""

from datetime import timedelta

from actions import as_needed, dose_time, doses, layout, missed, plans, today
from actions.doseclock import clocks_of
from store.models import Ask, Dose, DoseEvent, FindingRow, Medicine, Person
from store.queries import plans as query
from tests.actions.house import House, Someone


def ann(house: House, needed: str = "2 2 6") -> tuple[Someone, int]:
    who = house.patient("08:00 10", needed=needed)
    house.hears(who)
    return who, house.rows(Medicine, patient_id=who.id)[0].id


def taken(house: House, who: Someone) -> list[Dose]:
    return house.rows(Dose, patient_id=who.id, as_needed=True)


def test_one_taken_now_is_a_dose_of_its_own(any_house: House) -> None:
    who, medicine = ann(any_house)
    any_house.does(who, as_needed.now, medicine)
    (dose,) = taken(any_house, who)
    assert (dose.slot, dose.state, dose.mg, dose.taken_at) == ("n1", "taken", 2, any_house.clock.at)
    assert any_house.templates(who) == ["doses/needed_recorded"]
    assert [e.kind for e in any_house.rows(DoseEvent, dose_id=dose.id)] == ["taken"]
    last = any_house.call(lambda tx: query.last_intakes(tx.session, who.id))
    assert last == {medicine: any_house.clock.at}


def test_a_double_tap_is_one_dose(house: House) -> None:
    who, medicine = ann(house, needed="2 9 0")
    house.does(who, as_needed.now, medicine)
    house.jumps(seconds=3)
    house.does(who, as_needed.now, medicine)
    assert len(taken(house, who)) == 1


def test_a_limit_that_is_not_kept_is_said_before_and_blocks_nothing(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.now, medicine)
    house.hears(who)
    house.jumps(hours=2)
    house.does(who, as_needed.now, medicine)
    (asked,) = house.hears(who)
    assert asked.template == "doses/needed_ask"
    assert "6 hours apart" in asked.text
    assert "at most" not in asked.text
    assert len(taken(house, who)) == 1
    house.jumps(minutes=1)
    for _ in range(2):  # pressed twice
        house.taps(who, asked.button("needed.sure"))
    second = taken(house, who)[1]
    assert second.taken_at is not None
    assert house.clock.at - second.taken_at <= timedelta(minutes=1, seconds=1)
    assert [dose.slot for dose in taken(house, who)] == ["n1", "n2"]
    assert house.rows(FindingRow, rule_id="U04") == []


def test_more_than_the_plan_says_is_read_for_danger(house: House) -> None:
    who, medicine = ann(house, needed="2 1 0")
    house.does(who, as_needed.now, medicine)
    house.jumps(hours=3)
    house.hears(who)
    house.does(who, as_needed.now, medicine)
    (asked,) = house.hears(who)
    assert "at most 1 in 24 hours" in asked.text
    house.taps(who, asked.button("needed.sure"))
    assert "safety/took_more" in house.templates(who)
    assert len(house.rows(FindingRow, rule_id="U04")) == 1
    assert len(house.rows(Ask, label="sedation_watch")) == 4


def test_saying_no_records_nothing(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.now, medicine)
    house.jumps(hours=2)
    house.does(who, as_needed.now, medicine)
    house.taps(who, "needed.not")
    assert len(taken(house, who)) == 1


def test_it_can_be_said_up_to_a_day_later(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.when, medicine)
    house.writes(who, "in a while")
    house.writes(who, "yesterday 22:00")
    (dose,) = taken(house, who)
    assert dose.taken_at is not None
    assert f"{dose.taken_at:%d %H:%M}" == "29 22:00"
    assert dose.plan_day == -1  # the evening before the first day
    assert house.templates(who)[-3:] == [
        "doses/needed_when",
        "doses/needed_unclear",
        "doses/needed_recorded",
    ]


def test_undo_takes_it_back_and_its_time_can_be_mended(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.now, medicine)
    dose = taken(house, who)[0]
    house.does(who, dose_time.open_for, dose.id)
    house.writes(who, "7:00")
    mended = taken(house, who)[0]
    assert mended.taken_at is not None
    assert f"{mended.taken_at:%H:%M}" == "07:00"
    house.does(who, doses.undo, dose.id)
    (back,) = taken(house, who)
    assert (back.state, back.taken_at, back.next_at) == ("skipped", None, None)
    kinds = [e.kind for e in house.rows(DoseEvent, dose_id=dose.id)]
    assert kinds == ["taken", "corrected", "taken", "undone"]
    house.hears(who)
    house.does(who, today.show)
    assert "when needed" not in house.hears(who)[-1].text


def test_after_an_undo_the_next_one_gets_a_slot_of_its_own(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.now, medicine)
    house.does(who, doses.undo, taken(house, who)[0].id)
    house.jumps(minutes=5)
    house.does(who, as_needed.now, medicine)
    assert [dose.slot for dose in taken(house, who)] == ["n1", "n2"]


def test_it_warns_of_a_planned_dose_close_by_and_the_other_way_round(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.now, medicine)
    house.at(8)
    house.hears(who)
    house.does(who, doses.record, house.rows(Dose, as_needed=False)[0].id)
    assert house.templates(who) == ["doses/ask_close"]
    house.does(who, doses.sure, house.rows(Dose, as_needed=False)[0].id)
    house.does(who, doses.undo, taken(house, who)[0].id)
    house.jumps(minutes=30)
    house.hears(who)
    house.does(who, as_needed.now, medicine)
    assert house.templates(who) == ["doses/needed_ask"]


def test_it_stands_alone_in_the_minute_of_a_planned_dose(house: House) -> None:
    who, medicine = ann(house)
    house.at(8)
    house.hears(who)
    house.does(who, as_needed.now, medicine)
    (said,) = [m for m in house.hears(who) if m.op != "edit"]
    assert said.template == "doses/needed_recorded"
    assert said.text.count("Diazepam") == 1
    house.does(who, doses.sure, house.rows(Dose, as_needed=False)[0].id)
    assert house.hears(who)[-1].text.count("Diazepam") == 1


def test_it_is_no_dose_that_can_be_missed(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.now, medicine)
    house.does(who, doses.undo, taken(house, who)[0].id)
    house.hears(who)
    house.passes(hours=30)
    assert taken(house, who)[0].state == "skipped"
    clocks = house.call(lambda tx: clocks_of(tx, tx.session.get_one(Person, who.id)))
    (count,) = [clock.unconfirmed for clock in clocks.values()]
    unknown = [d for d in house.doses(who) if d.state == "unknown"]
    assert count == len(unknown) == 2


def test_one_just_recorded_keeps_no_question_back(house: House) -> None:
    who, medicine = ann(house)
    house.at(8, 2)
    house.does(who, as_needed.now, medicine)
    house.hears(who)
    house.does(who, missed.ask_now, house.rows(Dose, as_needed=False)[0])
    assert house.templates(who) == ["doses/ask_unknown"]


def test_a_new_plan_lays_every_planned_dose_out_all_the_same(house: House) -> None:
    who, medicine = ann(house)
    house.does(who, as_needed.now, medicine)
    house.call(layout.lay_out_one, who.id)
    house.does(who, plans.adopt, house.plan("09:00 10", needed="2 2 6"))
    walls = [d.wall.hour for d in house.doses(who) if not d.as_needed and d.plan_day == 0]
    assert walls == [9]


def test_a_button_of_somebody_else_records_nothing(house: House) -> None:
    _, medicine = ann(house)
    bob = house.patient("08:00 10", needed="2 2 6")
    house.hears(bob)
    for press in (f"needed.now:{medicine}", f"needed.when:{medicine}", f"needed.sure:{medicine}:1"):
        house.taps(bob, press)
    own = house.rows(Medicine, patient_id=bob.id)[0].id
    house.taps(bob, f"needed.sure:{own}:1")  # a time long ago
    assert house.templates(bob) == ["common/old_button"] * 4
    assert house.rows(Dose, as_needed=True) == []


def test_without_such_doses_the_answer_is_kind(house: House) -> None:
    who = house.patient("08:00 10")
    house.hears(who)
    house.writes(who, "/needed")
    assert "nothing for when it is needed" in house.hears(who)[0].text
    stranger = house.person()
    house.writes(stranger, "/needed")
    assert house.templates(stranger) == ["common/not_joined"]
