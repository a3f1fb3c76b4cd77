"""Updates that people rarely cause: groups, edits, odd kinds, broken ones."""

from typing import Any

import pytest

from tests.stories.hostile import everybody_answered, nothing_given_up, one, rows
from tests.stories.joining import household
from tests.stories.phone import Phone, Town

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


async def arrives(town: Town, kind: str, body: dict[str, Any]) -> None:
    town.emulator.world.update(kind, body)
    await town.settled()
    nothing_given_up(town)


def message_of(phone: Phone, **content: Any) -> dict[str, Any]:
    chat = phone.town.emulator.world.chats[phone.user_id]
    sender = phone.town.emulator.world.users[phone.user_id].wire()
    return {"message_id": 9000, "date": 1, "chat": chat.wire(), "from": sender} | content


async def test_a_group_is_left_once_and_nobody_there_is_read(town: Town) -> None:
    (tom,) = await household(town)
    people = town.emulator.people
    group = people.create_group("Family", tom.user_id)
    people.send_text(tom.user_id, "/start i want to die", group)
    await town.settled()

    assert town.emulator.world.chats[group].left
    assert rows(town, "SELECT id FROM alerts WHERE NOT drill") == []
    nothing_given_up(town)
    await tom.expects_nothing()


async def test_a_button_under_a_message_that_is_gone_is_answered(town: Town) -> None:
    (tom,) = await household(town)

    with everybody_answered(town, "a tap on a deleted message", tom):
        town.emulator.people.forge_tap(tom.user_id, 8999, "dose.taken:99")
        await town.settled()
    await tom.expects("no longer in use")
    nothing_given_up(town)


async def test_an_edit_is_read_again_and_a_dangerous_one_is_an_alert(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    said = await tom.says("i had a nice day")
    tom.reads_all()
    await tom.edits(said, "i had a seizure")
    await tom.expects("Call 999 now")
    await maya.expects("about Tom")


@pytest.mark.parametrize(
    "content",
    [
        {"text": "\ud800 half a letter"},
        {"dice": {"emoji": "x", "value": 3}},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
        {"a_kind_of_next_year": {"id": "1"}},
        {"text": "/start", "entities": []},
        {
            "text": "/start " + "x" * 300,
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
        {"text": "/", "entities": [{"type": "bot_command", "offset": 0, "length": 1}]},
        {"caption": "i had a good day", "photo": []},
        {},
    ],
)
async def test_an_odd_message_is_answered(town: Town, content: dict[str, Any]) -> None:
    (tom,) = await household(town)

    with everybody_answered(town, str(content), tom):
        await arrives(town, "message", message_of(tom, **content))
    tom.reads_all()
    await tom.says("/today")
    await tom.expects("Diazepam")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("message", {}),
        ("message", {"text": 7}),
        ("callback_query", {"id": "1"}),
        ("my_chat_member", {"chat": 3}),
    ],
)
async def test_a_broken_update_stops_nobody(town: Town, kind: str, body: dict[str, Any]) -> None:
    (tom,) = await household(town)
    town.expects_trouble("update_failed")
    town.expects_trouble("park_failed")

    town.emulator.world.update(kind, body)
    await town.settled()
    assert one(town, "SELECT COUNT(*) FROM inbox WHERE state NOT IN ('done', 'parked')") == 0
    await tom.says("/today")
    await tom.expects("Diazepam")
