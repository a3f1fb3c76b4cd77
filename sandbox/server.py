"""The sandbox: the bot in a local Telegram, with the chat page, on one port."""

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn
from starlette.applications import Starlette

from actions.runtime import Runtime
from bot import logs
from bot.app import TelegramApplication, know_the_bot, make_application, make_runtime, wire
from bot.run import QuietServer, hello
from bot.settings import Settings, load_settings
from reports.charts import render
from sandbox.clock import SandboxClock
from sandbox.emulator import Emulator
from sandbox.pages import page_routes
from sandbox.web import create_app
from scheduler.hooks import HOOKS
from scheduler.sender import Sender
from scheduler.stepper import Stepper
from store import migrate
from store.crypto import MasterKeys

TOKEN: Final = "424242:sandbox-token-of-a-bot-that-does-not-exist"  # noqa: S105 (no secret)
TICK_SECONDS: Final = 0.1


class Sandbox:
    """A bot, its local Telegram and their clock, run by one stepper.

    Args:
        port: where the page, the control API and the Bot API are served (loopback).
        database_url: the bot's database.
        live: whether the clock runs by itself; scripts and tests step it instead.
    """

    def __init__(self, port: int, database_url: str, *, live: bool = True) -> None:
        self.clock = SandboxClock(live=live)
        self.emulator = Emulator(TOKEN, self.clock.now)
        self.settings = sandbox_settings(port, database_url)
        migrate.upgrade(database_url)
        self.rt: Runtime = make_runtime(self.settings)
        self.rt.clock = self.clock.now
        self.application: TelegramApplication = make_application(self.rt, self.settings)
        self._stepper: Stepper | None = None
        self._lock = asyncio.Lock()
        self._begun = asyncio.Event()

    @property
    def live(self) -> bool:
        """Whether the clock runs by itself."""
        return self.clock.live

    def web(self) -> Starlette:
        """Return the web application of this sandbox."""
        return create_app(self.emulator, self, page_routes())

    async def begin(self) -> None:
        """Meet the emulator over HTTP and introduce the bot; the server must be up."""
        await self.application.initialize()
        await know_the_bot(self.rt, self.application)
        await self.rt.run(hello, self.settings)
        parts = wire(self.rt, self.application)
        sender = Sender(
            self.rt, self.application.bot, HOOKS, render, self.settings.messages_per_second
        )
        self._stepper = Stepper(
            self.rt, parts.receiver.pull, parts.dispatcher.drain, sender, self.clock
        )
        self._begun.set()
        await self.settled()

    async def end(self) -> None:
        """Stop the bot and give everything back."""
        await self.application.shutdown()
        self.rt.close()

    def _steps(self) -> Stepper:
        if self._stepper is None:
            raise RuntimeError("the sandbox has not begun")
        return self._stepper

    async def advance(self, delta: timedelta) -> datetime:
        """Step through `delta`; the clock stands still between the steps."""
        await self._begun.wait()
        async with self._lock, self._standing():
            return await self._steps().advance(delta)

    async def jump(self, delta: timedelta) -> datetime:
        """Move the clock as if everything had been off meanwhile, then go on."""
        await self._begun.wait()
        async with self._lock, self._standing():
            self.clock.move_to(self.clock.now() + delta)
            await self._steps().settle()
            return self.clock.now()

    async def settled(self) -> None:
        """Return when the bot has nothing left to do at this moment."""
        await self._begun.wait()
        async with self._lock:
            await self._steps().settle()

    @asynccontextmanager
    async def _standing(self) -> AsyncIterator[None]:
        was_live = self.clock.live
        now = self.clock.now()
        self.clock.live = False
        self.clock.move_to(now)
        try:
            yield
        finally:
            self.clock.move_to(self.clock.now())
            self.clock.live = was_live

    async def tick(self, stop: asyncio.Event) -> None:
        """Keep a live sandbox going: do what is due, ten times a second."""
        while not stop.is_set():
            async with self._lock:
                await self._steps().round()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TICK_SECONDS)


def sandbox_settings(port: int, database_url: str) -> Settings:
    """Return settings for a bot that only knows the local Telegram; no real token is used."""
    return load_settings(
        bot_token=TOKEN,
        database_url=database_url,
        telegram_api_url=f"http://127.0.0.1:{port}",
        encryption_keys=_sandbox_keys(database_url),
        webhook_url="",
        keys_url="",
        operator_chat_ids=(),
    )


def _sandbox_keys(database_url: str) -> str:
    """A key beside the sandbox's own database, so that it can be opened again."""
    file = Path(database_url.removeprefix("sqlite:///") + ".key")
    if not database_url.startswith("sqlite:///"):
        return load_settings().encryption_keys or MasterKeys.generate("sandbox")
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(MasterKeys.generate("sandbox"), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def listen(port: int = 0) -> socket.socket:
    """Return a listening loopback socket whose answers leave at once.

    asyncio spares a connection the wait for more to send (40 ms an answer) only where the socket
    says that it is TCP, which those of `socket.create_server` do not.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


@asynccontextmanager
async def served(
    database_url: str, *, port: int = 0, live: bool = False
) -> AsyncIterator[tuple[Sandbox, str]]:
    """Run a sandbox on a loopback port; yield it and its address."""
    listener = listen(port)
    port = listener.getsockname()[1]
    sandbox_ = Sandbox(port, database_url, live=live)
    config = uvicorn.Config(
        sandbox_.web(), log_level="warning", timeout_graceful_shutdown=1, access_log=False
    )
    server = QuietServer(config)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 (the web server has no event for it)
        await asyncio.sleep(0.01)
    await sandbox_.begin()
    stop = asyncio.Event()
    ticking = asyncio.ensure_future(sandbox_.tick(stop)) if live else None
    try:
        yield sandbox_, f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        if ticking is not None:
            await ticking
        await sandbox_.end()
        server.should_exit = True
        await serving
        listener.close()


def sandbox(
    port: Annotated[int, typer.Option(help="port of the page")] = 8080,
    db: Annotated[str, typer.Option(help="database URL; a fresh one when not given")] = "",
) -> None:
    """Run the bot in a local Telegram with a chat page; nothing leaves this computer."""
    logs.configure("WARNING")
    with tempfile.TemporaryDirectory(prefix="steady-") as folder:
        asyncio.run(_serve(port, db or f"sqlite:///{folder}/sandbox.db"))


async def _serve(port: int, database_url: str) -> None:
    async with served(database_url, port=port, live=True) as (_, address):
        typer.echo(f"Steady's sandbox: {address}  (stop with Ctrl+C)")
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
