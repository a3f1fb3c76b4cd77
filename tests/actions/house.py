"""A house without Telegram: real content, real actions and sweeps, a clock that is stepped.

Whatever is queued counts as delivered at once, so that a test reads what people are told. Updates
go the whole way: inbox, reading, handlers, action.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import DeclarativeBase

from actions import caregivers, delivery, inbox, joining, plans, responses
from actions.intake import SPECIAL
from actions.outcomes import Outcome, Outgoing, Result
from actions.people import by_chat
from actions.runtime import Runtime
from actions.tx import House as Settled
from actions.tx import Tx
from bot.app import TelegramApplication, know_the_bot, make_application
from bot.content.library import Content
from bot.dispatch import Dispatcher
from bot.settings import load_settings
from sandbox.emulator import Emulator
from sandbox.transport import EmulatorRequest
from scheduler.hooks import HOOKS
from scheduler.timetable import sweep_all
from store.crypto import MasterKeys
from store.models import Alert, CareLink, Dose, Invitation, OutboxRow, Patient, Person
from store.queries import due
from store.queries.outbox import Wanted
from store.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")

TOKEN = "123456:house-token"
MORNING = datetime(2026, 11, 30, 7, 45, tzinfo=UTC)  # a Monday, in London
STEP = timedelta(hours=1)  # silence is looked at by the quarter hour; days are long enough


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Someone:
    """Somebody with a chat; `id` is the person's id in the house."""

    id: int
    chat: int


@dataclass(frozen=True)
class Message:
    """One message that reached a chat."""

    row: int
    op: str
    template: str
    text: str
    inline: list[list[dict[str, str]]] = field(default_factory=list)

    def button(self, verb: str) -> str:
        """The data of its first button of this verb."""
        found = [b["data"] for line in self.inline for b in line if "data" in b]
        return next(data for data in found if data.split(":")[0] == verb)


class House:
    """A house on a database.

    Args:
        engine: a fresh, migrated database.
        vault: secrets.
        content: words and rules.
        operators: chats of those who run it.
    """

    def __init__(
        self, engine: Engine, vault: Vault, content: Content, operators: tuple[int, ...] = (99,)
    ) -> None:
        self.clock = HandClock()
        self.rt = Runtime(
            engine, vault, content, Settled(123456, "steady_bot", operators), self.clock
        )
        self._chats, self._updates, self._messages = count(1001), count(1), count(1)
        self._seen: dict[int, int] = {}
        self._swept: dict[str, datetime] = {}
        self._front: tuple[TelegramApplication, Dispatcher] | None = None
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._front is not None:
            self._runner.run(self._front[0].shutdown())
        self._runner.close()
        self.rt.close()

    # Acting

    def call(self, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Run an action in a transaction of its own."""
        return self.rt.call(action, *args, **kw)

    def does(self, who: Someone, action: Callable[..., R], *args: Any, **kw: Any) -> R:
        """Run an action of somebody, then deliver what it said."""
        found = self.call(lambda tx: action(tx, tx.session.get_one(Person, who.id), *args, **kw))
        self.delivers()
        return found

    def run(self, sweep: Callable[[Runtime], Any]) -> None:
        """Run one sweep as the timetable does; its failures are raised."""
        self._runner.run(sweep(self.rt))
        self.delivers()

    # The front door

    def writes(self, who: Someone, text: str, kind: str = "message", **more: Any) -> int:
        """Somebody writes; returns the place of the update in the inbox."""
        body = {"message_id": next(self._messages), "date": 1, "text": text, **self._from(who)}
        if kind == "edited_message":
            body["edit_date"] = 2
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return self.receives({kind: body | more})

    def taps(self, who: Someone, data: str) -> int:
        """Somebody presses a button with this data."""
        ident = self._from(who)
        return self.receives(
            {
                "callback_query": {
                    "id": str(next(self._messages)),
                    "chat_instance": "1",
                    "from": ident["from"],
                    "data": data,
                    "message": {"message_id": 1, "date": 1, "chat": ident["chat"]},
                }
            }
        )

    def receives(self, update: dict[str, Any]) -> int:
        """Take an update in and handle it; returns its place in the inbox."""
        number = next(self._updates)
        self.call(inbox.receive, [{"update_id": number, **update}])
        self.handles()
        return number

    def handles(self) -> None:
        """Handle what the inbox holds."""
        self._runner.run(self._dispatcher().drain())
        self.delivers()

    def _dispatcher(self) -> Dispatcher:
        if self._front is None:
            self._front = self._runner.run(self._opens())
        return self._front[1]

    async def _opens(self) -> tuple[TelegramApplication, Dispatcher]:
        emulator = Emulator(TOKEN, self.clock)
        settings = load_settings(
            bot_token=TOKEN,
            database_url="sqlite://",
            telegram_api_url="http://house.invalid",
            encryption_keys=MasterKeys.generate("house"),
            webhook_url="",
            keys_url="sqlite://",
        )
        application = make_application(self.rt, settings, EmulatorRequest(emulator))
        await application.initialize()
        await know_the_bot(self.rt, application)
        return application, Dispatcher(self.rt, application)

    def _from(self, who: Someone) -> dict[str, Any]:
        name = f"Person{who.chat}"
        user = {"id": who.chat, "is_bot": False, "first_name": name, "language_code": "en"}
        return {"chat": {"id": who.chat, "type": "private", "first_name": name}, "from": user}

    # Time and delivery

    def passes(self, **parts: float) -> None:
        """Step through time from due instant to due instant, sweeping and delivering."""
        target = self.clock.at + timedelta(**parts)
        self.sweeps()
        while self.clock.at < target:
            ahead = self.call(lambda tx: due.next_instant(tx.session))
            coming = [ahead] if ahead is not None and ahead > self.clock.at else []
            self.clock.at = min([*coming, target, self.clock.at + STEP])
            self.sweeps()

    def at(self, hour: int, minute: int = 0) -> None:
        """Step to the next such time of day, UTC."""
        then = self.clock.at.replace(hour=hour, minute=minute, second=0)
        ahead = then - self.clock.at
        self.passes(seconds=(ahead % timedelta(days=1)).total_seconds() or 86400)

    def jumps(self, **parts: float) -> None:
        """Let time pass while nothing runs."""
        self.clock.at += timedelta(**parts)

    def sweeps(self) -> None:
        """Run what the timetable would have run by now and would have found something."""
        ahead = self.call(lambda tx: due.next_swept(tx.session))
        is_due = ahead is not None and ahead <= self.clock.at
        self._runner.run(sweep_all(self.rt, self._swept, due=is_due))
        self.delivers()

    def delivers(self) -> None:
        """Telegram takes everything that may be sent now."""
        while (out := self.call(delivery.claim, Wanted(), HOOKS)) is not None:
            self.ends(out, Outcome(Result.SENT, message_id=100_000 + out.id))

    def ends(self, out: Outgoing, outcome: Outcome) -> None:
        """A call ended so."""
        self.call(delivery.record, out, outcome, HOOKS)

    # Looking

    def hears(self, who: Someone) -> list[Message]:
        """What reached somebody since the last time that this was asked."""
        found = self.said(who, after=self._seen.get(who.id, 0))
        if found:
            self._seen[who.id] = found[-1].row
        return found

    def templates(self, who: Someone) -> list[str]:
        """The names of the messages, edits left out, that reached somebody since the last time."""
        return [one.template for one in self.hears(who) if one.op != "edit"]

    def said(self, who: Someone, *, after: int = 0) -> list[Message]:
        """Everything that reached somebody: sends, edits and pictures."""

        def read(tx: Tx) -> list[Message]:
            rows = select(OutboxRow).where(
                OutboxRow.person_id == who.id,
                OutboxRow.id > after,
                OutboxRow.state == "sent",
                OutboxRow.op.in_(("send", "edit", "photo")),
            )
            return [_message(tx, row) for row in tx.session.scalars(rows.order_by(OutboxRow.id))]

        return self.call(read)

    def rows(self, table: type[DeclarativeBase], **where: Any) -> list[Any]:
        """The rows of a table with these values, by their order."""

        def read(tx: Tx) -> list[Any]:
            order = next(iter(table.__table__.primary_key))
            return list(tx.session.scalars(select(table).filter_by(**where).order_by(order)))

        return self.call(read)

    def doses(self, who: Someone) -> list[Dose]:
        """Somebody's doses in the order in which they are due."""
        return sorted(self.rows(Dose, patient_id=who.id), key=lambda dose: (dose.due_at, dose.id))

    def alert(self, who: Someone) -> Alert:
        """Somebody's one alert that is no drill."""
        (found,) = self.rows(Alert, patient_id=who.id, drill=False)
        assert isinstance(found, Alert)
        return found

    def reads(self, row: Any, column: str) -> str | None:
        """What a sealed column says."""
        return self.rt.vault.read(row, column)

    # People

    def person(self) -> Someone:
        """Somebody who has not said a word yet."""
        chat = next(self._chats)
        return Someone(self.call(lambda tx: by_chat(tx, chat).id), chat)

    def operator(self) -> Someone:
        """Whoever runs the house."""
        chat = self.rt.house.operators[0]
        return Someone(self.call(lambda tx: by_chat(tx, chat).id), chat)

    def patient(
        self, *doses: str, drug: str = "diazepam", zone: str = "Europe/London", **plan: Any
    ) -> Someone:
        """Somebody who has joined; doses are "08:00 10", one a day at 08:00 when none is named."""
        who = self.person()
        data = self.plan(*doses, drug=drug, **plan)

        def join(tx: Tx, person: Person) -> None:
            SPECIAL["consent"].tapped(tx, person, {}, "agree")
            SPECIAL["country"].tapped(tx, person, {}, "GB")
            SPECIAL["name"].typed(tx, person, {}, f"Tom{who.chat}")
            person.zone, person.last_seen_at = zone, tx.now
            intake = {
                "prescriber": "Dr Okafor",
                "prescriber_phone": "+442079460123",
                "phone": "+447700900123",
            }
            tx.vault.seal_json(tx.session.get_one(Patient, person.id), "intake", intake)
            plans.adopt(tx, person, data)

        self.does(who, join)
        return who

    def plan(
        self,
        *doses: str,
        drug: str = "diazepam",
        confirmed: str | None = "2026-11-29",
        steps: dict[str, tuple[str, ...]] | None = None,
        more: dict[str, tuple[str, ...]] | None = None,
        tablets: tuple[str, ...] = (),
        needed: str = "",
    ) -> dict[str, Any]:
        """A typed plan in the shape that joining uses; `more` are further medicines.

        `tablets` are scored ones of so many mg, `needed` is "2 mg, most, hours apart": "2 2 6".
        """
        every = {drug: doses or ("08:00 10",)} | (more or {})
        return {
            "confirmed": confirmed,
            "medicines": [{"drug": name, "doses": _typed(some)} for name, some in every.items()],
            "steps": [
                {"on": day, "drug": drug, "doses": _typed(some)}
                for day, some in (steps or {}).items()
            ],
            "products": [{"drug": drug, "form": "tablet", "mg": mg, "pieces": 2} for mg in tablets],
            "as_needed": [
                dict(zip(("drug", "mg", "most", "apart"), (drug, *needed.split()), strict=True))
            ]
            if needed
            else [],
        }

    def caregiver(self, patient: Someone, *, shares_words: bool = True) -> Someone:
        """Somebody who was invited, accepted, and answered the test alert."""
        who = self.person()
        self.does(patient, caregivers.invite, f"Maya{who.chat}", shares_words=shares_words)
        row = self.rows(Invitation, patient_id=patient.id)[-1]
        self.does(who, lambda tx, person: tx.vault.seal(person, first_name=f"Maya{who.chat}"))
        self.does(who, joining.arrive, self._token(patient))
        self.does(who, joining.accept, row.id)
        drill = self.rows(Alert, patient_id=patient.id, drill=True)[-1]
        self.does(who, responses.acknowledge, drill.id)
        self.hears(who), self.hears(patient)
        return who

    def _token(self, patient: Someone) -> str:
        invitation = [m for m in self.said(patient) if m.template == "caregivers/invitation"][-1]
        return invitation.inline[0][0]["url"].rpartition("=")[2]

    def household(self, *doses: str, **plan: Any) -> tuple[Someone, Someone]:
        """A patient and a caregiver."""
        patient = self.patient(*doses, **plan)
        return patient, self.caregiver(patient)

    def link(self, patient: Someone, caregiver: Someone) -> CareLink:
        """The link between two people."""
        (found,) = self.rows(CareLink, patient_id=patient.id, person_id=caregiver.id)
        assert isinstance(found, CareLink)
        return found

    def how_many(self, table: type[DeclarativeBase]) -> int:
        """How many rows a table has."""
        return self.call(lambda tx: tx.session.scalar(select(func.count()).select_from(table)) or 0)


def _typed(doses: tuple[str, ...]) -> list[list[str]]:
    return [dose.split() for dose in doses]


def _message(tx: Tx, row: OutboxRow) -> Message:
    body = tx.json(row, "body")
    text = body.get("text") or body.get("caption") or ""
    return Message(row.id, row.op, row.template, text, body.get("inline") or [])


def at_once(*jobs: Callable[[], R]) -> list[R]:
    """Do several things in the same moment, each in a thread of its own; the first error counts."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], R]) -> R:
        gate.wait(timeout=10)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [done.result(timeout=30) for done in [pool.submit(run, job) for job in jobs]]
