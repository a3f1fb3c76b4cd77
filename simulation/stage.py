"""The stage: the real bot and a local Telegram in one process, on a clock that stands still."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from actions.runtime import Runtime
from bot.app import TelegramApplication, know_the_bot, make_application, make_runtime, wire
from bot.run import hello
from bot.settings import Settings, load_settings
from reports.charts import render
from sandbox.clock import SandboxClock
from sandbox.emulator import Emulator
from scheduler.hooks import HOOKS
from scheduler.sender import Sender
from scheduler.stepper import Stepper
from simulation.witness import Wire, Witness
from store import migrate
from store.crypto import MasterKeys
from store.models import Person

TOKEN: Final = "424242:simulation-token-of-a-bot-that-does-not-exist"  # noqa: S105 (no secret)
# Nights are most of a cohort's life, and nothing of them depends on the quarter of an hour.
LONGEST_STEP: Final = timedelta(hours=1)
# Two days before clocks change in Europe: a run of a few days crosses it.
BEGIN: Final = datetime(2026, 10, 23, 6, 0, tzinfo=UTC)


class NotEmptyError(ValueError):
    """The database already knows somebody; a simulation never touches real people's rows."""


@dataclass
class Stage:
    """A bot and its Telegram.

    Attributes:
        emulator: the local Telegram; `emulator.people` is its users' side.
        clock: the virtual clock; it moves only in `step`.
        witness: what passed between the bot and Telegram.
        operator: the Telegram id of whoever runs this house.
    """

    emulator: Emulator
    clock: SandboxClock
    rt: Runtime
    application: TelegramApplication
    stepper: Stepper
    sender: Sender
    settings: Settings = field(repr=False)
    witness: Witness = field(default_factory=Witness)
    operator: int = 0

    @property
    def now(self) -> datetime:
        """The virtual instant."""
        return self.clock.now()

    async def move(self, until: datetime) -> None:
        """Move the clock to the next due instant, `until` at the latest; nothing else is done."""
        await self.stepper.move(until)

    async def settle(self) -> None:
        """Let the bot handle everything there is to handle now."""
        await self.stepper.settle()

    def session(self) -> Session:
        """Open a session that only reads."""
        return Session(self.rt.engine)


@asynccontextmanager
async def staged(database_url: str = "", *, begin: datetime = BEGIN) -> AsyncIterator[Stage]:
    """Build a stage, introduce the bot, and give everything back afterwards.

    Args:
        database_url: an empty database to migrate and use; a temporary SQLite when not given.
        begin: the first instant (aware UTC).

    Raises:
        NotEmptyError: the database knows somebody already.
    """
    with tempfile.TemporaryDirectory(prefix="steady-simulation-") as folder:
        url = database_url or f"sqlite:///{folder}/simulation.db"
        clock = SandboxClock(begin, live=False)
        emulator = Emulator(TOKEN, clock.now)
        operator = emulator.people.create_user("Operator")
        stage = await _build(emulator, clock, _settings(url, Path(folder), operator))
        stage.operator = operator
        try:
            await stage.stepper.settle()
            yield stage
        finally:
            await stage.sender.close()
            await stage.application.shutdown()
            stage.rt.close()


def _settings(url: str, folder: Path, operator: int) -> Settings:
    return load_settings(
        bot_token=TOKEN,
        database_url=url,
        telegram_api_url="http://simulation.invalid",
        encryption_keys=MasterKeys.generate("simulation"),
        webhook_url="",
        keys_url=f"sqlite:///{folder}/keys.db",
        operator_chat_ids=(operator,),
    )


async def _build(emulator: Emulator, clock: SandboxClock, settings: Settings) -> Stage:
    migrate.upgrade(settings.database_url)
    rt = make_runtime(settings)
    if rt.engine.dialect.name == "sqlite":
        event.listen(rt.engine, "connect", _in_a_hurry)
        rt.engine.dispose()
    _refuse_people(rt)
    rt.clock = clock.now
    witness = Witness()
    application = make_application(rt, settings, Wire(emulator, witness))
    await application.initialize()
    await know_the_bot(rt, application)
    await rt.run(hello, settings)
    parts = wire(rt, application)
    sender = Sender(rt, application.bot, HOOKS, render, settings.messages_per_second)
    stepper = Stepper(
        rt, parts.receiver.pull, parts.dispatcher.drain, sender, clock, longest=LONGEST_STEP
    )
    return Stage(emulator, clock, rt, application, stepper, sender, settings, witness)


def _in_a_hurry(connection: DBAPIConnection, _: object) -> None:
    # Nothing of a simulated database must survive a power cut; waiting for the disk is waste.
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def _refuse_people(rt: Runtime) -> None:
    with Session(rt.engine) as session:
        somebody = session.scalars(select(Person.id).limit(1)).first()
    if somebody is not None:
        rt.close()
        raise NotEmptyError("expected an empty database, this one knows people already")
