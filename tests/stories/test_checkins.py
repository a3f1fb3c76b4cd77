"""The evening question: one message that changes in place."""

from tests.stories.joining import household
from tests.stories.phone import Town


async def test_an_answer_can_be_taken_back_and_changed(town: Town) -> None:
    (tom,) = await household(town)

    await tom.says("Check-in")
    await tom.expects("hours did you sleep")
    await tom.taps("2")
    await tom.expects("worry or panic")
    await tom.taps("Back")
    await tom.expects("hours did you sleep.*Your answer so far: 2")
    await tom.says("maybe three")
    await tom.expects("worry or panic")
    await tom.taps("Back")
    await tom.expects("Your answer so far: 3")


async def test_a_check_in_changes_one_message_in_place(town: Town) -> None:
    (tom,) = await household(town)

    await tom.says("Check-in")
    screen = await tom.expects("hours did you sleep")
    await tom.taps("6+", "A little", "A little", "None", "None", "All or most", "None of these")
    await tom.taps("Done", "No", "Nothing more")
    end = await tom.expects("Saved, thank you")
    await tom.expects("A change is planned for tomorrow")
    assert end.message_id == screen.message_id


async def test_a_restart_in_the_middle_loses_no_answer(town: Town) -> None:
    (tom,) = await household(town)

    await tom.says("Check-in")
    await tom.taps("6+", "A little")
    await tom.expects("How sad or low")
    await town.restarts()
    await tom.taps("Medium")
    await tom.expects("body act up")
    await tom.taps("Back")
    await tom.expects("How sad or low.*Your answer so far: Medium")


async def test_a_tap_fetched_before_a_crash_is_answered_after_it(town: Town) -> None:
    (tom,) = await household(town)
    await tom.says("Check-in")
    await tom.expects("hours did you sleep")

    message = tom.last("hours did you sleep")
    town.emulator.people.tap(tom.user_id, message.message_id, "6+")
    await town.pulled()
    await town.restarts()
    await tom.expects("worry or panic")


async def test_a_plan_to_act_is_an_alert_and_thoughts_alone_are_not(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await tom.says("Check-in")
    await tom.taps("6+", "A lot", "A lot", "None", "None", "Some of it", "None of these", "Done")
    await tom.expects("thought about ending your life")
    await tom.taps("Yes")
    await tom.expects("Might you act on these thoughts")
    await maya.expects_nothing()
    await tom.taps("Yes")
    await tom.expects("116 123")
    await maya.expects("about Tom.*Don't leave Tom alone")
    tom.reads_all()
