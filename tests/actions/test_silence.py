"""Too quiet: the patient is asked first, and nobody is asked who is away."""

from datetime import timedelta

from actions import silence
from scheduler import sweeps
from store.models import Absence, Ask, Patient
from tests.actions.house import House, Someone


def quiet(house: House, who: Someone, **parts: float) -> list[str]:
    """Let time pass in which nobody says a word; the labels of what was asked."""
    house.jumps(**parts)
    house.call(silence.look, who.id)
    house.delivers()
    return [ask.label for ask in house.rows(Ask, person_id=who.id)]


def test_two_quiet_days_are_asked_about(house: House) -> None:
    tom = house.patient("20:00 10")
    assert quiet(house, tom, hours=47) == []
    assert quiet(house, tom, hours=1) == ["silence"]
    assert "asks/silence" in house.templates(tom)


def test_no_answer_to_it_tells_the_caregiver_after_ten_minutes(house: House) -> None:
    tom, maya = house.household("20:00 10")
    quiet(house, tom, hours=48)
    ask = house.rows(Ask, label="silence")[0]
    assert ask.expires_at == house.clock.at + timedelta(minutes=10)
    house.jumps(minutes=10)
    house.run(sweeps.asks_run_out)
    assert house.templates(maya) == ["alerts/alert"]


def test_it_is_asked_once_a_day_however_often_it_is_looked_at(house: House) -> None:
    tom = house.patient("20:00 10")
    quiet(house, tom, hours=48)
    assert quiet(house, tom, hours=1) == ["silence"]
    assert quiet(house, tom, hours=24) == ["silence", "silence"]


def test_after_a_red_flag_one_quiet_day_is_enough(house: House) -> None:
    tom = house.patient("20:00 10")
    house.writes(tom, "I just had a seizure")
    assert quiet(house, tom, hours=23) == []
    assert quiet(house, tom, hours=1) == ["silence"]


def test_after_a_change_of_dose_one_quiet_day_is_enough(house: House) -> None:
    tom = house.patient("20:00 10", steps={"2026-12-01": ("20:00 9",)})
    assert quiet(house, tom, hours=25) == ["silence"]


def test_a_known_absence_is_not_silence(house: House) -> None:
    tom = house.patient("20:00 10")
    away = Absence(patient_id=tom.id, kind="hospital", starts_at=house.clock.at)
    house.call(lambda tx: tx.session.add(away))
    assert quiet(house, tom, hours=72) == []


def test_every_patient_is_looked_at_each_quarter_of_an_hour(any_house: House) -> None:
    tom, ben = any_house.patient("20:00 10"), any_house.patient("20:00 10")
    any_house.jumps(minutes=15)
    assert any_house.call(silence.due) == [tom.id, ben.id]
    any_house.run(sweeps.silences)
    assert any_house.call(silence.due) == []
    looked = {row.silence_checked_at for row in any_house.rows(Patient)}
    assert looked == {any_house.clock.at}


def test_i_am_ok_answers_it(house: House) -> None:
    tom, maya = house.household("20:00 10")
    quiet(house, tom, hours=48)
    house.taps(tom, f"ask.no:{house.rows(Ask, label='silence')[0].id}")
    house.jumps(minutes=11)
    house.run(sweeps.asks_run_out)
    assert house.templates(maya) == []
