import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import uvicorn

from sandbox.emulator import Emulator
from sandbox.web import create_app
from tests.sandbox.fakes import TOKEN, ClockHooks, HandClock

Refused = Callable[..., dict[str, Any]]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def emulator(clock: HandClock) -> Emulator:
    return Emulator(TOKEN, clock)


@pytest.fixture
def ana(emulator: Emulator) -> int:
    """A person who has pressed Start; the update it made is already confirmed."""
    user_id = emulator.people.create_user("Ana", "en")
    emulator.people.send_text(user_id, "/start")
    emulator.world.queue.clear()
    return user_id


@pytest.fixture
def refused(emulator: Emulator) -> Refused:
    """Does a call that must fail and returns Telegram's whole answer."""

    def call(method: str, **raw: object) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(emulator.call(method, raw).body)
        assert answer["ok"] is False
        return answer

    return call


@pytest.fixture
def hooks(clock: HandClock) -> ClockHooks:
    return ClockHooks(clock)


@pytest.fixture
async def server(emulator: Emulator, hooks: ClockHooks) -> AsyncIterator[str]:
    """The sandbox on a free port; gives its address."""
    config = uvicorn.Config(
        create_app(emulator, hooks), port=0, log_level="error", timeout_graceful_shutdown=1
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.005)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    emulator.world.signal.close()
    running.should_exit = True
    await task


@pytest.fixture
async def http(server: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server) as client:
        yield client
