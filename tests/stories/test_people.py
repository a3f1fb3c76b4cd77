"""Who comes in, by which door, and who does not."""

import pytest

from tests.stories.joining import accepts, household
from tests.stories.phone import Phone, Town


async def asks_maya(tom: Phone) -> None:
    await tom.says("/people")
    await tom.expects("Nobody will be told")
    await tom.taps("Invite someone")
    await tom.expects("first name of the person")
    await tom.says("Maya")
    await tom.expects("what may Maya see")
    await tom.taps("Alerts with my words")
    await tom.expects("send the next message on", "Hello Maya. Tom asks you to be there")


async def test_an_invitation_works_once(town: Town) -> None:
    (tom,) = await household(town)
    maya, eve = await town.phone("Maya"), await town.phone("Eve")
    await asks_maya(tom)
    await accepts(tom, maya)

    await tom.forwards_link_to(eve)
    await eve.expects("This link is no longer good")
    await tom.expects_nothing()


async def test_two_who_open_one_link_cannot_both_accept(town: Town) -> None:
    (tom,) = await household(town)
    maya, eve = await town.phone("Maya"), await town.phone("Eve")
    await asks_maya(tom)

    await tom.forwards_link_to(maya)
    await tom.forwards_link_to(eve)
    await maya.expects("Do you want to do this")
    await eve.expects("Do you want to do this")
    await eve.taps("Yes, I'll do it")
    await eve.expects("You are now on Tom's list", "This is a test")
    await maya.taps("Yes, I'll do it")
    await maya.expects("no longer")
    await tom.expects('Eve accepted.*You sent it to "Maya"')
    await tom.taps("This is not who I meant")
    await tom.expects("I took Eve off your list")
    await eve.expects("You get no more alerts")


async def test_nobody_becomes_their_own_caregiver(town: Town) -> None:
    (tom,) = await household(town)
    await asks_maya(tom)

    await tom.forwards_link_to(tom)
    await tom.expects("This link is for the person you want to invite")


async def test_a_made_up_token_opens_nothing(town: Town) -> None:
    eve = await town.phone("Eve")

    await eve.says("/start aGVsbG8gd29ybGQgaGVsbG8")
    await eve.expects("This link is no longer good")


async def test_a_no_to_an_invitation_is_taken_kindly(town: Town) -> None:
    (tom,) = await household(town)
    maya = await town.phone("Maya")
    await asks_maya(tom)

    await tom.forwards_link_to(maya)
    await maya.expects("Do you want to do this")
    await maya.taps("No, I can't")
    await maya.expects("That is all right")
    await tom.expects("Maya can't do this right now")


@pytest.mark.parametrize(
    ("choice", "answer"),
    [
        ("I am under 18", "I'm made for adults only"),
        ("It is for someone else", "only be set up by the person who takes the medicine"),
        ("I don't agree", "I have started nothing"),
    ],
)
async def test_whoever_cannot_join_is_told_why_and_whom_to_call(
    town: Town, choice: str, answer: str
) -> None:
    eve = await town.phone("Eve")

    await eve.says("/start")
    await eve.expects("Hello. I'm Steady")
    await eve.taps("English", choice)
    await eve.expects(f"{answer}.*In an emergency call")
    await town.passes(hours=2)
    await eve.expects_nothing()


async def test_a_group_is_told_nothing_and_left(town: Town) -> None:
    eve = await town.phone("Eve")

    group = town.emulator.people.create_group("Family", eve.user_id)
    await town.settled()
    calls = [call["method"] for call in town.emulator.calls.listing(0, "")]
    assert "leaveChat" in calls
    assert town.emulator.world.chats[group].left
    await eve.expects_nothing()


async def test_joining_goes_on_where_it_was_left_days_ago(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")
    await tom.expects("Hello. I'm Steady")
    await tom.taps("English", "I am 18 or over")
    await tom.expects("Which country")
    await tom.taps("Finish later")
    await tom.expects("Everything so far is kept")

    await town.jumps(days=2)
    await tom.taps("Start or go on")
    await tom.expects("Welcome back", "Which country")
