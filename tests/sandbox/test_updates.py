"""getUpdates: order, confirmation, lifetimes."""

from typing import Any

import pytest

from sandbox.emulator import Emulator
from sandbox.updates import FIRST_UPDATE_ID, UpdateQueue
from tests.sandbox.fakes import HandClock


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


def test_updates_come_in_order_until_an_offset_confirms_them(emulator: Emulator, ana: int) -> None:
    for text in "abc":
        emulator.people.send_text(ana, text)
    first = emulator.result("getUpdates")
    assert texts(first) == ["a", "b", "c"]
    assert [update["update_id"] - first[0]["update_id"] for update in first] == [0, 1, 2]
    again = emulator.result("getUpdates", offset=first[0]["update_id"] + 1)
    assert texts(again) == ["b", "c"]
    assert texts(emulator.result("getUpdates")) == ["b", "c"]


@pytest.mark.parametrize(
    ("offset", "expected"), [(-1, ["c"]), (-2, ["b", "c"]), (-9, ["a", "b", "c"])]
)
def test_a_negative_offset_counts_from_the_end(
    emulator: Emulator, ana: int, offset: int, expected: list[str]
) -> None:
    for text in "abc":
        emulator.people.send_text(ana, text)
    assert texts(emulator.result("getUpdates", offset=offset)) == expected
    assert texts(emulator.result("getUpdates")) == expected


def test_at_most_a_hundred_at_once(emulator: Emulator, ana: int) -> None:
    for number in range(120):
        emulator.people.send_text(ana, str(number))
    assert len(emulator.result("getUpdates", limit=500)) == 100
    assert len(emulator.result("getUpdates", limit=7)) == 7


def test_a_tap_is_lost_after_150_seconds_and_a_message_after_a_day(
    emulator: Emulator, ana: int, clock: HandClock
) -> None:
    emulator.people.send_text(ana, "typed")
    emulator.people.forge_tap(ana, 1, "tapped")
    clock.move(seconds=149)
    assert len(emulator.result("getUpdates")) == 2
    clock.move(seconds=1)
    assert texts(emulator.result("getUpdates")) == ["typed"]
    clock.move(hours=24)
    assert emulator.result("getUpdates") == []


def test_allowed_updates_hold_for_what_comes_later(emulator: Emulator, ana: int) -> None:
    emulator.people.send_text(ana, "before")
    emulator.result("getUpdates", allowed_updates='["callback_query"]')
    emulator.people.send_text(ana, "unwanted")
    emulator.people.forge_tap(ana, 1, "x")
    kinds = [set(update) - {"update_id"} for update in emulator.result("getUpdates")]
    assert kinds == [{"message"}, {"callback_query"}]


def test_an_empty_list_allows_the_usual_kinds_again(emulator: Emulator, ana: int) -> None:
    emulator.result("getUpdates", allowed_updates=["callback_query"])
    emulator.result("getUpdates", allowed_updates=[])
    emulator.people.send_text(ana, "heard")
    assert texts(emulator.result("getUpdates")) == ["heard"]


def test_kinds_on_request_are_not_queued_unasked() -> None:
    queue = UpdateQueue()
    assert queue.add("message_reaction", {}, 0) is False
    queue.allowed = ["message_reaction"]
    assert queue.add("message_reaction", {}, 0) is True


def test_drop_pending_updates_forgets_what_waits(emulator: Emulator, ana: int) -> None:
    emulator.people.send_text(ana, "old")
    emulator.result("deleteWebhook", drop_pending_updates="true")
    assert emulator.result("getWebhookInfo")["pending_update_count"] == 0


def test_nothing_waits_above_the_newest_update() -> None:
    queue = UpdateQueue()
    queue.add("message", {}, 0)
    assert queue.holds(0, 0)
    assert queue.holds(FIRST_UPDATE_ID, 0)
    assert queue.holds(-1, 0)
    assert not queue.holds(FIRST_UPDATE_ID + 1, 0)
    assert not queue.holds(0, 86_400)


def test_a_negative_offset_on_an_empty_queue_is_fine() -> None:
    assert UpdateQueue().fetch(-1, 100, 0) == []
