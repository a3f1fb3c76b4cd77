"""Nights when the clocks change, and hours when nothing ran."""

from tests.stories.joining import BACLOFEN, household
from tests.stories.phone import Town

# Two doses a day keep the silence rules out of these nights.
NIGHT = "5 mg 01:30, 5 mg 13:30"


async def test_a_dose_in_the_hour_that_comes_twice_is_reminded_of_once(town: Town) -> None:
    await town.begins("2027-10-31 01:00")
    (tom,) = await household(town, doses=NIGHT, steps="tap:No changes", checkin="18:00")

    await town.at("01:30")
    await tom.expects("planned for 01:30")
    await tom.taps("Taken")
    await town.passes(hours=1.5)
    assert f"{town.now():%H:%M %Z}" == "02:00 GMT"
    await tom.expects_nothing()


async def test_a_dose_in_the_hour_that_is_skipped_comes_right_after_it(town: Town) -> None:
    await town.begins("2027-03-28 00:30")
    (tom,) = await household(town, doses=NIGHT, steps="tap:No changes", checkin="18:00")

    await town.passes(minutes=25)
    await tom.expects_nothing()
    await town.passes(minutes=5)
    await tom.expects("planned for 01:30")
    assert f"{town.now():%H %Z}" == "02 BST"
    await tom.taps("Taken")
    await tom.expects("taken 02:0")
    await town.passes(hours=3)
    await tom.expects_nothing()


async def test_after_an_outage_across_a_dose_it_is_asked_not_reminded(town: Town) -> None:
    (tom,) = await household(town, **BACLOFEN)

    await town.jumps(hours=4)
    await tom.expects("I was away for a while. I could not remind you")
    await tom.expects("The 08:00 dose isn't confirmed. Did you take it")
    assert not tom.sees("Time for what's planned now")


async def test_after_an_outage_an_open_question_is_asked_once_more(town: Town) -> None:
    (tom,) = await household(town)
    await tom.says("Check-in")
    await tom.taps("6+")
    await tom.expects("worry or panic")

    await town.jumps(minutes=10)
    await tom.expects("I was away for a little while. I may have missed a tap")
    await tom.taps("Show the question again")
    await tom.expects("worry or panic")


async def test_no_backlog_is_fired_after_a_day_away(town: Town) -> None:
    (tom,) = await household(town, **BACLOFEN)

    await town.jumps(hours=26)
    await tom.expects("I was away for a while", "The 08:00 dose of Mon 30 Nov isn't confirmed")
    await tom.expects("Do you need help now", "planned for 08:00")
    await tom.expects_nothing()


async def test_telegram_away_loses_no_alert(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    town.fault("away")
    town.emulator.people.send_text(tom.user_id, "I just had a seizure")
    await town.passes(minutes=1)
    town.heals()
    await town.passes(seconds=30)
    await tom.expects("Call 999 now")
    await maya.expects("about Tom")
    await tom.expects_nothing()
    await maya.expects_nothing()


async def test_a_lost_answer_to_an_alert_sends_it_again_marked_as_a_repeat(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    town.fault("timeout_after_accept", of=maya, method="sendMessage")
    await tom.says("I just had a seizure")
    await tom.expects("Call 999 now")
    await town.passes(minutes=1)
    first, second = [m.text for m in maya.new()]
    assert "Alert #2" in first
    assert "repeat" not in first
    assert "Alert #2" in second
    assert second.endswith("(repeat)")
    maya.reads_all()
