"""SIGKILL around a reminder and its answer: once more and worded so, or not at all."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from sandbox.chats import Message
from tests.process.house import KILLED, House, Steady, until, wall_clock

SAME: Final = "It is the same dose, not a second one."
DUE: Final = "UPDATE doses SET due_at = :due, next_at = :due, closes_at = :closes WHERE id = 1"


@pytest.mark.parametrize(
    ("point", "most"),
    [
        ("reminders.remind:before commit", 1),
        ("reminders.remind:after commit", 1),
        ("call:before sendMessage", 1),
        ("call:after sendMessage", 2),
    ],
)
async def test_a_reminder_comes_at_most_once_more_and_says_so(
    house: House, point: str, most: int
) -> None:
    steady = await house.runs(point=point)
    await steady.armed()
    falls_due(house)
    assert await steady.ended() == KILLED
    await house.runs()
    await until(lambda: reminders(house) != [], "the reminder")
    await house.quiet()
    told = reminders(house)
    assert len(told) <= most
    assert [SAME in message.text for message in told[1:]] == [True] * (len(told) - 1)
    assert all(message.inline_keyboard == told[0].inline_keyboard for message in told)
    assert "dose.taken:1" in str(told[0].inline_keyboard)


async def test_a_reminder_that_may_have_come_is_worded_as_the_same_dose(house: House) -> None:
    steady = await house.runs(point="call:before sendMessage")
    await steady.armed()
    falls_due(house)
    await steady.ended()
    await house.runs()
    assert [SAME in message.text for message in reminders(house)] == [True]


@pytest.mark.parametrize(
    "point",
    [
        "runtime.whole:before INSERT dose_events",
        "runtime.whole:after commit",
        "call:after answerCallbackQuery",
        "call:after editMessageText",
        "delivery.record:before commit",
    ],
)
async def test_a_tap_survives_a_kill_and_is_confirmed_once(house: House, point: str) -> None:
    steady = await reminded(house, point)
    await steady.armed()
    house.people.tap(house.tom, reminders(house)[0].message_id, "Taken")
    assert await steady.ended() == KILLED
    await house.runs()
    taken = house.rows("SELECT id FROM dose_events WHERE kind = 'taken'")
    assert len(taken) == 1
    assert house.rows("SELECT state FROM doses WHERE id = 1") == [{"state": "taken"}]
    answers = house.emulator.calls.since(method="answerCallbackQuery")
    assert len(answers) <= 1
    assert len(reminders(house)) + len(confirmations(house)) == 1
    assert len(confirmations(house)) == 1
    # The edit that was done before the kill is done again, and Telegram says so.
    assert all("message is not modified" in call for call in house.refused())


def falls_due(house: House) -> None:
    """Tom's next dose is due now."""
    now = wall_clock().replace(tzinfo=None)
    house.write(DUE, due=stored(now), closes=stored(now + timedelta(hours=2)))


def stored(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


async def reminded(house: House, point: str) -> Steady:
    steady = await house.runs(point=point)
    falls_due(house)
    await until(lambda: reminders(house) != [], "the reminder")
    await house.quiet()
    return steady


def reminders(house: House) -> list[Message]:
    return [message for message in house.chat(house.tom) if buttons(message, "dose.taken:1")]


def confirmations(house: House) -> list[Message]:
    return [message for message in house.chat(house.tom) if buttons(message, "dose.undo:1")]


def buttons(message: Message, data: str) -> list[dict[str, Any]]:
    flat = [button for row in message.inline_keyboard for button in row]
    return [button for button in flat if button["callback_data"] == data]
