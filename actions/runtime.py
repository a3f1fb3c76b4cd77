"""Running actions: one function, one database thread, one transaction."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from actions import heed, inbox, outbox, people
from actions.inbound import Inbound
from actions.tx import House, Tx
from bot.content.library import Content
from store.models import Person
from store.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")

CURRENT: ContextVar[Inbound | None] = ContextVar("inbound", default=None)
DATABASE_THREADS = 4


def wall_clock() -> datetime:
    """Return the present instant. The only line of Steady that reads the wall clock."""
    return datetime.now(UTC)


@dataclass
class Runtime:
    """What everything that acts is given.

    Args:
        engine: the database.
        vault: secrets.
        content: words and rules.
        house: what the operator configured.
        clock: the source of `now`; sandbox and simulation bring their own.
    """

    engine: Engine
    vault: Vault
    content: Content
    house: House = field(default_factory=House)
    clock: Callable[[], datetime] = wall_clock
    outbox_event: asyncio.Event = field(default_factory=asyncio.Event)
    inbox_event: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        # SQLite has one writer; giving it one thread keeps waiting out of the database.
        threads = 1 if self.engine.dialect.name == "sqlite" else DATABASE_THREADS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def now(self) -> datetime:
        """Return the present instant of this house, aware UTC."""
        return self.clock()

    def call(self, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run an action in this thread, in one transaction; commit or roll back whole."""
        with self._sessions.begin() as session:
            # Sweeps name their own keys; this only keeps unnamed ones apart.
            source = f"{action.__name__}:{uuid4().hex[:12]}"
            tx = Tx(session, self.now(), self.vault, self.content, self.house, source)
            return action(tx, *args, **kwargs)

    async def run(
        self, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run an action in the database thread and give its value back."""
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(
            self._threads, lambda: self.call(action, *args, **kwargs)
        )
        self.outbox_event.set()
        return result

    async def handle(
        self,
        action: Callable[Concatenate[Tx, Person, P], None],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Act on the update that is being handled: once, danger first, all or nothing.

        1. Mark its inbox row done; stop when it is done already.
        2. Know the person, keep the words, act on their reading.
        3. Run the action unless the reading took over.
        4. Answer the button press.
        """
        inbound = CURRENT.get()
        if inbound is None:
            raise RuntimeError("handle() is for updates; sweeps use run()")

        def whole(tx: Tx) -> None:
            row = inbox.finish(tx, inbound.seq)
            if row is None:
                return
            inbox.forget_place(row, inbound)
            tx.inbox, tx.source = row, f"in:{row.seq}"
            tx.reading = inbound.reading
            tx.typed, tx.pressed_message = bool(inbound.text), inbound.pressed_message
            person = people.meet(tx, inbound)
            if not heed.heed(tx, person, inbound):
                action(tx, person, *args, **kwargs)
            if inbound.callback_id:
                outbox.answer_press(tx, person, inbound.callback_id)

        await self.run(whole)

    def close(self) -> None:
        """Stop the database threads and give the connections back."""
        self._threads.shutdown()
        self.engine.dispose()
