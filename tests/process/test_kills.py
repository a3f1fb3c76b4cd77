"""SIGKILL at named points between receiving, handling and sending; then a plain restart."""

import json
import signal
from collections import Counter
from typing import Any, Final

import pytest

from sandbox.faults import Fault
from tests.process.house import KILLED, REPEATED, House, Steady, until

DANGER: Final = "I am having a seizure"
MOST: Final = 2

# Where the process dies, and at which passing of that point. The first message that leaves is
# the caregiver's alert, the second the safety reply: both go at once, to two chats.
POINTS: Final = (
    ("recovery.take_in:before INSERT inbox", 1),
    ("recovery.take_in:after commit", 1),
    ("inbox.claim:after commit", 1),
    ("runtime.whole:after UPDATE inbox", 1),
    ("runtime.whole:before commit", 1),
    ("runtime.whole:after commit", 1),
    ("call:before sendMessage", 1),
    ("call:after sendMessage", 1),
    ("call:after sendMessage", 2),
    ("delivery.record:before commit", 2),
)


KEPT: Final = (
    "SELECT id FROM findings",
    "SELECT id FROM alerts WHERE NOT drill",
    "SELECT id FROM notes WHERE outcome = 'flag'",
)


@pytest.mark.parametrize(("point", "nth"), POINTS)
async def test_a_danger_text_survives_a_kill(house: House, point: str, nth: int) -> None:
    steady = await house.runs(point=point, nth=nth)
    await steady.armed()
    house.says(house.tom, DANGER)
    assert await steady.ended() == KILLED
    await recovers(house)
    judge(house)


async def test_a_danger_text_survives_a_kill_while_the_call_is_in_flight(house: House) -> None:
    steady = await house.runs()
    house.emulator.give_fault(Fault("slow", method="sendMessage", seconds=5, chat_id=house.maya))
    house.says(house.tom, DANGER)
    await until(lambda: alerts(house) != [], "the alert to be taken")
    steady.signal(signal.SIGKILL)
    assert await steady.ended() == KILLED
    await recovers(house)
    judge(house)
    assert len(alerts(house)) == 2


async def recovers(house: House) -> Steady:
    """Start the plain process; it deals with everything that was left."""
    return await house.runs()


def sent(house: House, who: int, words: str) -> list[dict[str, Any]]:
    """The messages with these words that Telegram took for somebody, as they were sent."""
    calls = house.emulator.calls.since(method="sendMessage")
    mine = [call.params for call in calls if call.ok and str(call.params["chat_id"]) == str(who)]
    return [params for params in mine if words in params["text"]]


def alerts(house: House) -> list[dict[str, Any]]:
    return sent(house, house.maya, DANGER)


def judge(house: House) -> None:
    """Nothing lost, nothing stored twice, nothing said twice unmarked."""
    for told in (sent(house, house.tom, "Call 999 now"), alerts(house)):
        texts = [params["text"] for params in told]
        assert 1 <= len(texts) <= MOST
        # A call that was claimed and never made may have been made, for all anybody knows.
        assert sum(REPEATED not in text for text in texts) <= 1
        assert len({text.removesuffix(REPEATED) for text in texts}) == 1
        assert len({json.dumps(params["reply_markup"]) for params in told}) == 1
    for kept in KEPT:
        assert len(house.rows(kept)) == 1, kept
    new = house.rows("SELECT state FROM inbox WHERE update_id >= 600000001")
    assert [row["state"] for row in new] == ["done"]
    states = Counter(row["state"] for row in house.rows("SELECT state FROM outbox"))
    assert set(states) <= {"sent", "cleared"}, states
    # An edit that was done before the kill is done again, and Telegram says so.
    assert all("message is not modified" in call for call in house.refused())
