"""The heartbeat: an outside watchdog hears of Steady while it does its work, and only then."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from actions import retention
from actions.tx import Tx
from scheduler import sweeps
from scheduler.timetable import Entry, guarded
from store.models import InboxRow
from tests.scheduler.fakes import Queue

QUIET = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Watchdog:
    """A service that calls somebody when it hears nothing."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.heard.append(request.decode().partition(" HTTP")[0])
        writer.write(QUIET)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def watchdog() -> AsyncIterator[tuple[Watchdog, str]]:
    dog = Watchdog()
    server = await asyncio.start_server(dog.answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield dog, f"http://127.0.0.1:{port}/ping/steady"


def kept(tx: Tx, state: str) -> None:
    """An update that came just now and stands in this state."""
    row = InboxRow(
        bot_id=1,
        update_id=1,
        chat_hash="a",
        key_owner="a",
        state=state,
        received_at=tx.now,
        next_at=tx.now,
        done_at=tx.now if state == "parked" else None,
    )
    tx.session.add(row)


async def test_the_watchdog_hears_of_a_house_that_works(
    queue: Queue, watchdog: tuple[Watchdog, str]
) -> None:
    dog, url = watchdog
    await queue.rt.run(retention.mark, "sweep")
    await sweeps.heartbeat(url)(queue.rt)
    assert dog.heard == ["GET /ping/steady"]


@pytest.mark.parametrize("what", ["no sweep", "an old sweep", "nothing received", "a waiting row"])
async def test_the_watchdog_hears_nothing_of_a_house_that_stands_still(
    queue: Queue, watchdog: tuple[Watchdog, str], what: str
) -> None:
    dog, url = watchdog
    if what == "nothing received":
        await queue.rt.run(retention.mark, "ingest")
    if what == "a waiting row":
        await queue.rt.run(kept, "new")
    if what == "an old sweep":
        await queue.rt.run(retention.mark, "sweep")
    queue.clock.at += timedelta(minutes=4)
    if what in {"nothing received", "a waiting row"}:
        await queue.rt.run(retention.mark, "sweep")
    await sweeps.heartbeat(url)(queue.rt)
    assert dog.heard == []


async def test_an_update_that_was_put_aside_does_not_hide_a_house_that_works(
    queue: Queue, watchdog: tuple[Watchdog, str]
) -> None:
    dog, url = watchdog
    await queue.rt.run(retention.mark, "sweep")
    await queue.rt.run(kept, "parked")
    assert queue.rt.call(retention.status)["wrong"] == ["1 updates are parked"]
    await sweeps.heartbeat(url)(queue.rt)
    assert dog.heard == ["GET /ping/steady"]


async def test_a_watchdog_that_is_away_stops_nothing(queue: Queue) -> None:
    await queue.rt.run(retention.mark, "sweep")
    dead = sweeps.heartbeat("http://127.0.0.1:9/ping")
    await guarded(queue.rt, Entry("heartbeat", 60, dead))
