"""What to expect: at the moment it matters, at most once unasked a day."""

from actions import lessons
from scheduler import sweeps
from store.models import LessonSent, Patient
from tests.actions.house import House, Someone

CUT = {"2026-12-01": ("08:00 9",)}


def after_checkin(house: House, who: Someone) -> None:
    house.does(
        who,
        lambda tx, person: lessons.after_checkin(
            tx, person, tx.session.get_one(Patient, person.id), frozenset()
        ),
    )


def test_a_change_is_announced_on_the_evening_before_and_once(any_house: House) -> None:
    tom = any_house.patient("08:00 10", steps=CUT)
    any_house.hears(tom)
    any_house.jumps(hours=9)
    any_house.run(sweeps.lessons_due)
    assert any_house.templates(tom) == []
    any_house.jumps(minutes=30)
    any_house.run(sweeps.lessons_due)
    any_house.run(sweeps.lessons_due)
    assert any_house.templates(tom).count("plans/eve") == 1


def test_a_change_that_nobody_agreed_to_is_not_announced(house: House) -> None:
    tom = house.patient("08:00 10", steps=CUT, confirmed=None)
    house.jumps(hours=12)
    house.call(lessons.send_eve, tom.id)
    house.delivers()
    assert "plans/eve" not in house.templates(tom)


def test_at_most_one_text_comes_unasked_a_day(house: House) -> None:
    tom = house.patient()
    for _ in range(3):
        after_checkin(house, tom)
    assert len(house.rows(LessonSent, patient_id=tom.id)) <= 1


def test_a_text_that_is_asked_for_comes_as_often_as_it_is_asked_for(house: House) -> None:
    tom = house.patient()
    house.hears(tom)
    lesson = house.rt.content.lessons[0]
    for _ in range(2):
        house.does(tom, lessons.read, lesson.id)
    assert house.templates(tom) == [lesson.body] * 2


def test_an_unknown_text_is_an_old_button(house: House) -> None:
    tom = house.patient()
    house.hears(tom)
    house.taps(tom, "learn.read:nonsense")
    house.taps(tom, "learn.group:nonsense")
    assert house.templates(tom) == ["common/old_button"] * 2


def test_baclofen_comes_first_where_there_are_several(house: House) -> None:
    tom = house.patient(more={"baclofen": ("08:00 10",)})
    assert house.call(lessons.main_class, tom.id) == "baclofen"
