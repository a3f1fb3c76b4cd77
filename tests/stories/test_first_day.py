"""The first day, from Start to what to expect."""

from tests.stories.joining import household
from tests.stories.phone import Town


async def test_a_first_day_is_lived_from_consent_to_what_to_expect(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await town.at("08:00")
    await tom.expects("Time for what's planned now.*Diazepam 10 mg, planned for 08:00")
    await tom.taps("Taken")
    await tom.expects("Diazepam 10 mg: taken 08:00")

    await town.at("19:30")
    await tom.expects("From tomorrow, Tue 1 Dec, the plan changes", "A change is planned")
    await tom.expects("Time for your check-in, Tom")
    await tom.taps("Start", "6+", "A little", "A little", "None", "None", "All or most")
    await tom.expects("Did any of these happen")
    await tom.taps("A seizure or a faint", "Done")
    await tom.expects("Call 999 now", "answers so far are saved")
    await maya.expects("Call 999 now.*Then call Tom.*shaking")

    await maya.taps("I'm on it")
    await maya.expects("You're on it")
    await tom.expects("Maya is on it.\nIn danger")

    await maya.taps("They are safe now")
    await maya.expects("Thank you")
    await tom.expects("Maya told me that you are safe")

    await tom.says("What to expect")
    await tom.expects("What would you like to know")
    await tom.taps("First things")
    await tom.expects("First things")
    assert len(tom.buttons()) > 1


async def test_a_plan_without_agreement_is_reminded_of_and_never_cut(town: Town) -> None:
    (tom,) = await household(town, confirm="tap:Not yet")

    await tom.says("/plan")
    plan = await tom.expects("No prescriber has agreed.*No change starts")
    assert "No change is planned" not in plan.text
    await town.jumps(hours=24.5)
    await tom.expects("I was away for a while", "Diazepam 10 mg")


async def test_a_change_is_announced_the_evening_before(town: Town) -> None:
    tom, _ = await household(town, "Maya")

    await town.at("08:00")
    await tom.expects("Diazepam 10 mg")
    await tom.taps("Taken")
    await town.jumps(hours=10)
    await town.passes(hours=1)
    await tom.expects("From tomorrow, Tue 1 Dec.*9 mg a day instead of 10", "A change is planned")
    await tom.taps("OK")
    await tom.expects("I'll remind you tomorrow")
    await town.jumps(hours=12.5)
    await town.at("08:00")
    await tom.expects("Diazepam 9 mg.*New from today")


async def test_a_day_that_is_typed_answers_the_question_and_opens_no_other_screen(
    town: Town,
) -> None:
    (tom,) = await household(town, agreed="today", phone="skip")

    await tom.says("/plan")
    await tom.expects("You said Dr Okafor agreed at a visit on Mon 30 Nov")
    tom.reads_all()
