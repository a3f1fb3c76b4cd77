"""The first day, from Start to what to expect."""

from tests.stories.joining import household
from tests.stories.phone import Town

CUT = "7 Dec: 9 mg 08:00"


async def test_a_first_day_is_lived_from_consent_to_what_to_expect(town: Town) -> None:
    tom, maya = await household(town, "Maya", steps=CUT)

    await town.at("08:00")
    await tom.expects("Time for what's planned now.*Diazepam 10 mg, planned for 08:00")
    await tom.taps("Taken")
    await tom.expects("Diazepam 10 mg: taken 08:00")

    await town.at("19:30")
    await tom.expects("Time for your check-in, Tom")
    await tom.taps("Start", "6+", "A little", "A little", "None", "None", "All or most")
    await tom.expects("Did any of these happen")
    await tom.taps("A seizure or a faint")
    await tom.expects("Call 999 now", "answers so far are saved")
    await maya.expects("Call 999 now.*Then call Tom.*shaking")

    await maya.taps("I'm on it")
    await maya.expects("You're on it")
    await tom.expects("Maya is on it")

    await maya.taps("They are safe now")
    await maya.expects("Thank you")
    await tom.expects("Maya told me that you are safe")

    await tom.says("What to expect")
    await tom.expects(".")
    assert tom.buttons()


async def test_a_plan_without_agreement_is_reminded_of_and_never_cut(town: Town) -> None:
    (tom,) = await household(town, confirm="tap:Not yet", steps="1 Dec: 9 mg 08:00")

    await tom.says("/plan")
    await tom.expects("No prescriber has agreed.*No change starts")
    await town.at("08:00")
    await tom.expects("Diazepam 10 mg")
    await tom.taps("Taken")
    await town.at("19:30")
    await tom.expects("Time for your check-in")
    await town.at("08:00")
    await tom.expects("Diazepam 10 mg")


async def test_a_change_is_announced_the_evening_before(town: Town) -> None:
    (tom,) = await household(town, steps="1 Dec: 9 mg 08:00")

    await town.at("08:00")
    await tom.expects("Diazepam 10 mg")
    await tom.taps("Taken")
    await town.at("21:00")
    await tom.expects("Time for your check-in", "From tomorrow")
    await tom.taps("OK")
    await town.at("08:00")
    tom.reads_all()
    assert tom.sees("Diazepam 9 mg.*New from today")
