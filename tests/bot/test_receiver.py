"""The receiver: nothing is forgotten at Telegram before it is kept here."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from telegram import Bot
from telegram.error import InvalidToken

from actions.runtime import Runtime
from actions.tx import House, Tx
from bot import receiver
from bot.content.library import load_content
from bot.receiver import Receiver
from sandbox.emulator import Emulator
from sandbox.faults import Fault
from sandbox.transport import EmulatorRequest
from store.models import InboxRow
from store.vault import Vault

TOKEN = "123456:token-of-the-receiver"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def telegram() -> Emulator:
    return Emulator(TOKEN, lambda: NOON)


@pytest.fixture
def rt(sqlite_store: tuple[Engine, Vault]) -> Iterator[Runtime]:
    made = Runtime(*sqlite_store, load_content(), House(bot_id=123456), lambda: NOON)
    yield made
    made.close()


@pytest.fixture
async def bot(telegram: Emulator) -> AsyncIterator[Bot]:
    request = EmulatorRequest(telegram)
    async with Bot(TOKEN, request=request, get_updates_request=request) as made:
        yield made


def kept(tx: Tx) -> list[int]:
    return list(tx.session.scalars(select(InboxRow.update_id).order_by(InboxRow.seq)))


def waiting(telegram: Emulator) -> int:
    return telegram.world.queue.count(telegram.world.time())


def two_texts(telegram: Emulator) -> None:
    tom = telegram.people.create_user("Tom")
    for words in ("/start", "hello"):
        telegram.people.send_text(tom, words)


async def test_what_came_is_kept_first_and_confirmed_by_the_next_question(
    rt: Runtime, bot: Bot, telegram: Emulator
) -> None:
    two_texts(telegram)
    poller = Receiver(rt, bot)
    assert await poller.pull() == 2
    assert (len(rt.call(kept)), waiting(telegram)) == (2, 2)
    assert await poller.pull() == 0
    assert (len(rt.call(kept)), waiting(telegram)) == (2, 0)


async def test_what_could_not_be_kept_stays_at_telegram(
    rt: Runtime, bot: Bot, telegram: Emulator
) -> None:
    two_texts(telegram)
    poller = Receiver(rt, bot)
    with rt.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO gone"))
    for _ in range(2):
        with pytest.raises(OperationalError):
            await poller.pull()
    assert waiting(telegram) == 2
    with rt.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO inbox"))
    assert await poller.pull() == 2


async def test_a_poller_that_begins_anew_keeps_nothing_twice(
    rt: Runtime, bot: Bot, telegram: Emulator
) -> None:
    two_texts(telegram)
    assert await Receiver(rt, bot).pull() == 2
    assert await Receiver(rt, bot).pull() == 0
    assert len(rt.call(kept)) == 2


async def test_what_is_no_update_is_left_out_and_the_others_are_kept(
    rt: Runtime, bot: Bot, monkeypatch: pytest.MonkeyPatch, telegram: Emulator
) -> None:
    answer = b'{"ok": true, "result": [{"message": {}}, {"update_id": "x"}, {"update_id": 7}]}'

    async def odd(*_args: object, **_more: object) -> tuple[int, bytes]:
        return 200, answer

    monkeypatch.setattr(EmulatorRequest, "do_request", odd)
    assert await Receiver(rt, bot).pull() == 1
    assert rt.call(kept) == [7]


async def test_after_too_long_without_telegram_the_process_ends_to_be_started_anew(
    rt: Runtime, bot: Bot, telegram: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "GIVE_UP_AFTER", 0.5)
    telegram.give_fault(Fault("away"))
    with pytest.raises(RuntimeError, match="nothing received"):
        await Receiver(rt, bot).run(asyncio.Event())


async def test_a_token_that_telegram_does_not_know_ends_it_at_once(
    rt: Runtime, telegram: Emulator
) -> None:
    request = EmulatorRequest(telegram)
    stranger = Bot("123456:another", request=request, get_updates_request=request)
    with pytest.raises(InvalidToken):
        await Receiver(rt, stranger).run(asyncio.Event())


async def test_a_stop_cuts_a_waiting_poll_short(rt: Runtime, bot: Bot) -> None:
    stop = asyncio.Event()
    polling = asyncio.ensure_future(Receiver(rt, bot).run(stop))
    await asyncio.sleep(0.05)
    stop.set()
    ended: Any = await asyncio.wait_for(polling, 5)
    assert ended is None
