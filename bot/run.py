"""The running bot: receiver or webhook, dispatcher, timetable and sender in one loop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Coroutine, Iterator
from typing import Any, Final

import uvicorn
from telegram.error import InvalidToken, NetworkError

from actions import inbox, outbox, profile, recovery
from actions.runtime import Runtime
from actions.tx import Tx
from bot.app import (
    Parts,
    TelegramApplication,
    know_the_bot,
    make_application,
    make_runtime,
    wire,
)
from bot.receiver import ALLOWED
from bot.settings import Settings, SettingsError
from bot.web import make_web
from reports.charts import render
from scheduler.hooks import HOOKS
from scheduler.sender import Sender
from scheduler.timetable import make_scheduler
from store.engine import is_sqlite

log = logging.getLogger(__name__)
ROLES: Final = ("all", "web", "worker")
NO_SUCH_BOT: Final = (
    "BOT_TOKEN: Telegram knows no bot with this token; copy it from @BotFather again"
)
LONGEST_WAIT: Final = 30.0


class QuietServer(uvicorn.Server):
    """A web server that leaves signals to the bot."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield


async def run(settings: Settings, role: str) -> None:
    """Run until SIGTERM or SIGINT.

    `web` only takes updates in by webhook, `worker` does everything else, `all` does both.
    """
    if settings.webhook_url and not settings.webhook_secret:
        raise SettingsError("WEBHOOK_SECRET: needed with WEBHOOK_URL")
    rt = make_runtime(settings)
    application = make_application(rt, settings)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    try:
        await _work(settings, role, rt, application, stop)
    except InvalidToken:
        raise SettingsError(NO_SUCH_BOT) from None
    finally:
        await application.shutdown()
        rt.close()


async def _work(
    settings: Settings,
    role: str,
    rt: Runtime,
    application: TelegramApplication,
    stop: asyncio.Event,
) -> None:
    await _meet(application, stop)
    if stop.is_set():
        return
    await know_the_bot(rt, application)
    if role != "web" and is_sqlite(settings.database_url):
        await rt.run(recovery.take_over)
    await rt.run(hello, settings)
    await _together(_tasks(settings, role, wire(rt, application), stop), stop)


async def _meet(application: TelegramApplication, stop: asyncio.Event) -> None:
    """Learn from Telegram who we are; when it cannot be reached, wait for it."""
    wait = 1.0
    while not stop.is_set():
        try:
            await application.initialize()
        except NetworkError as error:
            detail = {"action": "no_telegram", "error": type(error).__name__}
            log.warning("Telegram cannot be reached", extra=detail)
        else:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)
        wait = min(wait * 2, LONGEST_WAIT)


def hello(tx: Tx, settings: Settings) -> None:
    """Queue the bot's introduction of itself, and how it wants its updates."""
    profile.introduce(tx)
    key = f"setup:updates:{int(tx.now.timestamp())}"
    if settings.webhook_url:
        inbox.not_polling(tx)
        params: dict[str, Any] = {
            "url": settings.webhook_url,
            "secret_token": settings.webhook_secret,
            "allowed_updates": list(ALLOWED),
        }
        outbox.setup(tx, "setWebhook", params, key)
    else:
        outbox.setup(tx, "setWebhook", {"url": ""}, key)  # an empty address removes it


def _tasks(
    settings: Settings, role: str, parts: Parts, stop: asyncio.Event
) -> list[Coroutine[Any, Any, None]]:
    rt = parts.rt
    tasks: list[Coroutine[Any, Any, None]] = []
    if role in {"all", "web"}:
        tasks.append(_serve(rt, settings, stop))
    if role in {"all", "worker"}:
        sender = Sender(rt, parts.application.bot, HOOKS, render, settings.messages_per_second)
        if not settings.webhook_url:
            tasks.append(parts.receiver.run(stop))
        tasks += [parts.dispatcher.run(stop), sender.run(stop), _sweep(rt, settings, stop)]
    return tasks


async def _together(tasks: list[Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Run all; when one fails the others stop, and the process ends so that it is restarted."""
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        stop.set()
    await asyncio.gather(*running)


async def _sweep(rt: Runtime, settings: Settings, stop: asyncio.Event) -> None:
    scheduler = make_scheduler(rt, settings.retention_days, settings.heartbeat_url)
    scheduler.start()
    log.info("running", extra={"action": "started"})
    await stop.wait()
    scheduler.shutdown(wait=False)


async def _serve(rt: Runtime, settings: Settings, stop: asyncio.Event) -> None:
    host = "0.0.0.0" if settings.webhook_url else "127.0.0.1"  # noqa: S104 (a webhook is public)
    secret = settings.webhook_secret if settings.webhook_url else ""
    config = uvicorn.Config(
        make_web(rt, secret), host=host, port=settings.port, log_level="warning", lifespan="off"
    )
    server = QuietServer(config)
    serving = asyncio.ensure_future(server.serve())
    await asyncio.wait(
        [serving, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED
    )
    server.should_exit = True
    await serving
