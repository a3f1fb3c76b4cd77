from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine
from telegram import Bot

from sandbox.emulator import Emulator
from sandbox.transport import EmulatorRequest
from scheduler.sender import Sender
from store.vault import Vault
from tests.scheduler.fakes import TOKEN, Queue, drawn


@pytest.fixture
async def queue(sqlite_store: tuple[Engine, Vault]) -> AsyncIterator[Queue]:
    made = Queue(*sqlite_store)
    yield made
    made.rt.close()


@pytest.fixture
def telegram(queue: Queue) -> Emulator:
    """The local Telegram; it reads the clock of the house."""
    return Emulator(TOKEN, queue.clock)


@pytest.fixture
async def bot(telegram: Emulator) -> AsyncIterator[Bot]:
    request = EmulatorRequest(telegram)
    async with Bot(TOKEN, request=request, get_updates_request=request) as made:
        yield made


@pytest.fixture
def sender(queue: Queue, bot: Bot) -> Sender:
    return Sender(queue.rt, bot, queue.hooks, drawn)
