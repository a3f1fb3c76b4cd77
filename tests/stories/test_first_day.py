from tests.stories.joining import joins
from tests.stories.phone import Town


async def test_joining_ends_with_a_reminder_at_the_first_dose(town: Town) -> None:
    tom, maya = await town.phone("Tom"), await town.phone("Maya")
    await joins(tom, steps="7 Dec: 9 mg 08:00", caregiver=maya)
    await town.at("08:00")
    await tom.expects("Time for what's planned now")
    await tom.taps("Taken")
    await tom.expects("taken 08:00")


async def test_joining_again(town: Town) -> None:
    tom, maya = await town.phone("Tom"), await town.phone("Maya")
    await joins(tom, steps="7 Dec: 9 mg 08:00", caregiver=maya)
    await town.at("08:00")
    await tom.expects("Time for what's planned now")
    await tom.taps("Taken")
    await tom.expects("taken 08:00")
