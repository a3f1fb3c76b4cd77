"""Joining: where somebody is, and help on every screen."""

import pytest

from sandbox.chats import Message
from tests.stories.hostile import forges, nothing_given_up, one, rows
from tests.stories.joining import household, plays_joining
from tests.stories.phone import Phone, Town

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def labels(message: Message) -> list[str]:
    return [button["text"] for row in message.inline_keyboard for button in row]


async def asks_where(tom: Phone) -> None:
    await tom.says("/start")
    await tom.taps("English", "I am 18 or over", "United States")
    await tom.expects("Where are you", "share where you are")


async def test_a_shared_place_finds_the_clock_and_is_not_kept(town: Town) -> None:
    tom = await town.phone("Tom")
    await asks_where(tom)
    await tom.sends_place(40.71, -74.0)
    await tom.expects("Is it 02:45 where you are")
    await tom.taps("Yes")
    await tom.expects("I have your clock now", "What shall I call you")
    assert one(town, "SELECT zone FROM people WHERE country = 'US'") == "America/New_York"
    kept = rows(town, "SELECT raw FROM inbox ORDER BY seq DESC LIMIT 2")
    assert [row["raw"] is None for row in kept] == [False, True]


async def test_a_clock_that_is_wrong_is_not_taken(town: Town) -> None:
    tom = await town.phone("Tom")
    await asks_where(tom)
    await tom.sends_place(40.71, -74.0)
    await tom.expects("Is it 02:45")
    await tom.taps("No")
    await tom.expects("Where are you")
    await tom.says("Los Angeles")
    await tom.expects("Is it 23:45")
    await tom.taps("Yes")
    await tom.expects("What shall I call you", "I have your clock")
    assert one(town, "SELECT zone FROM people WHERE country = 'US'") == "America/Los_Angeles"


async def test_a_place_that_nobody_asked_for_is_not_kept(town: Town) -> None:
    (tom,) = await household(town)
    await tom.sends_place(51.5, -0.1)
    await tom.expects(".")
    assert rows(town, "SELECT raw FROM inbox ORDER BY seq DESC LIMIT 1")[0]["raw"] is None
    assert one(town, "SELECT zone FROM people WHERE country = 'GB'") == "Europe/London"


async def test_help_stands_on_every_question_of_joining_and_back_where_it_leads(
    town: Town,
) -> None:
    tom = await town.phone("Tom")
    await plays_joining(tom)
    asked = await tom.expects("Who should I tell")
    seen = 0
    while "Back" in labels(asked):
        assert "I need help now" in labels(asked)
        step = one(town, "SELECT step FROM dialogues WHERE kind = 'onboarding' AND open")
        await forges(town, (tom, f"ob.back:{step}"))
        await tom.says("/start")
        asked = await tom.expects(r"^\d+ of \d+")
        seen += 1
    assert (seen > 15, "Which country" in asked.text) == (True, True)
    assert "I need help now" in labels(asked)
    tom.reads_all()
    nothing_given_up(town)


async def test_help_stands_on_every_screen_of_a_check_in(town: Town) -> None:
    (tom,) = await household(town)
    await tom.says("Check-in")
    for answer in ("6+", "A little", "A little", "None", "None", "All or most"):
        assert "I need help now" in tom.buttons()
        await tom.taps(answer)
    for answer in ("None of these", "Done", "No"):
        assert "I need help now" in tom.buttons()
        await tom.taps(answer)
    assert "I need help now" in tom.buttons()
    await tom.taps("Nothing more")
    await tom.expects("Saved, thank you")
    tom.reads_all()
