"""What rests during a hospital stay, and what waits after it."""

from datetime import time, timedelta

import pytest

from actions import missed, pause, plans
from scheduler import sweeps
from store.models import Absence, CheckIn, Dose, DoseEvent
from tests.actions.house import House, Someone


def pauses(house: House, who: Someone, until: str = "3 Dec") -> Absence:
    house.does(who, pause.begin)
    house.writes(who, until)
    stay = house.rows(Absence, patient_id=who.id)[-1]
    house.hears(who)
    assert isinstance(stay, Absence)
    return stay


def stay_of(house: House, who: Someone) -> Absence:
    stay = house.rows(Absence, patient_id=who.id)[-1]
    assert isinstance(stay, Absence)
    return stay


def test_doses_of_the_stay_become_unknown_without_a_word(any_house: House) -> None:
    tom = any_house.patient("08:00 10", "14:00 10", "20:00 10", drug="baclofen")
    pauses(any_house, tom)
    any_house.passes(days=2)
    past = [d for d in any_house.doses(tom) if d.closes_at <= any_house.clock.at]
    assert {dose.state for dose in past} == {"unknown"}
    assert all(dose.asked_at for dose in past)
    kinds = {event.kind for event in any_house.rows(DoseEvent, patient_id=tom.id)}
    assert kinds == {"unknown"}
    assert any_house.templates(tom) == []


def test_no_check_in_is_opened(house: House) -> None:
    tom = house.patient("08:00 10")
    house.does(tom, plans.set_checkin_time, time(18))
    pauses(house, tom)
    house.passes(days=2)
    assert house.how_many(CheckIn) == 0
    house.passes(days=2)
    assert house.how_many(CheckIn) == 1


def test_a_reminder_that_waits_is_taken_back_and_the_dose_is_not_asked_about(house: House) -> None:
    tom = house.patient("08:00 10", drug="baclofen")
    house.at(8)
    pauses(house, tom)
    house.passes(hours=4)
    assert house.templates(tom) == []
    assert house.doses(tom)[0].state == "unknown"


def test_a_dose_planned_before_the_end_is_not_asked_about_after_it(house: House) -> None:
    tom = house.patient("08:00 10", drug="baclofen")
    stay = pauses(house, tom)
    house.passes(days=3, hours=2)  # 09:45: planned at 08:00, its window goes on
    assert house.clock.at > (stay.ends_at or house.clock.at)
    house.passes(hours=3)
    asked = [t for t in house.templates(tom) if t.startswith("doses/")]
    assert asked == []


def test_the_question_comes_at_nine_and_daily_for_three_days_and_no_longer(house: House) -> None:
    tom = house.patient("08:00 10")
    stay = pauses(house, tom)
    assert f"{stay.ends_at:%H:%M %d}" == "09:00 03"
    house.passes(days=9)
    asked = [t for t in house.templates(tom) if t == "pause/back"]
    assert len(asked) == 3


def test_two_workers_ask_once(any_house: House) -> None:
    tom = any_house.patient("08:00 10")
    pauses(any_house, tom)
    any_house.jumps(days=4)
    any_house.run(sweeps.returns)
    any_house.run(sweeps.returns)
    assert any_house.templates(tom).count("pause/back") == 1


def test_until_the_dose_is_confirmed_no_amount_is_named(house: House) -> None:
    tom = house.patient("08:00 10", "20:00 10")
    pauses(house, tom)
    house.does(tom, pause.back)
    house.hears(tom)
    house.at(20)
    said = [m for m in house.hears(tom) if m.template.startswith("doses/")][-1]
    assert said.template == "doses/reminder_ask_team"
    assert "mg" not in said.text
    assert said.button("pause.settle")
    assert said.button("plan.new")


@pytest.mark.parametrize("how", ["same", "new_plan"])
def test_a_confirmed_dose_or_a_new_plan_names_amounts_again(house: House, how: str) -> None:
    tom = house.patient("08:00 10", "20:00 10")
    pauses(house, tom)
    house.does(tom, pause.back)
    house.passes(minutes=5)
    if how == "same":
        house.does(tom, pause.same)
    else:
        house.does(tom, plans.adopt, house.plan("08:00 8", "20:00 8", confirmed=None))
    house.hears(tom)
    house.at(20)
    assert "doses/reminder" in house.templates(tom)


def test_after_a_stay_no_rule_for_a_missed_dose_is_given(house: House) -> None:
    tom = house.patient("08:00 10", "14:00 10", "20:00 10", drug="baclofen")
    pauses(house, tom)
    house.passes(hours=1)
    house.does(tom, pause.back)
    house.does(tom, pause.same)
    house.at(14)
    house.hears(tom)
    dose = next(d for d in house.doses(tom) if d.state == "due")
    house.does(tom, lambda tx, person: missed.guide(tx, person, tx.session.get_one(Dose, dose.id)))
    assert house.templates(tom) == ["doses/guide_call_now"]


def test_silence_counts_from_the_end_of_the_stay(house: House) -> None:
    tom = house.patient("08:00 10")
    pauses(house, tom)
    house.passes(days=3, hours=3)
    assert not {"asks/silence", "asks/missed_doses"} & set(house.templates(tom))
    house.passes(days=2)
    assert {"asks/silence", "asks/missed_doses"} & set(house.templates(tom))


def test_a_second_stay_is_one_of_its_own(house: House) -> None:
    tom = house.patient("08:00 10")
    pauses(house, tom)
    house.passes(hours=2)
    house.does(tom, pause.back)
    house.passes(days=1)
    house.does(tom, pause.longer)
    house.writes(tom, "6 Dec")
    first, second = house.rows(Absence, patient_id=tom.id)
    assert first.closed_at == second.starts_at
    assert second.starts_at - first.starts_at > timedelta(days=1)


@pytest.mark.parametrize("typed", ["30 Nov", "1 Nov", "01/02", "soon", "1 Dec 2027", "5 Dec or so"])
def test_a_day_that_is_unclear_past_or_too_far_is_asked_again(house: House, typed: str) -> None:
    tom = house.patient("08:00 10")
    house.does(tom, pause.begin)
    house.hears(tom)
    house.writes(tom, typed)
    assert house.templates(tom) == ["pause/which_day"]
    assert house.rows(Absence) == []


@pytest.mark.parametrize("verb", ["back", "same", "other", "settle", "unknown", "never"])
def test_a_button_pressed_out_of_place_gets_a_kind_answer(house: House, verb: str) -> None:
    tom = house.patient("08:00 10")
    house.taps(tom, f"pause.{verb}")
    assert house.templates(tom) == ["common/old_button"]


def test_not_back_yet_keeps_the_stay_one(house: House) -> None:
    tom = house.patient("08:00 10")
    pauses(house, tom)
    house.passes(days=3, hours=3)
    house.does(tom, pause.longer)
    house.writes(tom, "6 Dec")
    assert f"{stay_of(house, tom).ends_at:%d}" == "06"
    assert house.how_many(Absence) == 1
