"""What people do reaches the bot as Telegram would tell it."""

from typing import Any

import pytest

from sandbox import limits
from sandbox.emulator import Emulator
from sandbox.errors import ControlError
from tests.sandbox.fakes import HandClock, png


def updates(emulator: Emulator, **raw: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.result("getUpdates", **raw)
    return found


def ask(emulator: Emulator, chat_id: int, **button: object) -> int:
    markup = {"inline_keyboard": [[{"text": "Yes", **button}]]}
    sent = emulator.result("sendMessage", chat_id=chat_id, text="?", reply_markup=markup)
    return int(sent["message_id"])


def test_a_text_becomes_an_update(emulator: Emulator, ana: int, clock: HandClock) -> None:
    emulator.people.send_text(ana, "/dose 5")
    (update,) = updates(emulator)
    assert update["message"] == {
        "message_id": 2,
        "from": {"id": ana, "is_bot": False, "first_name": "Ana", "language_code": "en"},
        "chat": {"id": ana, "type": "private", "first_name": "Ana"},
        "date": int(clock().timestamp()),
        "text": "/dose 5",
        "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
    }


def test_each_chat_counts_its_own_messages(emulator: Emulator, ana: int) -> None:
    bo = emulator.people.create_user("Bo")
    assert [emulator.people.send_text(user, "x") for user in (ana, bo, ana)] == [2, 1, 3]


@pytest.mark.parametrize("wanted", ["Yes", "y:1"])
def test_a_tap_by_text_or_by_data(emulator: Emulator, ana: int, wanted: str) -> None:
    message_id = ask(emulator, ana, callback_data="y:1")
    tapped = emulator.people.tap(ana, message_id, wanted)
    query = updates(emulator)[0]["callback_query"]
    assert (query["id"], query["data"]) == (tapped.value, "y:1")
    assert query["from"]["id"] == ana
    assert query["message"]["message_id"] == message_id


@pytest.mark.parametrize(
    ("button", "kind", "value"),
    [
        ({"url": "https://a.org"}, "url", "https://a.org"),
        ({"copy_text": {"text": "999"}}, "copy_text", "999"),
        ({"style": "danger", "url": "https://a.org"}, "url", "https://a.org"),
    ],
)
def test_a_button_that_only_the_client_handles(
    emulator: Emulator, ana: int, button: dict[str, object], kind: str, value: str
) -> None:
    tapped = emulator.people.tap(ana, ask(emulator, ana, **button), "Yes")
    assert (tapped.kind, tapped.value) == (kind, value)
    assert updates(emulator) == []


def test_a_forged_tap_carries_data_no_button_has(emulator: Emulator, ana: int) -> None:
    emulator.people.forge_tap(ana, 99, "dose:1:taken")
    query = updates(emulator)[0]["callback_query"]
    assert query["data"] == "dose:1:taken"
    assert query["message"] == {
        "chat": {"id": ana, "type": "private", "first_name": "Ana"},
        "message_id": 99,
        "date": 0,
    }


def test_blocking_and_unblocking_are_told_once_each(emulator: Emulator, ana: int) -> None:
    for blocked in (True, True, False):
        emulator.people.set_blocked(ana, blocked=blocked)
    statuses = [
        (item["my_chat_member"]["old_chat_member"]["status"],
         item["my_chat_member"]["new_chat_member"]["status"])
        for item in updates(emulator)
    ]  # fmt: skip
    assert statuses == [("member", "kicked"), ("kicked", "member")]


def test_a_group_tells_the_bot_that_it_was_added(emulator: Emulator, ana: int) -> None:
    group = emulator.people.create_group("Family", ana)
    member, message = updates(emulator)
    assert member["my_chat_member"]["chat"] == {"id": group, "type": "group", "title": "Family"}
    assert message["message"]["new_chat_members"][0]["is_bot"] is True


def test_in_a_group_the_bot_hears_commands_only(emulator: Emulator, ana: int) -> None:
    group = emulator.people.create_group("Family", ana)
    emulator.world.queue.clear()
    emulator.people.send_text(ana, "hello all", group)
    emulator.people.send_text(ana, "/ack", group)
    assert [item["message"]["text"] for item in updates(emulator)] == ["/ack"]


def test_a_caption_and_an_edit_reach_the_bot(
    emulator: Emulator, ana: int, clock: HandClock
) -> None:
    sent = emulator.people.send_photo(ana, png(), "my chest")
    clock.move(minutes=1)
    emulator.people.edit_text(ana, sent, "my chest hurts")
    first, second = updates(emulator)
    assert first["message"]["caption"] == "my chest"
    assert second["edited_message"]["caption"] == "my chest hurts"
    assert second["edited_message"]["edit_date"] == first["message"]["date"] + 60


def test_nobody_writes_to_a_bot_they_blocked(emulator: Emulator, ana: int) -> None:
    emulator.people.set_blocked(ana, blocked=True)
    with pytest.raises(ControlError, match="has blocked the bot"):
        emulator.people.send_text(ana, "x")


def test_nobody_writes_without_an_account(emulator: Emulator, ana: int) -> None:
    emulator.people.deactivate(ana)
    with pytest.raises(ControlError, match="no account"):
        emulator.people.send_text(ana, "x")


def test_what_nobody_can_do(emulator: Emulator, ana: int) -> None:
    people, message_id = emulator.people, ask(emulator, ana, callback_data="y")
    for impossible in (
        lambda: people.send_text(77, "x"),
        lambda: people.send_text(ana, " "),
        lambda: people.send_text(ana, "x" * 4097),
        lambda: people.send_text(ana, "x", 12345),
        lambda: people.send_photo(ana, b"no picture"),
        lambda: people.tap(ana, message_id, "No"),
        lambda: people.tap(ana, 99, "Yes"),
        lambda: people.forge_tap(ana, message_id, "x" * 65),
        lambda: people.edit_text(ana, message_id, "x"),
        lambda: people.create_user("  "),
        lambda: people.create_group(" ", ana),
        lambda: people.kick_from_group(ana, ana),
    ):
        with pytest.raises(ControlError):
            impossible()


def test_a_deleted_message_has_no_buttons(emulator: Emulator, ana: int) -> None:
    message_id = ask(emulator, ana, callback_data="y")
    emulator.result("deleteMessage", chat_id=ana, message_id=message_id)
    with pytest.raises(ControlError, match=f"no message {message_id}"):
        emulator.people.tap(ana, message_id, "Yes")


def test_only_the_newest_messages_and_files_are_kept(
    emulator: Emulator, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MESSAGES_KEPT", 3)
    monkeypatch.setattr(limits, "FILES_KEPT", 1)
    for _ in range(4):
        emulator.people.send_photo(ana, png())
    assert list(emulator.world.chats[ana].messages) == [3, 4, 5]
    assert len(emulator.world.files) == 1


def test_taps_nobody_can_answer_any_more_are_forgotten(
    emulator: Emulator, ana: int, clock: HandClock
) -> None:
    for _ in range(1000):
        emulator.people.forge_tap(ana, 1, "x")
        clock.move(seconds=10)
    assert len(emulator.world.callbacks) < 300
