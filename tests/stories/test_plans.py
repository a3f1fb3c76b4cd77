"""A plan in the chat: held, taken as a file or a code, confirmed in stages, kept in versions."""

import pytest

from actions import plan_codes
from actions.tx import Tx
from bot.plan_files import code_png
from tests.stories.hostile import one
from tests.stories.joining import household, joins, plays_joining
from tests.stories.phone import Phone, Town

CUTS = "1 Dec: 9 mg 08:00\n15 Dec: 8 mg 08:00"
DOCUMENT = {
    "steady_plan": 1,
    "prescriber": "Dr Okafor",
    "if_unresolved": "stay",
    "medicines": [
        {
            "medicine": "diazepam",
            "products": [{"form": "tablet", "mg": "2", "pieces": 2}],
            "now": [{"at": "08:00", "mg": "10"}],
            "steps": [
                {"from": "2026-12-02", "doses": [{"at": "08:00", "mg": "9"}]},
                {"from": "2026-12-16", "doses": [{"at": "08:00", "mg": "8"}]},
            ],
        }
    ],
}
TABLE = "from;medicine;time;mg\nnow;diazepam;08:00;10\n2026-12-02;;08:00;9\n2026-12-16;;08:00;8\n"


def a_code(town: Town, *, reason: str = "", document: dict[str, object] = DOCUMENT) -> str:
    """What a prescriber makes with `steady plan code`."""

    def issue(tx: Tx) -> str:
        return plan_codes.issue(tx, document, prescriber="Dr Okafor", reason=reason)

    return town.sandbox.rt.call(issue)


def reads_checks(tom: Phone) -> None:
    """Read what the checks found, where a story is not about it."""
    for message in tom.unread():
        if "I checked this plan" in message.text:
            tom._mark(message)


async def agrees(tom: Phone, *, blocked: str = "") -> None:
    """Answer what is asked about the prescriber's agreement."""
    reads_checks(tom)
    await tom.expects("agree to exactly this")
    await tom.taps("Yes, exactly this")
    await tom.expects("When did")
    await tom.taps("Today")
    await tom.expects("How did")
    await tom.taps("By phone or video")
    if blocked:
        await tom.expects("needs a reason")
        await tom.says(blocked)


async def test_whoever_is_not_ready_stays_on_the_dose_and_is_reminded_of_it(town: Town) -> None:
    tom, maya, dan = await household(town, "Maya", "Dan", steps=CUTS)

    await town.at("17:00")
    await tom.expects("the plan changes.*You can ask to stay where you are")
    tom.reads_all()
    await tom.taps("Stay where I am for now")
    await tom.expects("Diazepam stays at 10 mg a day.*Dr Okafor doesn't know yet")
    await tom.taps("A note for my prescriber")
    await tom.expects("has not started.*I stay on diazepam 10 mg a day for now")
    await maya.expects("Tom is staying on the present dose")
    await dan.expects_nothing()
    await town.at("08:00")
    await tom.expects("Diazepam 10 mg, planned for 08:00")
    await tom.taps("Taken")
    await tom.says("/plan")
    await tom.expects("You have stayed where you are since")
    tom.reads_all()


async def test_after_a_hold_the_same_steps_come_later_and_only_when_agreed(town: Town) -> None:
    (tom,) = await household(town, steps=CUTS)

    await tom.says("My plan")
    await tom.expects("Next change: Tue 1 Dec")
    await tom.taps("Stay where I am for now")
    await tom.expects("You are staying")
    await town.passes(days=5)
    tom.reads_all()
    await tom.taps("Go on with new dates")
    await tom.expects(
        "Your plan as a picture", "same changes, at later dates.*Sun 6 Dec.*Sun 20 Dec"
    )
    reads_checks(tom)
    await tom.taps("Not yet")
    await tom.expects("You have stayed where you are since")
    await tom.taps("Go on with new dates")
    await tom.expects("Your plan as a picture")
    await agrees(tom)
    await tom.expects("What did Dr Okafor say to do on such a day")
    await tom.taps("Go ahead with the change")
    await tom.expects("Next change: Sun 6 Dec.*by phone or video")
    await town.at("08:00")
    await tom.expects("Diazepam 10 mg")
    tom.reads_all()
    await town.at("08:00")
    await tom.expects("Diazepam 9 mg")
    tom.reads_all()


async def test_a_table_sent_as_a_file_is_read_back_and_confirmed(town: Town) -> None:
    (tom,) = await household(town)

    await tom.sends_file("my plan.csv", TABLE.encode())
    await tom.expects("Your plan as a picture")
    await agrees(tom)
    await tom.expects("say to do on such a day")
    await tom.taps("We did not talk about it")
    await tom.expects("Next change: Wed 2 Dec.*9 mg a day instead of 10 mg")


UNDER_WAY = (
    "from;medicine;time;mg\nnow;diazepam;08:00;11\n2026-10-15;;08:00;10\n"
    "2026-11-12;;08:00;9\n2026-12-02;;08:00;8\n2026-12-16;;08:00;7\n"
)


async def test_a_file_with_steps_of_the_past_is_read_back_with_what_holds_now(town: Town) -> None:
    (tom,) = await household(town, steps="tap:No changes set yet")

    await tom.sends_file("my plan.csv", UNDER_WAY.encode())
    await tom.expects("2 changes to come, the first on Wed 2 Dec", "I checked this plan")
    asked = tom.last("agree to exactly this")
    assert "Now:\nDiazepam: 9 mg at 08:00, since Thu 12 Nov 2026" in asked.text
    assert "11 mg" not in asked.text
    assert "15 Oct" not in tom.last("I checked this plan").text
    await tom.expects("agree to exactly this")
    await tom.taps("Not yet")
    await tom.expects("What you take now.*9 mg at 08:00.*No prescriber has agreed")
    await town.at("08:00")
    await tom.expects("Diazepam 9 mg, planned for 08:00")
    tom.reads_all()


async def test_a_file_with_a_mistake_names_its_place_and_changes_nothing(town: Town) -> None:
    (tom,) = await household(town)

    await tom.sends_file("plan.csv", TABLE.replace("08:00;9", "08:00;9 mcg").encode())
    await tom.expects("I can't use this file yet.*line 3.*mcg.*Nothing was saved")
    await tom.sends_file("holiday.bin", b"\x00\x01\x02" * 100)
    await tom.expects("I can't use this file yet")
    await tom.says("/plan")
    await tom.expects("version 1")


async def test_a_danger_in_a_caption_is_heard_before_the_file_is_looked_at(town: Town) -> None:
    (tom,) = await household(town)

    await tom.sends_file("plan.csv", TABLE.encode(), caption="I just had a seizure")
    await tom.expects("Call 999 now")
    tom.reads_all()


async def test_a_file_that_telegram_does_not_give_is_asked_for_again(town: Town) -> None:
    (tom,) = await household(town)

    town.fault("500", method="getFile", count=1)
    await tom.sends_file("plan.csv", TABLE.encode())
    await tom.expects("could not open your file. Please send it again")
    await tom.sends_file("plan.csv", TABLE.encode())
    await tom.expects("picture", "I checked this plan", "agree to exactly this")


async def test_a_photo_of_the_prescriber_s_code_brings_the_plan_and_says_who_made_it(
    town: Town,
) -> None:
    (tom,) = await household(town)
    link = f"https://t.me/steady_bot?start={plan_codes.PREFIX}{a_code(town)}"

    await tom.sends_photo(code_png(link))
    await tom.expects("Your plan as a picture", "the plan Dr Okafor made.*agree to exactly this")
    await tom.taps("Yes, exactly this")
    await tom.expects("Dr Okafor made this plan into a code")
    assert one(town, "SELECT if_unresolved FROM plans WHERE state = 'confirmed'") == "stay"
    await town.at("08:00")
    await tom.expects("five 2 mg tablets")
    tom.reads_all()


async def test_a_code_works_once_and_for_one_person(town: Town) -> None:
    tom, maya = await household(town, "Maya")
    token = plan_codes.PREFIX + a_code(town)

    await tom.says(f"/start {token}")
    await tom.expects("picture", "agree to exactly this")
    await maya.says(f"/start {token}")
    await maya.expects("plan code can't be used")
    await tom.says(f"/start {token}")
    await tom.expects("picture", "agree to exactly this")


async def test_a_code_can_be_the_very_first_thing_somebody_sends(town: Town) -> None:
    tom = await town.phone("Tom")

    await tom.says(f"/start {plan_codes.PREFIX}{a_code(town)}")
    await tom.expects("the plan your prescriber made")
    for answer in (
        *("tap:English", "tap:I am 18 or over", "United Kingdom", "tap:Yes", "tap:Call me Tom"),
        *("tap:Over a year", "tap:The same as now", "tap:Anxiety", "tap:No others"),
        *("tap:None of these", "tap:Done", "Dr Okafor", "+44 20 7946 0123"),
    ):
        tom.reads_all()
        await (tom.taps(answer[4:]) if answer.startswith("tap:") else tom.says(answer))
    await tom.expects("the plan Dr Okafor made.*agree to exactly this")
    await tom.taps("Yes, exactly this")
    await tom.expects("When shall I ask how you are")
    assert one(town, "SELECT confirmed_how FROM plans") == "plan code"
    tom.reads_all()


async def test_a_photo_without_a_code_gets_a_kind_answer(town: Town) -> None:
    (tom,) = await household(town)

    await tom.sends_photo(code_png("https://example.org/menu"))
    await tom.expects("not a plan of mine")
    assert one(town, "SELECT COUNT(*) FROM plans") == 1


@pytest.mark.parametrize("lost", ["file", "photo"])
async def test_a_stranger_s_file_is_answered_and_not_kept(town: Town, lost: str) -> None:
    eve = await town.phone("Eve")

    if lost == "file":
        await eve.sends_file("plan.csv", TABLE.encode())
    else:
        await eve.sends_photo(code_png("https://example.org"))
    await eve.expects("I can't read this")


async def test_stopping_at_once_waits_for_the_prescriber_s_own_code(town: Town) -> None:
    tom = await town.phone("Tom")
    await joins(tom, steps="1 Dec: stop", confirm="tap:Not yet")

    await tom.says("/plan")
    tom.reads_all()
    await tom.taps("My prescriber agreed")
    await tom.expects("picture", "Ask Dr Okafor for a plan code")
    assert not [label for label in tom.buttons("plan code") if label.startswith("Yes")]
    await town.at("08:00")
    await tom.expects("Diazepam 10 mg")
    tom.reads_all()


async def test_a_steep_plan_starts_only_with_the_prescriber_s_reason(town: Town) -> None:
    tom = await town.phone("Tom")
    await plays_joining(tom, steps="1 Dec: 7 mg 08:00", confirm="tap:Not yet")
    tom.reads_all()
    await tom.taps("Later")
    tom.reads_all()

    await tom.says("/plan")
    tom.reads_all()
    await tom.taps("My prescriber agreed")
    await tom.expects("picture")
    await agrees(tom, blocked="She wants me off it before the operation")
    await tom.expects("say to do on such a day")
    await tom.taps("We did not talk about it")
    await tom.expects("You said Dr Okafor agreed by phone or video.*|Next change: Tue 1 Dec")
    tom.reads_all()


async def test_a_cut_waits_while_something_is_open_where_that_was_agreed(town: Town) -> None:
    tom, maya = await household(town, "Maya", steps=CUTS, unresolved="tap:Stay on the dose before")

    await tom.says("I just had a seizure")
    await tom.expects("Call 999 now")
    await maya.expects("Please open this now")
    await maya.taps("I'm on it")
    await town.at("16:00")
    await tom.expects("Your plan stays where it is for now.*Diazepam stays at 10 mg")
    tom.reads_all()
    maya.reads_all()
    await town.at("08:00")
    await tom.expects("10 mg")
    tom.reads_all()
    maya.reads_all()


async def test_every_version_can_be_looked_at(town: Town) -> None:
    (tom,) = await household(town, steps=CUTS)

    await tom.says("/plan")
    await tom.expects("version 1")
    await tom.taps("Stay where I am for now")
    await tom.expects("You are staying")
    await tom.taps("Earlier versions")
    await tom.expects(
        "1. Mon 30 Nov 2026: agreed by Dr Okafor.*2. .*you stayed where you were.*now"
    )
    await tom.taps("Show it as a picture")
    await tom.expects("version 2.*You have stayed where you are")


async def test_a_new_plan_that_is_not_agreed_yet_leaves_the_old_one(town: Town) -> None:
    (tom,) = await household(town, steps=CUTS)

    await tom.sends_file("my plan.csv", TABLE.encode())
    await tom.expects("Your plan as a picture", "Not yet. The plan you have now stays")
    reads_checks(tom)
    await tom.taps("Not yet")
    await tom.expects("version 1.*Next change: Tue 1 Dec.*A newer plan waits")
    await tom.taps("My prescriber agreed")
    await tom.expects("Your plan as a picture")
    await agrees(tom)
    await tom.expects("say to do on such a day")
    await tom.taps("Go ahead with the change")
    await tom.expects("Your plan, version 3")
    assert not tom.sees("Your plan, version 3.*A newer plan waits")


async def test_a_slip_found_at_the_last_moment_can_still_be_mended(town: Town) -> None:
    tom = await town.phone("Tom")
    await plays_joining(tom, steps="1 Dec: 7 mg 08:00", confirm="tap:Not yet")
    tom.reads_all()
    await tom.taps("Later")
    await tom.says("/plan")
    tom.reads_all()
    await tom.taps("My prescriber agreed", "Yes, exactly this", "Today", "At a visit")
    await tom.expects("needs a reason")
    tom.reads_all()
    await tom.taps("Something here is wrong")
    await tom.expects("What is wrong")
    await tom.taps("The doses of today are wrong")
    await tom.expects("Which medicine")
