"""The right thing at the wrong moment: old screens, second thoughts, late taps."""

import pytest

from sandbox.chats import Message
from tests.stories.hostile import everybody_answered, forges, nothing_given_up, one, rows, sends
from tests.stories.joining import household, plays_joining
from tests.stories.phone import Phone, Town

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def step_of(town: Town) -> str:
    return str(one(town, "SELECT step FROM dialogues WHERE kind = 'onboarding' AND open"))


def data_of(message: Message) -> list[str]:
    return [button["callback_data"] for row in message.inline_keyboard for button in row]


async def test_joining_survives_start_back_and_three_days(town: Town) -> None:
    tom = await town.phone("Tom")
    await plays_joining(tom)
    await tom.expects("Who should I tell")

    seen = [step_of(town)]
    while step_of(town) != "country":
        await forges(town, (tom, f"ob.back:{step_of(town)}"))
        seen.append(step_of(town))
    assert len(seen) == len(set(seen))
    assert len(seen) > 10
    await forges(town, (tom, "ob.back:country"))
    assert step_of(town) == "country"

    await tom.says("/start")
    await tom.says("/start")
    await tom.expects("Which country")
    await tom.taps("Finish later")
    await town.passes(days=3)
    tom.reads_all()
    await tom.taps("Start or go on")
    await tom.expects("Welcome back", "Which country")
    await tom.says("United Kingdom")
    assert step_of(town) == "zone"
    nothing_given_up(town)
    tom.reads_all()


async def test_joining_again_by_an_old_screen_changes_no_plan(town: Town) -> None:
    (tom,) = await household(town)
    plans = rows(town, "SELECT * FROM plans")

    steps = ("language:en", "consent:no", "confirm:wrong", "doses:again", "caregiver:later")
    await forges(town, *((tom, f"ob.pick:{step}") for step in steps), (tom, "ob.later"))
    assert rows(town, "SELECT * FROM plans") == plans
    await tom.says("/start")
    await tom.expects("Tom")
    tom.reads_all()


async def test_a_new_plan_goes_back_to_its_own_first_question_only(town: Town) -> None:
    (tom,) = await household(town)

    await tom.says("/plan")
    await tom.expects("Diazepam")
    await tom.taps("Enter a new plan", "Type it")
    await tom.expects("Which medicine")
    await forges(town, (tom, "ob.back:medicine"))
    assert step_of(town) == "medicine"
    tom.reads_all()


async def test_a_check_in_takes_no_nonsense_and_no_answer_after_its_end(town: Town) -> None:
    (tom,) = await household(town)

    await tom.says("Check-in")
    screen = tom.last("hours did you sleep")
    asked = one(town, "SELECT question FROM checkins")
    await sends(tom, "banana", "-3", "25 hours", "a" * 4096, "\u200b", "<b>", "3 or 9", "1e99")
    assert one(town, "SELECT question FROM checkins") == asked
    assert rows(town, "SELECT id FROM answers") == []
    first = one(town, "SELECT id FROM checkins")
    await forges(town, (tom, f"ci.back:{first}:{asked}"))
    assert one(town, "SELECT question FROM checkins") == asked

    await tom.says("Check-in")
    await tom.taps("6+", "A little", "A little", "None", "None", "All or most")
    await tom.taps("Done")
    await tom.expects("Tap|Press|tick")
    await tom.taps("None of these", "Done", "No", "Nothing more")
    await tom.expects("Saved, thank you")
    kept = rows(town, "SELECT question, options, superseded_at FROM answers")
    with everybody_answered(town, "an answer after the end", tom):
        await tom.taps_old(screen, data_of(screen)[0])
    await tom.expects("This check-in is done")
    assert rows(town, "SELECT question, options, superseded_at FROM answers") == kept
    tom.reads_all()


async def test_yesterdays_check_in_cannot_be_answered_today(town: Town) -> None:
    (tom,) = await household(town)

    await tom.says("Check-in")
    screen = tom.last("hours did you sleep")
    await town.passes(days=1)
    await town.at("20:00")
    tom.reads_all()
    with everybody_answered(town, "an answer to yesterday", tom):
        await tom.taps_old(screen, data_of(screen)[0])
    await tom.expects("check-in is over")
    assert rows(town, "SELECT id FROM answers") == []


async def test_every_question_of_a_check_in_can_be_skipped_or_says_why_not(town: Town) -> None:
    (tom,) = await household(town)

    await tom.says("Bad day")
    await tom.says("/badday")
    await tom.says("Check-in")
    for _ in range(20):
        if one(town, "SELECT state FROM checkins WHERE questionnaire NOT LIKE 'bad%'") == "done":
            break
        await tom.taps("Skip|Nothing more|No|Done|None of these")
    await tom.expects("Saved, thank you")
    nothing_given_up(town)
    tom.reads_all()


async def old_reminder(town: Town) -> tuple[Phone, Message, int]:
    """Tom, a reminder that was never answered, and the dose it was for; it is 30 hours later."""
    (tom,) = await household(town)
    await town.at("08:00")
    reminder = await tom.expects("Time for what's planned now")
    dose = int(data_of(reminder)[0].split(":")[1])
    await town.passes(hours=30)
    tom.reads_all()
    return tom, reminder, dose


async def test_late_buttons_of_a_dose_are_answered_and_invent_nothing(town: Town) -> None:
    tom, reminder, dose = await old_reminder(town)

    for verb in ("dose.later:{}", "dose.snooze:{}:15", "dose.undo:{}", "dose.keep:{}"):
        await tom.taps_old(reminder, verb.format(dose))
    await tom.expects("can't be put off", "can't be put off", "no longer in use")
    assert one(town, "SELECT state FROM doses WHERE id = :id", id=dose) == "unknown"
    tom.reads_all()


async def test_a_time_that_cannot_be_is_asked_again(town: Town) -> None:
    tom, reminder, dose = await old_reminder(town)

    await tom.taps_old(reminder, f"dose.when:{dose}")
    await tom.expects("When did you take")
    await sends(tom, "tomorrow", "13:75", "25:00", "in 2 hours", "2 days ago", "yes", "a" * 4096)
    assert one(town, "SELECT taken_at FROM doses WHERE id = :id", id=dose) is None
    await tom.says("yesterday 08:10")
    tom.reads_all()
    nothing_given_up(town)


async def test_undo_twice_takes_back_once(town: Town) -> None:
    (tom,) = await household(town)
    await town.at("08:00")
    reminder = await tom.expects("Time for what's planned now")
    dose = int(data_of(reminder)[0].split(":")[1])
    await tom.taps("Taken", "Undo")
    await tom.taps_old(reminder, f"dose.undo:{dose}")
    await tom.expects("no longer in use")
    assert one(town, "SELECT COUNT(*) FROM dose_events WHERE kind = 'undone'") == 1
    tom.reads_all()
