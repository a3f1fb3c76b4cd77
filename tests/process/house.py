"""The real `steady` in a process of its own, against the local Telegram served by the test."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final, Self

import uvicorn
from sqlalchemy import Engine, create_engine, text

from bot.run import QuietServer
from sandbox.chats import Message
from sandbox.emulator import Emulator
from sandbox.server import TOKEN, listen
from sandbox.web import create_app

SCRIPT: Final = Path(__file__).parent / "killable.py"
ROOT: Final = SCRIPT.parents[2]
PATIENCE: Final = 20.0
KILLED: Final = -signal.SIGKILL
REPEATED: Final = "\n(repeat)"


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Nursery:
    """The process that `steady` is forked from, so that its imports are paid for once."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
            text=True,
        )
        assert self._read() == {"ready": True}

    def ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(10)


@dataclass
class Steady:
    """One running `steady`."""

    nursery: Nursery
    pid: int
    log_file: Path
    code: int | None = None

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    def running(self) -> bool:
        if self.code is None:
            self.code = self.nursery.ask(do="poll", pid=self.pid)["code"]
        return self.code is None

    def signal(self, which: signal.Signals) -> None:
        if self.running():
            # A process that is still ours to wait for cannot have given its id to another.
            os.kill(self.pid, which)

    async def armed(self) -> None:
        """Let it count its points from now on."""
        self.signal(signal.SIGUSR1)
        await until(lambda: "armed" in self.log, "it to be armed")

    async def ended(self, seconds: float = PATIENCE) -> int:
        await until(lambda: not self.running(), f"the end of it\n{self.log}", seconds)
        assert self.code is not None
        return self.code

    async def stopped(self) -> int:
        """End it as an operator does."""
        self.signal(signal.SIGTERM)
        return await self.ended()


async def until(fits: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is so; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not fits():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        await asyncio.sleep(0.02)


@dataclass
class House:
    """A database, a local Telegram, and every `steady` that was started with them.

    `tom` is a patient who has joined, `maya` his caregiver, where the database has them.
    """

    nursery: Nursery
    folder: Path
    database_url: str
    keys: str
    emulator: Emulator
    address: str
    tom: int = 0
    maya: int = 0
    started: list[Steady] = field(default_factory=list)
    _logs: "count[int]" = field(default_factory=count)

    @property
    def people(self) -> Any:
        return self.emulator.people

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "BOT_TOKEN": TOKEN,
            "DATABASE_URL": self.database_url,
            "KEYS_URL": f"sqlite:///{self.folder}/keys.db",
            "ENCRYPTION_KEYS": self.keys,
            "TELEGRAM_API_URL": self.address,
            "PORT": str(free_port()),
            **more,
        }

    def start(
        self, *argv: str, point: str = "", nth: int = 1, tally: str = "", **env: str
    ) -> Steady:
        """Start `steady run` (or another command), which dies at the nth passing of a point."""
        log = self.folder / f"log{next(self._logs)}.txt"
        log.touch()
        answer = self.nursery.ask(
            do="spawn",
            argv=argv or ("run",),
            env=self.environment(**env),
            folder=str(self.folder),
            log=str(log),
            point=point,
            nth=nth,
            tally=tally,
        )
        self.started.append(Steady(self.nursery, answer["pid"], log))
        return self.started[-1]

    async def polling(self, steady: Steady, seconds: float = PATIENCE) -> Steady:
        """Wait until a process asks Telegram for updates and has said what it says at its start."""

        def ready() -> bool:
            assert steady.running(), steady.log
            return self.emulator.world.polls_waiting > 0

        await until(ready, f"it to poll\n{steady.log}", seconds)
        await self.quiet()
        return steady

    async def runs(self, **how: Any) -> Steady:
        """Start it and wait until it polls."""
        before = self.emulator.world.poll
        steady = self.start(**how)
        await until(
            lambda: self.emulator.world.poll > before or not steady.running(), "its first poll"
        )
        return await self.polling(steady)

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Read the database as an operator would."""
        engine = self._engine()
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(query), values).mappings()]
        finally:
            engine.dispose()

    def write(self, query: str, **values: object) -> None:
        """Change the database from outside."""
        engine = self._engine()
        try:
            with engine.begin() as connection:
                connection.execute(text(query), values)
        finally:
            engine.dispose()

    def _engine(self) -> Engine:
        return create_engine(self.database_url)

    def busy(self) -> list[dict[str, Any]]:
        """What still waits in inbox or outbox and is due."""
        open_in = "SELECT seq, state, error FROM inbox WHERE state IN ('new', 'taken')"
        open_out = (
            "SELECT id, op, kind, state, error FROM outbox WHERE state IN ('ready', 'sending')"
        )
        return self.rows(open_in) + self.rows(open_out)

    async def quiet(self, seconds: float = PATIENCE) -> None:
        """Wait until everything that came in was handled and everything to say was said."""
        world = self.emulator.world
        await until(lambda: not (world.queue.count(world.time()) or self.busy()), "quiet", seconds)

    def says(self, who: int, words: str) -> None:
        self.people.send_text(who, words)

    def chat(self, who: int) -> list[Message]:
        """What the bot wrote to somebody, oldest first."""
        messages = self.emulator.world.chats[who].messages.values()
        return [message for message in messages if message.sender is None and not message.deleted]

    def texts(self, who: int) -> list[str]:
        return [message.text for message in self.chat(who)]

    def refused(self) -> list[str]:
        """Calls that no Bot API server would take, and parameters it does not know."""
        calls = self.emulator.calls.since()
        wrong = [
            f"{call.method}: {call.error}"
            for call in calls
            if call.error and not call.fault and "terminated by other" not in call.error
        ]
        return wrong + [f"{call.method}: unknown {call.unknown}" for call in calls if call.unknown]

    async def ends(self) -> None:
        """Stop whatever still runs."""
        for steady in self.started:
            steady.signal(signal.SIGKILL)
            await steady.ended()


@dataclass(frozen=True)
class Furniture:
    """A database in which Tom has joined and Maya cares for him, to copy from."""

    folder: Path
    keys: str
    tom: int
    maya: int


class Hooks:
    """The local Telegram's clock is the wall clock; nobody moves it."""

    live = True

    async def advance(self, delta: timedelta) -> datetime:
        raise NotImplementedError(delta)

    async def jump(self, delta: timedelta) -> datetime:
        raise NotImplementedError(delta)

    async def settled(self) -> None:
        return


class Telegram:
    """The local Telegram behind a loopback port, on the wall clock."""

    def __init__(self) -> None:
        self.emulator = Emulator(TOKEN, wall_clock)
        self._listener = listen()
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        app = create_app(self.emulator, Hooks())
        config = uvicorn.Config(
            app, log_level="critical", timeout_graceful_shutdown=1, access_log=False, ws="none"
        )
        self._server = QuietServer(config)

    async def __aenter__(self) -> Self:
        self._serving = asyncio.ensure_future(self._server.serve(sockets=[self._listener]))
        await until(lambda: self._server.started, "the local Telegram")
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.emulator.world.signal.close()
        self._server.should_exit = True
        await self._serving
        self._listener.close()


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def opened(
    nursery: Nursery, folder: Path, database_url: str, keys: str
) -> AsyncIterator[House]:
    """A house on a database, with a Telegram of its own; ends every process at the end."""
    async with Telegram() as telegram:
        house = House(nursery, folder, database_url, keys, telegram.emulator, telegram.address)
        try:
            yield house
        finally:
            await house.ends()


def lock(database: Path) -> sqlite3.Connection:
    """Hold the write lock of a SQLite database, as another program would."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection
