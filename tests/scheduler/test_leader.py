"""One sender per token, on a real PostgreSQL; on SQLite there is nobody to elect."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine, text
from telegram import Bot

from actions import delivery
from actions.runtime import Runtime
from actions.tx import House, Tx
from care.messages import Kind
from sandbox.emulator import Emulator
from sandbox.transport import EmulatorRequest
from scheduler.leader import Alone, Elected, NotLeaderError, make_leader
from scheduler.sender import Sender
from store.queries import marks
from store.queries.outbox import Wanted
from store.vault import Vault
from tests.scheduler.fakes import NO_WORDS, START, TOKEN, HookLog, Queue, drawn, meet, texts

on_postgresql = pytest.mark.parametrize("backend", ["postgresql"])
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def rt(any_store: tuple[Engine, Vault]) -> AsyncIterator[Runtime]:
    made = Runtime(*any_store, NO_WORDS, House(bot_id=7_123_456_789), lambda: START)
    yield made
    made.close()


@pytest.fixture
async def first(rt: Runtime) -> AsyncIterator[Elected]:
    leader = Elected(rt)
    yield leader
    await leader.resign()


@pytest.fixture
async def second(rt: Runtime) -> AsyncIterator[Elected]:
    leader = Elected(rt)
    yield leader
    await leader.resign()


def pid(tx: Tx) -> int:
    return int(tx.session.scalar(text("SELECT pg_backend_pid()")) or 0)


def holder(tx: Tx) -> int:
    query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    return int(tx.session.scalar(text(query)) or 0)


def cut(rt: Runtime, backend_pid: int) -> None:
    """End a connection from the database's side, as a failing network would."""

    def end(tx: Tx) -> None:
        tx.session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend_pid})

    rt.call(end)


@on_sqlite
async def test_on_sqlite_the_only_process_always_leads(rt: Runtime) -> None:
    leader = make_leader(rt)
    assert isinstance(leader, Alone)
    assert await leader.lead()


@on_postgresql
async def test_one_of_two_processes_leads_and_stays_it(
    rt: Runtime, first: Elected, second: Elected
) -> None:
    assert isinstance(make_leader(rt), Elected)
    assert await first.lead()
    assert not await second.lead()
    assert await first.lead()


@on_postgresql
async def test_claims_run_on_the_connection_that_holds_the_lock(
    rt: Runtime, first: Elected
) -> None:
    await first.lead()
    assert await first.run(pid) == rt.call(holder)


@on_postgresql
async def test_nobody_but_the_leader_claims(first: Elected, second: Elected) -> None:
    await first.lead()
    await second.lead()
    with pytest.raises(NotLeaderError):
        await second.run(delivery.claim, Wanted(), HookLog().hooks())


@on_postgresql
async def test_a_leader_cut_off_claims_nothing_more_and_another_takes_over(
    rt: Runtime, first: Elected, second: Elected
) -> None:
    await first.lead()
    assert not await second.lead()
    cut(rt, await first.run(pid))
    assert await second.lead()
    with pytest.raises(NotLeaderError):
        await first.run(pid)
    assert not await first.lead()


@on_postgresql
async def test_a_leader_cut_off_for_a_moment_is_elected_again(rt: Runtime, first: Elected) -> None:
    await first.lead()
    old = await first.run(pid)
    cut(rt, old)
    with pytest.raises(NotLeaderError):
        await first.run(pid)
    assert await first.lead()
    assert await first.run(pid) == rt.call(holder) != old


@on_postgresql
async def test_a_leader_that_stops_makes_room_at_once(rt: Runtime, second: Elected) -> None:
    stopping = Elected(rt)
    assert await stopping.lead()
    await stopping.resign()
    assert rt.call(holder) == 0
    assert await second.lead()


@on_postgresql
async def test_the_senders_of_two_bots_do_not_meet(rt: Runtime, first: Elected) -> None:
    other = Runtime(rt.engine, rt.vault, rt.content, House(bot_id=7_123_456_788), rt.clock)
    leader = Elected(other)
    assert await first.lead()
    assert await leader.lead()
    await leader.resign()


@on_postgresql
async def test_an_action_that_fails_leaves_nothing_behind_and_the_lock_in_place(
    rt: Runtime, first: Elected
) -> None:
    def half(tx: Tx) -> None:
        marks.put(tx.session, "half", tx.now)
        tx.session.flush()
        raise KeyError("x")

    await first.lead()
    with pytest.raises(KeyError):
        await first.run(half)
    assert rt.call(lambda tx: marks.get(tx.session, "half")) is None
    assert await first.run(pid) == rt.call(holder)


async def test_a_sender_drains_on_either_database(
    any_store: tuple[Engine, Vault],
) -> None:
    queue = Queue(*any_store)
    telegram = Emulator(TOKEN, queue.clock)
    chat, person = meet(queue, telegram)
    request = EmulatorRequest(telegram)
    queue.put_all([(person, Kind.QUESTION, "send", {"text": str(n)}) for n in range(3)])
    async with Bot(TOKEN, request=request, get_updates_request=request) as bot:
        sender = Sender(queue.rt, bot, queue.hooks, drawn)
        assert await sender.drain() == 3
        await sender.close()
    assert texts(telegram, chat) == ["0", "1", "2"]
    queue.rt.close()
