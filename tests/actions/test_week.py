"""/week: what was recorded wrongly is mended days later, and the old entry stays."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from actions import doses, stock, week
from store.models import Ask, Dose, DoseEvent, Medicine, Person, SupplyCount
from tests.actions.house import House, Message, Someone


@pytest.fixture
def tom(house: House) -> Someone:
    """Somebody on their fourth day: all taken but the second evening, which nobody knows of."""
    who = house.patient("08:00 5", "20:00 5")
    for place in range(6):
        house.at(8 if place % 2 == 0 else 20)
        if place != 3:
            house.does(who, doses.record, house.doses(who)[place].id)
    house.at(7)
    house.hears(who)
    return who


def dose(house: House, who: Someone, place: int) -> Dose:
    return house.doses(who)[place]


def ledger(house: House, one: Dose) -> list[str]:
    return [event.kind for event in house.rows(DoseEvent, dose_id=one.id)]


def shown(house: House, who: Someone) -> Message:
    return [m for m in house.hears(who) if m.template == "doses/week"][-1]


def labels(message: Message) -> list[str]:
    return [button["text"] for row in message.inline for button in row]


def test_the_week_is_told_dose_by_dose_and_opens_where_something_is_missing(
    house: House, tom: Someone
) -> None:
    house.writes(tom, "/week")
    said = shown(house, tom)
    assert "<b>Tue 1 Dec" in said.text
    assert "20:00 diazepam 5 mg: not confirmed" in said.text
    assert said.text.count("taken") == 5
    assert labels(said)[:4] == ["08:00 diazepam", "20:00 diazepam", "Mon 30 Nov", "Wed 2 Dec"]


def test_a_dose_is_mended_with_a_time_of_its_own_day(house: House, tom: Someone) -> None:
    one = dose(house, tom, 3)
    house.taps(tom, f"dose.when:{one.id}")
    house.writes(tom, "took it at 9")
    again = dose(house, tom, 3)
    assert (again.state, again.taken_at) == ("taken", datetime(2026, 12, 1, 21, tzinfo=UTC))
    assert "Saved. 20:00 dose of" in house.hears(tom)[-1].text


@pytest.mark.parametrize("said", ["11:30 yesterday", "in an hour", "12:01 tomorrow"])
def test_a_time_after_the_next_dose_was_over_is_asked_again(
    house: House, tom: Someone, said: str
) -> None:
    one = dose(house, tom, 3)
    house.taps(tom, f"dose.when:{one.id}")
    house.writes(tom, said)
    assert house.templates(tom)[-1] == "doses/when_unclear"
    assert dose(house, tom, 3).state == "unknown"


def test_a_wrong_tap_becomes_not_taken_and_both_stand_in_the_record(
    house: House, tom: Someone
) -> None:
    one = dose(house, tom, 2)
    house.taps(tom, f"dose.skip:{one.id}")
    assert "I forgot it" in labels(house.hears(tom)[-1])
    house.taps(tom, f"dose.why:{one.id}:forgot")
    assert "doses/saved_not_taken" in house.templates(tom)
    assert (dose(house, tom, 2).state, dose(house, tom, 2).taken_at) == ("skipped", None)
    assert ledger(house, one)[-3:] == ["taken", "corrected", "skip_forgot"]
    house.writes(tom, "/week")
    assert "not taken (I forgot it)" in shown(house, tom).text


def test_no_guidance_is_given_about_a_dose_that_others_have_followed(
    house: House, tom: Someone
) -> None:
    house.taps(tom, f"dose.why:{dose(house, tom, 0).id}:unwell")
    assert not [name for name in house.templates(tom) if "guide" in name]


def test_undo_leaves_an_old_dose_not_confirmed(house: House, tom: Someone) -> None:
    one = dose(house, tom, 0)
    house.taps(tom, f"week.undo:{one.id}")
    assert (dose(house, tom, 0).state, dose(house, tom, 0).taken_at) == ("unknown", None)
    assert ledger(house, one)[-2:] == ["taken", "undone"]
    assert "<b>" in shown(house, tom).text


def test_a_correction_is_read_for_danger_at_once(house: House, tom: Someone) -> None:
    before = len(house.rows(Ask, label="missed_doses"))
    house.taps(tom, f"week.unsure:{dose(house, tom, 5).id}")
    assert len(house.rows(Ask, label="missed_doses")) == before
    house.taps(tom, f"week.undo:{dose(house, tom, 4).id}")
    assert len(house.rows(Ask, label="missed_doses")) == before + 1
    assert "asks/missed_doses" in house.templates(tom)


def test_what_is_left_follows_the_mended_ledger(house: House, tom: Someone) -> None:
    (medicine,) = house.rows(Medicine, patient_id=tom.id)
    row = SupplyCount(
        patient_id=tom.id,
        medicine_id=medicine.id,
        total_mg=Decimal(100),
        at=house.clock.at - timedelta(days=3),
    )
    house.call(lambda tx: tx.session.add(row))

    def left() -> Decimal:
        person = house.rows(Person, id=tom.id)[0]
        now = house.call(lambda tx: stock.held(tx, person, medicine))
        assert now is not None
        return now.stock.total_mg

    # What is not confirmed counts as gone; what was not taken is back in the box.
    before = left()
    house.taps(tom, f"dose.was:{dose(house, tom, 3).id}:no")
    assert left() == before + 5
    house.taps(tom, f"week.undo:{dose(house, tom, 3).id}")
    assert left() == before


def test_the_week_ends_after_seven_days(house: House, tom: Someone) -> None:
    for back, known in ((6, True), (7, False)):
        house.taps(tom, f"week.day:{back}")
        name = house.hears(tom)[-1].template
        assert (name == "doses/week") is known
    house.taps(tom, "week.day:6")
    assert labels(house.hears(tom)[-1])[0] == "Sat 28 Nov"


def test_nobody_mends_a_dose_of_somebody_else(house: House, tom: Someone) -> None:
    eve = house.patient("08:00 5")
    house.hears(eve)
    one = dose(house, tom, 0)
    for verb in ("dose", "undo", "unsure"):
        house.taps(eve, f"week.{verb}:{one.id}")
    house.taps(eve, f"dose.now:{one.id}")
    assert set(house.templates(eve)) == {"common/old_button"}
    assert dose(house, tom, 0).state == "taken"


def test_somebody_who_has_not_joined_is_told_so(house: House) -> None:
    eve = house.person()
    house.does(eve, week.show)
    assert house.templates(eve) == ["common/not_joined"]


def test_more_lines_than_fit_are_summed_up(house: House) -> None:
    hours = [f"{hour:02}:00 1" for hour in range(6, 22, 2)]
    tom = house.patient(*hours)
    house.jumps(days=7)
    house.sweeps()
    house.hears(tom)
    house.writes(tom, "/week")
    text = shown(house, tom).text
    assert "0 of 8 taken" in text
    assert text.count("diazepam") == 8
    assert len(text) < 4096


# Reminders of long ago


def test_taken_on_a_reminder_of_days_ago_is_asked_about(house: House, tom: Someone) -> None:
    one = dose(house, tom, 3)
    house.taps(tom, f"dose.taken:{one.id}")
    assert house.templates(tom) == ["doses/ask_when"]
    assert dose(house, tom, 3).state == "unknown"
    house.taps(tom, f"dose.was:{one.id}:then")
    assert dose(house, tom, 3).taken_at == one.due_at


def test_just_now_belongs_to_the_dose_of_now(house: House, tom: Someone) -> None:
    house.at(8)
    house.hears(tom)
    house.taps(tom, f"dose.now:{dose(house, tom, 3).id}")
    assert dose(house, tom, 3).state == "unknown"
    assert dose(house, tom, 6).taken_at == house.clock.at


def test_just_now_when_all_is_taken_may_be_one_too_many(house: House, tom: Someone) -> None:
    house.at(8)
    house.does(tom, doses.record, dose(house, tom, 6).id)
    house.passes(hours=2)
    house.hears(tom)
    house.taps(tom, f"dose.now:{dose(house, tom, 3).id}")
    assert house.templates(tom) == ["doses/ask_same"]
