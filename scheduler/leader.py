"""One sender per token: who may claim messages.

On PostgreSQL several processes run; the one that holds an advisory lock is the sender, and it
claims only on the connection that holds the lock: cut off from the database it cannot claim, and
the lock is free for another within seconds. On SQLite there is one process, and it is the sender.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actions.runtime import Runtime
from actions.tx import Tx

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

LOCK_CLASS: Final = 0x57EAD6 << 36  # above every bot id, so that no other lock of ours meets it


class NotLeaderError(RuntimeError):
    """Another process is the sender, or the database cannot be reached."""


class Leader(Protocol):
    """Who may claim."""

    async def lead(self) -> bool:
        """Whether this process is the sender now; tries to become it."""
        ...

    async def run(
        self, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run an action that only the sender may run; NotLeaderError when we are not it."""
        ...

    async def resign(self) -> None:
        """Let another process take over at once."""
        ...


def make_leader(rt: Runtime) -> Leader:
    """Return the leader for the database of `rt`."""
    return Alone(rt) if rt.engine.dialect.name == "sqlite" else Elected(rt)


class Alone:
    """The only process there is."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt

    async def lead(self) -> bool:
        """Always."""
        return True

    async def run(
        self, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run an action as the runtime does."""
        return await self._rt.run(action, *args, **kwargs)

    async def resign(self) -> None:
        """There is nobody to make room for."""


class Elected:
    """The holder of PostgreSQL's advisory lock for this bot."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._connection: Connection | None = None
        self._leading = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="leader")

    async def lead(self) -> bool:
        """Whether the lock is ours; tries to take it when it is not."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._lead)

    async def run(
        self, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run an action in one transaction on the connection that holds the lock."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._call(action, *args, **kwargs))

    async def resign(self) -> None:
        """Close the connection, and with it the lock."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown()

    def _lead(self) -> bool:
        if self._leading:
            return True
        try:
            self._leading = self._take(self._connection or self._connect())
        except DBAPIError as error:
            log.warning("no election: %s", type(error).__name__, extra={"action": "no_election"})
            self._drop()
        if self._leading:
            log.info("this process is the sender", extra={"action": "elected"})
        return self._leading

    def _connect(self) -> Connection:
        self._connection = self._rt.engine.connect()
        # Detached: back in the pool it would stay open, and so would its lock.
        self._connection.detach()
        return self._connection

    def _take(self, connection: Connection) -> bool:
        query, key = "SELECT pg_try_advisory_lock(:key)", LOCK_CLASS ^ self._rt.house.bot_id
        got = connection.scalar(text(query), {"key": key})
        connection.commit()
        return bool(got)

    def _call(
        self, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        if self._connection is None or not self._leading:
            raise NotLeaderError("another process is the sender")
        rt = self._rt
        try:
            with Session(self._connection, expire_on_commit=False) as session, session.begin():
                source = f"{action.__name__}:{uuid4().hex[:12]}"
                tx = Tx(session, rt.now(), rt.vault, rt.content, rt.house, source)
                return action(tx, *args, **kwargs)
        except DBAPIError as error:
            # Whatever went wrong, a lock we are not sure of is a lock we do not hold.
            self._drop()
            raise NotLeaderError(type(error).__name__) from error

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._leading = False
        if connection is not None:
            connection.close()
