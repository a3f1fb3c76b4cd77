""" "Play the first day"."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.page.eyes import eventually, phone
from tests.sandbox.page.server import PageServer
from tests.sandbox.page.storybot import StoryBot

pytestmark = pytest.mark.page

# The page's own player, with a story short enough to see through.
PLAY = """async (steps) => {
  for (const step of steps)
    for (const name of ['tap', 'wait', 'open'])
      if (step[name]) step[name] = new RegExp(step[name], 'i');
  const { player } = await import('/page/main.js');
  await player.play(steps);
}"""


def say(server: PageServer, chat: int, text: str, *labels: str) -> None:
    keys = [[{"text": label, "callback_data": label}] for label in labels]
    server.bot("sendMessage", chat_id=chat, text=text, reply_markup={"inline_keyboard": keys})


def story(server: PageServer, chat: int, heard: str) -> None:
    """What the bot of this story answers."""
    tom, maya = server.user("Tom"), server.user("Maya")
    if heard == "/start":
        say(server, chat, "Hello. I'm a program.", "I agree")
    elif heard == "I agree":
        say(server, chat, "Send this on: https://t.me/steady_bot?start=inv_1")
    elif heard == "/start inv_1":
        say(server, chat, "Tom asks you to help.", "Accept")
    elif heard == "Accept":
        keyboard = {"keyboard": [[{"text": "I need help now"}]]}
        server.bot("sendMessage", chat_id=tom, text="Maya said yes.", reply_markup=keyboard)
    elif heard == "I need help now":
        say(server, maya, "Please call Tom.", "I'm on it")
    elif heard == "I'm on it":
        say(server, tom, "Maya is on it.")


STEPS = [
    {"caption": "Tom begins.", "who": "Tom", "say": "/start"},
    {"who": "Tom", "tap": "no such button", "optional": True, "patience": 0.3},
    {"who": "Tom", "tap": "agree"},
    {"who": "Maya", "open": "send this on", "from": "Tom"},
    {"who": "Maya", "tap": "accept"},
    {"who": "Tom", "wait": "said yes"},
    {"caption": "An hour passes.", "clock": {"advance": "PT1H"}},
    {"who": "Tom", "tap": "help now"},
    {"who": "Maya", "tap": "on it"},
    {"who": "Tom", "wait": "maya is on it"},
]


def test_a_play_speaks_taps_opens_links_and_moves_time(page: Page, server: PageServer) -> None:
    with StoryBot(server, story):
        page.evaluate(PLAY, STEPS)
    expect(page.locator("#caption-text")).to_have_text(
        "That was the first day. The phones are yours now."
    )
    expect(phone(page, "Tom").locator(".theirs .words").last).to_have_text("Maya is on it.")
    expect(page.locator("#now")).to_have_text("09:00 Monday 1 December")
    heard = [one["text"] for one in server.chat("Maya") if one["from"] == "user"]
    assert heard == ["/start inv_1"]


def test_a_second_play_gets_new_phones_and_puts_the_old_ones_away(
    page: Page, server: PageServer
) -> None:
    for _ in range(2):
        page.evaluate(PLAY, [{"who": "Tom", "say": "/start"}, {"who": "Maya", "say": "/start"}])
    expect(page.locator(".phone")).to_have_count(2)
    assert [user["first_name"] for user in server.control("users")] == ["Tom", "Maya"] * 2


def test_a_wait_is_not_met_by_what_was_said_before(page: Page, server: PageServer) -> None:
    with StoryBot(server, lambda s, chat, heard: say(s, chat, "Hi") if heard == "a" else None):
        steps = [
            {"who": "Tom", "say": "a"},
            {"who": "Tom", "wait": "hi"},
            {"who": "Tom", "say": "b"},
            {"who": "Tom", "wait": "hi", "patience": 0.5},
        ]
        page.evaluate(PLAY, steps)
    expect(page.locator("#caption-text")).to_have_text(
        re.compile("Tom did not get a message like /hi/i within 0.5 seconds")
    )


def test_a_play_whose_bot_is_silent_stops_with_a_clear_line(page: Page) -> None:
    page.evaluate(
        PLAY, [{"who": "Tom", "say": "/start"}, {"who": "Tom", "wait": "x", "patience": 1}]
    )
    expect(page.locator("#caption-text")).to_have_text(
        "The play stopped: Tom did not get a message like /x/i within 1 seconds."
    )
    expect(page.get_by_role("button", name="Play the first day")).to_be_visible()


def test_a_play_can_be_paused_and_stopped(page: Page, server: PageServer) -> None:
    page.get_by_role("button", name="Play the first day").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.get_by_role("button", name="Go on").click()
    eventually(lambda: len(server.chat("Tom")) == 1)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#caption-text")).to_have_text("Stopped. The phones are yours now.")
