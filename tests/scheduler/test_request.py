"""The client over real sockets: what breaks there must be told apart as it is in process."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import uvicorn
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from actions.delivery import LEASE
from actions.outcomes import Result
from care.messages import Kind
from sandbox.emulator import Emulator
from sandbox.faults import Fault
from sandbox.web import create_app
from scheduler import request, sender
from scheduler.request import QuietRequest, make_request
from scheduler.sender import Sender
from scheduler.telegram_errors import classify
from tests.sandbox.fakes import ClockHooks
from tests.sandbox.fakes import HandClock as SandboxClock
from tests.scheduler.fakes import TOKEN, Queue, drawn, meet, texts

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
async def address(telegram: Emulator) -> AsyncIterator[str]:
    """The local Telegram on a free port."""
    app = create_app(telegram, ClockHooks(SandboxClock()))
    config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    telegram.world.signal.close()
    server.should_exit = True
    await task


@pytest.fixture
async def bot(address: str) -> AsyncIterator[Bot]:
    client = make_request()
    async with Bot(
        TOKEN, f"{address}/bot", request=client, get_updates_request=QuietRequest()
    ) as made:
        yield made


@pytest.fixture
def sender_over_http(queue: Queue, bot: Bot) -> Sender:
    return Sender(queue.rt, bot, queue.hooks, drawn)


async def failure(bot: Bot, chat: int) -> Exception:
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(chat, "hello")
    return caught.value


async def test_a_line_that_breaks_after_the_request_is_unknown_and_an_alert_is_repeated(
    queue: Queue, telegram: Emulator, sender_over_http: Sender
) -> None:
    chat, person = meet(queue, telegram)
    telegram.give_fault(Fault("timeout_after_accept", "sendMessage"))
    queue.put(person, Kind.ALERT, body={"text": "Alert 7"})
    await sender_over_http.drain()
    queue.clock.at = sender_over_http.due_at() or queue.clock.at
    await sender_over_http.drain()
    assert texts(telegram, chat) == ["Alert 7", "Alert 7\n(repeat)"]


async def test_a_picture_and_settings_go_over_the_wire(
    queue: Queue, telegram: Emulator, sender_over_http: Sender
) -> None:
    _, person = meet(queue, telegram)
    body = {"recipe": {"what": "plan"}, "caption": "Plan", "file_name": "plan.png"}
    queue.put(person, op="photo", body=body)
    params = {"commands": [{"command": "help", "description": "Zürich"}]}
    queue.put(None, Kind.SETUP, "setup", {"method": "setMyCommands", "params": params})
    assert await sender_over_http.drain() == 2
    assert queue.states() == {"sent": 2}
    assert telegram.result("getMyCommands") == params["commands"]


async def test_a_server_that_does_not_listen_got_nothing() -> None:
    bot = Bot(TOKEN, f"{NOBODY_LISTENS}/bot", request=make_request())
    await bot.request.initialize()
    assert classify(await failure(bot, 1)).result is Result.NOT_SENT
    await bot.request.shutdown()


async def test_a_500_in_json_was_not_sent_and_a_429_says_how_long(
    queue: Queue, telegram: Emulator, bot: Bot
) -> None:
    chat, _ = meet(queue, telegram)
    telegram.give_fault(Fault("500", "sendMessage"))
    assert classify(await failure(bot, chat)).result is Result.NOT_SENT
    telegram.give_fault(Fault("429", "sendMessage", retry_after=4))
    assert classify(await failure(bot, chat)).wait == timedelta(seconds=4)


async def test_a_proxys_page_is_unknown_and_not_logged(
    queue: Queue, telegram: Emulator, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    chat, _ = meet(queue, telegram)
    telegram.give_fault(Fault("502", "sendMessage"))
    with caplog.at_level(logging.INFO):
        assert classify(await failure(bot, chat)).result is Result.UNSURE
    assert "<html>" not in caplog.text


async def test_a_wrong_token_keeps_the_messages_waiting(address: str) -> None:
    bot = Bot("654321:other", f"{address}/bot", request=make_request())
    await bot.request.initialize()
    error = await failure(bot, 1)
    assert isinstance(error, InvalidToken)
    assert classify(error).result is Result.NOT_SENT
    await bot.request.shutdown()


def test_no_call_outlives_its_claim() -> None:
    assert LEASE.total_seconds() > sender.RENDER_SECONDS + sender.CALL_SECONDS
    waits = (request.CONNECT_SECONDS, request.POOL_SECONDS, request.READ_SECONDS)
    assert sum(waits) + request.UPLOAD_SECONDS <= sender.CALL_SECONDS
