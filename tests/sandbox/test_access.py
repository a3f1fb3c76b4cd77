"""To whom a bot may write, and what Telegram says when it may not."""

import pytest

from sandbox.emulator import Emulator
from tests.sandbox.conftest import Refused


@pytest.mark.parametrize("chat_id", [999, "@somebody", "abc", -5])
def test_an_unknown_chat(refused: Refused, chat_id: object) -> None:
    answer = refused("sendMessage", chat_id=chat_id, text="x")
    assert answer["description"] == "Bad Request: chat not found"


def test_a_missing_chat(refused: Refused) -> None:
    assert refused("sendMessage", text="x")["description"] == "Bad Request: chat_id is empty"


def test_a_bot_cannot_write_first(emulator: Emulator, refused: Refused) -> None:
    bo = emulator.people.create_user("Bo")
    answer = refused("sendMessage", chat_id=bo, text="x")
    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"


def test_a_blocked_bot_cannot_write_until_it_is_unblocked(
    emulator: Emulator, refused: Refused, ana: int
) -> None:
    emulator.people.set_blocked(ana, blocked=True)
    answer = refused("sendMessage", chat_id=ana, text="x")
    assert answer["description"] == "Forbidden: bot was blocked by the user"
    emulator.people.set_blocked(ana, blocked=False)
    assert emulator.result("sendMessage", chat_id=ana, text="x")["text"] == "x"


def test_nobody_hears_a_bot_after_deleting_the_account(
    emulator: Emulator, refused: Refused, ana: int
) -> None:
    emulator.people.deactivate(ana)
    answer = refused("sendMessage", chat_id=ana, text="x")
    assert answer["description"] == "Forbidden: user is deactivated"


def test_an_upgraded_group_tells_its_new_id(emulator: Emulator, refused: Refused, ana: int) -> None:
    group = emulator.people.create_group("Family", ana)
    new = emulator.people.migrate_group(group)
    answer = refused("sendMessage", chat_id=group, text="x")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    assert emulator.result("sendMessage", chat_id=new, text="x")["chat"]["type"] == "supergroup"


def test_a_bot_that_left_or_was_kicked_cannot_write(
    emulator: Emulator, refused: Refused, ana: int
) -> None:
    left, kicked = (emulator.people.create_group(title, ana) for title in ("A", "B"))
    emulator.result("leaveChat", chat_id=left)
    emulator.people.kick_from_group(kicked, ana)
    answers = [refused("sendMessage", chat_id=group, text="x") for group in (left, kicked)]
    assert [answer["description"] for answer in answers] == [
        "Forbidden: bot is not a member of the group chat",
        "Forbidden: bot was kicked from the group chat",
    ]
