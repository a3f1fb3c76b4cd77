"""A dose: taken, put off, left out, corrected, or never confirmed."""

from tests.stories.joining import BACLOFEN, household
from tests.stories.phone import Phone, Town


async def at_eight(town: Town, **answers: str) -> Phone:
    (tom,) = await household(town, **answers)
    await town.at("08:00")
    await tom.expects("Time for what's planned now")
    return tom


async def test_a_double_tap_is_one_dose(town: Town) -> None:
    tom = await at_eight(town)

    await tom.taps_twice("Taken")
    assert "Already saved" in tom.toast
    await tom.expects("taken 08:00")
    await tom.says("/today")
    await tom.expects("08:00 Diazepam 10 mg: taken 08:00")


async def test_a_second_taken_much_later_is_asked_about(town: Town) -> None:
    tom = await at_eight(town)
    reminder = tom.last("Time for what's planned now")
    data = next(b["callback_data"] for row in reminder.inline_keyboard for b in row)

    await tom.taps("Taken")
    await town.passes(minutes=5)
    await tom.taps_old(reminder, data)
    await tom.expects("You logged this at 08:00. Is this another one")
    await tom.taps("No, the same one")
    await tom.expects("Nothing was added")


async def test_more_than_planned_is_recorded_and_answered_without_scolding(town: Town) -> None:
    tom = await at_eight(town)
    reminder = tom.last("Time for what's planned now")
    data = next(b["callback_data"] for row in reminder.inline_keyboard for b in row)

    await tom.taps("Taken")
    await town.passes(minutes=5)
    await tom.taps_old(reminder, data)
    await tom.expects("Is this another one")
    await tom.taps("Yes, I took more")
    await tom.expects("Call 999 now if you are very sleepy.*How do you feel now")
    await tom.taps("Unwell or very sleepy")
    await tom.expects("Call 999 now")


async def test_undo_opens_the_dose_again(town: Town) -> None:
    tom = await at_eight(town)

    await tom.taps("Taken", "Undo")
    await tom.expects("not answered yet|planned for 08:00")
    await tom.taps("Taken")
    await tom.expects("taken 08:00")


async def test_later_reminds_once_more_at_the_chosen_time(town: Town) -> None:
    tom = await at_eight(town)

    await tom.taps("Later", "In 15 minutes")
    await tom.expects("I'll remind you at 08:15")
    await town.passes(minutes=14)
    await tom.expects_nothing()
    await town.passes(minutes=2)
    await tom.expects("what's planned for 08:00")
    await tom.taps("Taken")
    await tom.expects("taken 08:1")
    await town.passes(hours=1)
    await tom.expects_nothing()


async def test_a_dose_left_out_keeps_its_reason(town: Town) -> None:
    tom = await at_eight(town)

    await tom.taps("Not taking it")
    await tom.expects("what is the reason")
    await tom.taps("Go back")
    await tom.expects("Nothing was saved")
    await tom.taps("I feel too unwell")
    await tom.expects("not taken", "Never take two doses together")
    await town.passes(hours=1)
    await tom.expects_nothing()


async def test_a_dose_taken_earlier_is_saved_at_its_own_time(town: Town) -> None:
    tom = await at_eight(town)

    await town.passes(minutes=40)
    await tom.expects("Still open")
    await tom.taps("I took it at")
    await tom.expects("When did you take the 08:00 dose")
    await tom.says("tomorrow")
    await tom.expects("I did not understand that time")
    await tom.says("08:10")
    await tom.expects("taken 08:10", "Saved. 08:00 dose: taken 08:10")


async def test_an_unconfirmed_dose_is_asked_about_at_the_next_contact(town: Town) -> None:
    tom = await at_eight(town)

    await town.passes(hours=3)
    await tom.expects("Still open", "Still open")
    await tom.expects_nothing()
    await tom.says("/badday")
    while not tom.sees_now("Saved, thank you"):
        await tom.taps("No|A little|None of these|Skip|Done|Nothing more")
    tom.reads_all()
    assert tom.sees("The 08:00 dose isn't confirmed. Did you take it")


async def test_an_unconfirmed_baclofen_dose_is_asked_about_at_once(town: Town) -> None:
    tom = await at_eight(town, **BACLOFEN)

    await town.at("11:00")
    await tom.expects("Still open", "Still open", "The 08:00 dose isn't confirmed")
    await tom.taps("Not sure")
    await tom.expects("Not sure is fine")


async def test_a_late_tap_belongs_to_its_own_dose(town: Town) -> None:
    tom = await at_eight(town, **BACLOFEN)

    await town.at("10:30")
    await tom.expects("Still open", "Still open")
    await tom.taps("Taken")
    await tom.expects("Planned for 08:00.*taken 10:30")
    await town.at("14:00")
    await tom.expects("planned for 14:00")
