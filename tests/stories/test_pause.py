"""A hospital stay: nobody is reminded, danger is heard, and the dose after it is confirmed."""

from tests.stories.joining import BACLOFEN, household, invites
from tests.stories.phone import Phone, Town

TWICE = "5 mg 08:00, 5 mg 20:00"
NO_STEPS = "tap:No changes"


async def goes_to_hospital(tom: Phone, *caregivers: Phone, until: str = "3 Dec") -> None:
    await tom.says("/pause")
    await tom.expects("A pause is for a hospital stay")
    await tom.says(until)
    await tom.expects("Paused until Thu 3 Dec")
    await tom.expects("Please show this to the ward")
    for one in caregivers:
        await one.expects("until Thu 3 Dec.*silence raises no alarm")


async def test_a_hospital_stay_with_its_return(town: Town) -> None:
    tom, maya = await household(town, "Maya", **BACLOFEN)
    await goes_to_hospital(tom, maya)
    card = tom.last("show this to the ward").text
    assert "I take baclofen. It must not be stopped suddenly." in card
    assert "08:00: 10 mg" in card
    assert "Dr Okafor: +44 20 7946 0123" in card

    # Three days of baclofen doses and check-ins: nothing is said, nobody is alarmed.
    await town.passes(days=2, hours=20)
    await tom.expects_nothing()
    await maya.expects_nothing()

    await town.at("09:00")
    await tom.expects("Are you back from hospital")
    await tom.taps("I'm back")
    await maya.expects("Tom is back")
    await tom.expects("Baclofen: 10 mg.*Is this what the hospital told you to take")
    await tom.taps("No, or not sure")
    await tom.expects("Call Dr Okafor now, before your next dose.*I name no amounts")

    await town.at("14:00")
    reminder = await tom.expects("Your 14:00 dose is due")
    assert "Before you take it" in reminder.text
    assert "10 mg" not in reminder.text
    await tom.says("/today")
    today = await tom.expects("Ask before your next dose")
    assert "10 mg" not in today.text
    await tom.says("/plan")
    plan = await tom.expects("Your plan, version 1.*ask before your next dose")
    assert "10 mg" not in plan.text
    await tom.taps("What the hospital told me")
    await tom.taps("Yes, exactly this")
    await tom.expects("I remind you again from your next dose on")
    tom.reads_all()

    await town.at("20:00")
    await tom.expects("Baclofen 10 mg, planned for 20:00")
    tom.reads_all()


async def test_danger_is_heard_in_hospital_too(town: Town) -> None:
    tom, maya = await household(town, "Maya", doses=TWICE, steps=NO_STEPS)
    await goes_to_hospital(tom, maya)
    await tom.says("I just had a seizure")
    await tom.expects("Call 999 now")
    await maya.expects("about Tom")


async def test_only_who_may_see_words_is_told_where(town: Town) -> None:
    tom, maya = await household(town, "Maya", doses=TWICE, steps=NO_STEPS)
    dan = await town.phone("Dan")
    await invites(tom, dan, "tap:Only the alert")
    await goes_to_hospital(tom, maya, dan)
    assert "Tom is in hospital" in maya.last("silence raises").text
    assert "hospital" not in dan.last("silence raises").text


async def test_nobody_knows_how_long_so_it_is_asked_in_three_days_and_again(town: Town) -> None:
    (tom,) = await household(town, doses=TWICE, steps=NO_STEPS)
    await tom.says("/pause")
    await tom.expects("A pause is for a hospital stay")
    await tom.taps("I don't know")
    await tom.expects("Paused. I ask on Thu 3 Dec", "show this to the ward")
    await town.passes(days=3, hours=1, minutes=15)
    await tom.expects("Are you back from hospital")
    await tom.taps("Not yet")
    await tom.expects("Until when now")
    await tom.says("01/02")
    await tom.expects('I did not understand "01/02"')
    await tom.says("6 Dec")
    await tom.expects("Paused until Sun 6 Dec", "show this to the ward")
    await town.passes(days=2)
    await tom.expects_nothing()
    await tom.says("/pause")
    await tom.expects("paused until Sun 6 Dec")


async def test_a_trip_is_no_hospital_stay(town: Town) -> None:
    (tom,) = await household(town, doses=TWICE, steps=NO_STEPS)
    await tom.says("/pause")
    await tom.taps("I am not in hospital")
    await tom.expects("Nothing is paused.")
    await town.at("08:00")
    await tom.expects("planned for 08:00")


async def test_who_does_not_answer_after_a_stay_is_missed_like_anybody(town: Town) -> None:
    tom, maya = await household(town, "Maya", doses=TWICE, steps=NO_STEPS)
    await goes_to_hospital(tom, maya)
    await town.passes(days=5, hours=10)
    assert tom.sees("Your 20:00 dose is due. Please read this first")
    assert maya.sees_now("about Tom")
    tom.reads_all()
    maya.reads_all()
