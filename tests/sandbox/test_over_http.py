"""python-telegram-bot talks to the emulator over HTTP as to Telegram."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from sandbox.emulator import Emulator
from sandbox.faults import Fault
from tests.sandbox.fakes import TOKEN, png


@pytest.fixture
async def bot(server: str) -> AsyncIterator[Bot]:
    request = HTTPXRequest(read_timeout=2)
    async with Bot(
        TOKEN, f"{server}/bot", f"{server}/file/bot", request=request, get_updates_request=request
    ) as started:
        yield started


async def test_get_me_names_the_bot(bot: Bot) -> None:
    assert (bot.username, bot.id) == ("steady_bot", 123456)


async def test_a_text_with_buttons_arrives_and_comes_back(bot: Bot, ana: int) -> None:
    button = InlineKeyboardButton("Taken", callback_data="t:1")
    message = await bot.send_message(
        ana, "<b>Hello</b>", "HTML", reply_markup=InlineKeyboardMarkup([[button]])
    )
    assert message.text == "Hello"
    assert message.reply_markup is not None
    assert message.reply_markup.inline_keyboard[0][0].callback_data == "t:1"


async def test_every_kind_of_message_parses(bot: Bot, emulator: Emulator, ana: int) -> None:
    people = emulator.people
    people.send_text(ana, "hello https://example.org")
    people.send_location(ana, 51.5, -0.1)
    people.send_contact(ana, "+441234567890")
    people.send_document(ana, "plan.yaml", b"x: 1", "text/yaml", "my plan")
    people.send_photo(ana, png(), "look")
    people.send_sticker(ana, "🙂")
    people.send_voice(ana, 3)
    people.forward_text(ana, "forwarded", "Bo")
    people.edit_text(ana, people.send_text(ana, "first"), "second")
    people.set_blocked(ana, blocked=True)
    updates = await bot.get_updates()
    kinds = [update.effective_message for update in updates[:-1]]
    assert [type(update) for update in updates] == [Update] * 11
    assert all(kinds)
    assert updates[3].message is not None
    assert updates[3].message.caption == "my plan"
    assert updates[7].message is not None
    assert updates[7].message.forward_origin is not None
    assert updates[9].edited_message is not None
    assert updates[10].my_chat_member is not None
    assert updates[10].my_chat_member.new_chat_member.status == "kicked"


async def test_a_tap_arrives_and_is_answered(bot: Bot, emulator: Emulator, ana: int) -> None:
    button = InlineKeyboardButton("Yes", callback_data="y")
    sent = await bot.send_message(ana, "?", reply_markup=InlineKeyboardMarkup([[button]]))
    emulator.people.tap(ana, sent.message_id, "Yes")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "y"
    assert await update.callback_query.answer("Noted")
    toast = emulator.world.chats[ana].toast
    assert toast is not None
    assert toast["text"] == "Noted"


async def test_a_picture_and_a_file_can_be_uploaded_and_fetched(bot: Bot, ana: int) -> None:
    photo = await bot.send_photo(ana, png(30, 20), caption="Chart")
    assert (photo.photo[0].width, photo.photo[0].height) == (30, 20)
    document = await bot.send_document(
        ana,
        b"%PDF-1.7",
        filename="report.pdf",
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Ok", callback_data="ok")]]),
    )
    assert document.document is not None
    assert document.document.file_name == "report.pdf"
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7"
    again = await bot.send_document(ana, document.document.file_id)
    assert again.document is not None


async def test_edits_and_deletion(bot: Bot, ana: int) -> None:
    sent = await bot.send_message(ana, "one")
    edited = await sent.edit_text("two")
    assert not isinstance(edited, bool)
    assert edited.text == "two"
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await sent.edit_text("two")
    photo = await bot.send_photo(ana, png(), caption="a")
    await photo.edit_caption("b")
    await photo.edit_reply_markup(
        InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
    )
    assert await sent.delete()
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await sent.delete()


async def test_the_rest_of_the_methods_parse(bot: Bot, emulator: Emulator, ana: int) -> None:
    assert await bot.set_my_commands([BotCommand("help", "Get help")])
    assert (await bot.get_my_commands())[0].command == "help"
    assert await bot.delete_my_commands()
    assert await bot.set_my_name("Steady UK", "en")
    assert (await bot.get_my_name("en")).name == "Steady UK"
    assert await bot.set_my_description("What I do")
    assert (await bot.get_my_description()).description == "What I do"
    assert await bot.set_my_short_description("Short")
    assert (await bot.get_my_short_description()).short_description == "Short"
    assert await bot.set_chat_menu_button(ana, MenuButtonCommands())
    assert await bot.send_chat_action(ana, "typing")
    assert (await bot.get_chat(ana)).first_name == "Ana"
    sent = await bot.send_message(ana, "x", reply_markup=ReplyKeyboardMarkup([["Help"]]))
    assert await bot.set_message_reaction(ana, sent.message_id, "👍")
    assert (await bot.get_webhook_info()).url == ""
    group = emulator.people.create_group("Family", ana)
    assert (await bot.get_chat(group)).title == "Family"
    assert await bot.leave_chat(group)


async def test_errors_become_the_librarys_exceptions(
    bot: Bot, emulator: Emulator, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    emulator.give_fault(Fault("429", "sendMessage", retry_after=7))
    with pytest.raises(RetryAfter):
        await bot.send_message(ana, "x")
    emulator.give_fault(Fault("500"))
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(ana, "x")
    emulator.give_fault(Fault("502"))
    with pytest.raises(NetworkError, match="502"):
        await bot.send_message(ana, "x")
    emulator.people.set_blocked(ana, blocked=True)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ana, "x")


async def test_a_cut_after_acceptance_leaves_the_message_and_no_answer(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    emulator.give_fault(Fault("timeout_after_accept", "sendMessage"))
    with pytest.raises(NetworkError) as raised:
        await bot.send_message(ana, "kept")
    assert str(raised.value.__cause__) == "Server disconnected without sending a response."
    assert [item.text for item in emulator.world.chats[ana].messages.values()] == ["/start", "kept"]


async def test_a_drop_leaves_nothing(bot: Bot, emulator: Emulator, ana: int) -> None:
    emulator.give_fault(Fault("drop", "sendMessage"))
    with pytest.raises(NetworkError):
        await bot.send_message(ana, "lost")
    assert len(emulator.world.chats[ana].messages) == 1
    assert (await bot.send_message(ana, "after")).text == "after"


async def test_a_slow_answer_runs_into_the_clients_timeout(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    emulator.give_fault(Fault("slow", "sendMessage", seconds=0.4))
    with pytest.raises(TimedOut):
        await bot.send_message(ana, "late", read_timeout=0.1)


async def test_while_telegram_is_away_every_call_is_cut_and_messages_wait(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    emulator.give_fault(Fault("away"))
    emulator.people.send_text(ana, "are you there")
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.get_updates(timeout=0)
    emulator.clear_faults()
    (update,) = await bot.get_updates(timeout=0)
    assert update.message is not None
    assert update.message.text == "are you there"


async def test_a_long_poll_ends_as_soon_as_somebody_writes(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    begun = time.monotonic()
    emulator.people.send_text(ana, "now")
    (update,) = await waiting
    assert update.message is not None
    assert time.monotonic() - begun < 2


async def test_a_newer_poll_ends_the_older_with_409(bot: Bot, emulator: Emulator, ana: int) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    newer = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await asyncio.wait_for(older, 5)
    emulator.people.send_text(ana, "hi")
    assert len(await newer) == 1


async def test_a_poll_is_cut_when_telegram_goes_away(bot: Bot, emulator: Emulator) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    emulator.give_fault(Fault("away"))
    with pytest.raises(NetworkError):
        await waiting


@pytest.mark.parametrize("path", ["/bot1:wrong/getMe", "/file/bot1:wrong/files/x"])
async def test_a_wrong_token_is_unauthorized(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_query_json_form_and_multipart_say_the_same(
    http: httpx.AsyncClient, emulator: Emulator, ana: int
) -> None:
    url, call = f"/bot{TOKEN}/sendMessage", {"chat_id": str(ana), "text": "hi"}
    await http.get(url, params=call)
    await http.post(url, json={"chat_id": ana, "text": "hi", "reply_markup": {"keyboard": [["a"]]}})
    await http.post(url, data=call)
    await http.post(url, data=call, files={"ignored": b"x"})
    records = emulator.calls.since(method="sendMessage")
    assert [record.ok for record in records] == [True] * 4
    assert [record.params["text"] for record in records] == ["hi"] * 4


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff"])
async def test_a_broken_json_body_is_refused(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await http.post(f"/bot{TOKEN}/sendMessage", content=body, headers=headers)
    assert answer.json()["error_code"] == 400


async def test_a_broken_multipart_body_is_refused(http: httpx.AsyncClient) -> None:
    headers = {"content-type": "multipart/form-data"}
    answer = await http.post(f"/bot{TOKEN}/sendMessage", content=b"zz", headers=headers)
    assert answer.json()["error_code"] == 400


async def test_a_file_that_is_gone_is_not_found(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"/file/bot{TOKEN}/files/nothing")
    assert answer.status_code == 404
