"""The record of doses, days later: mended, asked about, and one clock for each medicine."""

from tests.stories.joining import household
from tests.stories.phone import Phone, Town

NIGHTLY = {"steps": "tap:No changes"}


async def evening(town: Town, tom: Phone) -> None:
    """Let the rest of a day pass on which nothing else is asked."""
    await town.at("18:00")
    tom.reads_all()


async def test_a_wrong_tap_is_put_right_two_days_later(town: Town) -> None:
    (tom,) = await household(town, **NIGHTLY)
    await town.at("08:00")
    await tom.taps("Taken")
    await evening(town, tom)
    await town.at("08:00")
    await tom.taps("Not taking it", "Something else")
    await evening(town, tom)
    await town.at("08:00")
    await tom.taps("Taken")
    tom.reads_all()

    await tom.says("/today")
    await tom.expects("08:00 Diazepam 10 mg: taken 08:00")
    await tom.taps("Look back, or change it", "Tue 1 Dec")
    await tom.expects(
        "Tue 1 Dec .buttons below.\\s+- 08:00 diazepam 10 mg: not taken .Something else"
    )
    await tom.taps("08:00 diazepam")
    await tom.expects("The 08:00 dose of Tue 1 Dec.*What is right")
    await tom.taps("I took it at")
    await tom.expects("When did you take the 08:00 dose of Tue 1 Dec")
    await tom.says("took it at 9")
    await tom.expects("Saved. 08:00 dose of Tue 1 Dec.*taken 09:00 on Tue 1 Dec")
    await tom.says("/week")
    await tom.expects("Tue 1 Dec\\S*\\s+- 08:00 diazepam 10 mg: taken 09:00")


async def test_taken_on_a_reminder_of_three_days_ago_is_asked_about(town: Town) -> None:
    (tom,) = await household(town, **NIGHTLY)
    await town.at("08:00")
    reminder = await tom.expects("Time for what's planned now")
    data = next(b["callback_data"] for row in reminder.inline_keyboard for b in row)
    for _ in range(3):
        await town.at("08:00")
        await tom.taps("Taken")
        tom.reads_all()

    await tom.taps_old(reminder, data)
    await tom.expects("Was that for the 08:00 dose of Mon 30 Nov.*taken then")
    await tom.taps("Yes, about then")
    await tom.expects("Saved. 08:00 dose of Mon 30 Nov.*taken 08:00 on Mon 30 Nov")
    await tom.says("/today")
    await tom.expects("08:00 Diazepam 10 mg: taken 08:00")
    tom.reads_all()


async def test_a_medicine_that_was_taken_does_not_hide_one_that_was_not(town: Town) -> None:
    two = {"doses": "5 mg 08:00, 5 mg 20:00", "second": "baclofen: 10 mg 08:00, 10 mg 20:00"}
    tom, maya = await household(town, "Maya", **two, **NIGHTLY)
    await town.at("08:00")
    await tom.taps("All taken")
    await town.at("20:00")
    await tom.taps("Taken: diazepam")
    tom.reads_all()

    await town.at("22:59")
    await tom.expects("The last baclofen you confirmed was at 08:00, 12 hours ago")
    assert not tom.sees("Some of what was planned")
    await town.at("23:00")
    await tom.expects("The 20:00 dose isn't confirmed.*Baclofen 10 mg.*confirmed was at 08:00, 14")
    assert not tom.sees("Some of what was planned")
    await town.passes(minutes=15)
    await tom.expects("Some of what was planned isn't confirmed.*ask Maya to check on you")
    await maya.expects_nothing()
    await town.passes(minutes=11)
    await maya.expects("Tom")
    tom.reads_all()
