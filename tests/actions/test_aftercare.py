"""After the last dose: said once, quietly; asked daily, then weekly, then no more."""

from datetime import timedelta

import pytest

from actions import aftercare, invitations, plans, silence
from actions.tx import Tx
from scheduler import sweeps
from store.models import Ask, CheckIn, LessonSent, Patient, Person
from tests.actions.house import House, Someone

STOP = {"2026-12-01": ()}
ZERO = "aftercare/zero"


def at_checkin(house: House, who: Someone) -> None:
    wall = house.clock.at.replace(hour=19, minute=0).time()
    house.does(who, plans.set_checkin_time, wall)


def stopped(house: House, drug: str = "diazepam") -> Someone:
    who = house.patient("08:00 5", drug=drug, steps=STOP)
    at_checkin(house, who)
    house.at(10)
    house.hears(who)
    return who


def invites(house: House, who: Someone, day: int) -> None:
    """Let the check-in time come so many days after zero."""
    house.clock.at = house.clock.at.replace(day=1, month=12, hour=19) + timedelta(days=day)

    def come(tx: Tx, person: Person) -> None:
        tx.session.get_one(Patient, person.id).next_checkin_at = tx.now

    house.does(who, come)
    house.call(invitations.invite, who.id)


def speaks(house: House, who: Someone, **parts: float) -> list[str]:
    house.jumps(**parts)
    house.run(sweeps.aftercares)
    return house.templates(who)


def test_zero_is_said_once_in_the_morning_with_the_card_about_old_tablets(house: House) -> None:
    tom = stopped(house)
    assert ZERO not in speaks(house, tom, hours=20)
    said = speaks(house, tom, hours=4)
    assert said == [ZERO, "lessons/after_last_dose"]
    assert speaks(house, tom, hours=1) == []
    house.jumps(days=100)
    assert speaks(house, tom, hours=1) == []


def test_what_is_said_at_zero_is_true_and_quiet(house: House) -> None:
    tom = stopped(house)
    house.jumps(hours=24)
    house.run(sweeps.aftercares)
    text = house.hears(tom)[0].text
    assert "I stopped diazepam on" in text
    for loud in ("Congrat", "Well done", "!", "proud"):
        assert loud not in text


def test_baclofen_has_its_own_card(house: House) -> None:
    tom = stopped(house, "baclofen")
    assert speaks(house, tom, hours=24)[-1] == "lessons/after_last_dose_baclofen"


def test_nothing_is_said_while_another_medicine_is_taken(house: House) -> None:
    tom = house.patient("08:00 5", steps=STOP, more={"baclofen": ("08:00 10",)})
    assert speaks(house, tom, days=2) == []


@pytest.mark.parametrize(
    ("day", "asked"),
    [(0, True), (1, True), (27, True), (28, True), (29, False), (35, True), (175, True)],
)
def test_check_ins_follow_the_schedule(house: House, day: int, asked: bool) -> None:
    tom = stopped(house)
    invites(house, tom, day)
    house.delivers()
    assert ("checkin/invitation" in house.templates(tom)) is asked


def test_when_the_schedule_ends_that_is_said_once_and_nobody_is_asked_any_more(
    house: House,
) -> None:
    tom = stopped(house)
    speaks(house, tom, days=1)
    assert speaks(house, tom, days=182) == ["aftercare/over"]
    assert speaks(house, tom, days=1) == []
    invites(house, tom, 190)
    house.delivers()
    assert house.templates(tom) == []
    assert [row.why for row in house.rows(LessonSent, patient_id=tom.id)] == ["zero", "over"]


def test_a_new_plan_asks_daily_again(house: House) -> None:
    tom = stopped(house)
    house.jumps(days=200)
    house.does(tom, lambda tx, person: plans.adopt(tx, person, house.plan("08:00 5")))
    assert house.call(lambda tx: aftercare.asks_today(tx, tx.session.get_one(Person, tom.id)))


def test_today_says_that_the_plan_has_ended_and_what_to_show_a_doctor(house: House) -> None:
    tom = stopped(house)
    house.jumps(days=3)
    house.hears(tom)
    house.writes(tom, "/today")
    said = house.hears(tom)[-1].text
    assert "The plan has reached its end" in said
    assert "I stopped diazepam on" in said


# Silence


def quiet(house: House, who: Someone, days: int, checkins: int) -> list[str]:
    """Be so many days after zero, quiet for 25 hours, with so many check-ins let go."""
    house.clock.at = house.clock.at.replace(day=1, month=12, hour=20) + timedelta(days=days)
    house.does(who, fall_silent, checkins)
    house.call(silence.look, who.id)
    house.delivers()
    return [ask.label for ask in house.rows(Ask, person_id=who.id)]


def fall_silent(tx: Tx, person: Person, checkins: int) -> None:
    person.last_seen_at = tx.now - timedelta(hours=25)
    for n in range(checkins):
        at = tx.now - timedelta(days=n + 1)
        row = CheckIn(
            patient_id=person.id,
            questionnaire="daily_benzo",
            version=1,
            local_day=at.date(),
            state="expired",
            opened_at=at,
            expires_at=at,
        )
        tx.session.add(row)


@pytest.mark.parametrize(
    ("days", "checkins", "asked"),
    [
        (10, 1, False),
        (10, 2, True),
        (60, 1, False),
        (60, 2, True),
        (200, 2, False),
    ],
)
def test_after_zero_silence_is_read_from_check_ins_and_not_from_doses(
    house: House, days: int, checkins: int, asked: bool
) -> None:
    tom = stopped(house)
    assert (quiet(house, tom, days, checkins) == ["silence"]) is asked


def test_no_dose_is_called_missing_after_zero(house: House) -> None:
    tom = stopped(house)
    house.jumps(days=3)
    house.call(silence.look, tom.id)
    assert "missed_doses" not in [ask.label for ask in house.rows(Ask, person_id=tom.id)]
