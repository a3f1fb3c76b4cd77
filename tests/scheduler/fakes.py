"""A house to send from: a clock to move by hand, people, queued rows, and hooks that remember."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

from sqlalchemy import Engine

from actions.delivery import DeliveryHooks, Hook
from actions.runtime import Runtime
from actions.tx import House, Tx
from bot.content.library import Content
from care.messages import POLICIES, Kind
from sandbox.emulator import Emulator
from store.models import OutboxRow, Person
from store.vault import Vault
from tests.sandbox.fakes import png

Wish = tuple[int | None, Kind, str, dict[str, Any]]

TOKEN = "123456:sandbox-token"
# Rows come with their words; whatever words something here anew fails.
NO_WORDS = cast("Content", None)
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **parts: float) -> None:
        self.at += timedelta(**parts)


class HookLog:
    """Remembers which rows each hook was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []

    def hooks(self) -> DeliveryHooks:
        return DeliveryHooks(*map(self._hook, ("delivered", "undeliverable", "refused")))

    def _hook(self, name: str) -> Hook:
        def note(tx: Tx, row: OutboxRow) -> None:
            self.calls.append((name, row.id))

        return note


class Queue:
    """A house whose outbox a test fills by hand."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self.clock = HandClock()
        self.rt = Runtime(engine, vault, NO_WORDS, House(bot_id=123456), self.clock)
        self.log = HookLog()
        self.hooks = self.log.hooks()
        self._keys = count(1)

    def person(self, chat_id: int) -> int:
        """Somebody with this Telegram id; returns the person's id."""

        def make(tx: Tx) -> int:
            owner = tx.vault.chat_hash(chat_id)
            person = Person(chat_hash=owner, key_owner=owner, locale="en", created_at=tx.now)
            tx.vault.seal(person, telegram_id=str(chat_id))
            tx.session.add(person)
            tx.session.flush()
            return person.id

        return self.rt.call(make)

    def put(
        self,
        person_id: int | None,
        kind: Kind = Kind.QUESTION,
        op: str = "send",
        body: dict[str, Any] | None = None,
        **columns: Any,
    ) -> int:
        """Queue one row; returns its id."""
        return self.put_all([(person_id, kind, op, body or {"text": f"{kind} text"})], **columns)[0]

    def put_all(self, wanted: list[Wish], **columns: Any) -> list[int]:
        """Queue rows in this order, in one transaction; returns their ids."""

        def make(tx: Tx) -> list[int]:
            rows = [self._row(tx, one, columns) for one in wanted]
            tx.session.add_all(rows)
            tx.session.flush()
            return [row.id for row in rows]

        return self.rt.call(make)

    def _row(self, tx: Tx, wanted: Wish, columns: dict[str, Any]) -> OutboxRow:
        person_id, kind, op, body = wanted
        row = OutboxRow(
            key=f"test:{next(self._keys)}",
            key_owner="house",
            person_id=person_id,
            op=op,
            kind=kind.value,
            priority=POLICIES[kind].priority,
            template="test/text",
            content_version="1",
            state="ready",
            attempts=0,
            repeats=0,
            not_before=tx.now,
            expires_at=tx.now + POLICIES[kind].lifetime,
            created_at=tx.now,
        )
        for column, value in columns.items():
            setattr(row, column, value)
        tx.vault.seal_json(row, "body", body)
        return row

    def row(self, row_id: int) -> OutboxRow:
        """The row as it stands now."""
        return self.rt.call(lambda tx: tx.session.get_one(OutboxRow, row_id))

    def state(self, row_id: int) -> str:
        return self.row(row_id).state

    def states(self) -> Counter[str]:
        """How many rows stand in each state."""

        def read(tx: Tx) -> Counter[str]:
            return Counter(row.state for row in tx.session.query(OutboxRow))

        return self.rt.call(read)


def drawn(recipe: dict[str, Any]) -> bytes:
    """Draw what a test asks for: a picture of one colour, or nothing but trouble."""
    if recipe.get("broken"):
        raise ValueError(recipe["broken"])
    return png()


def meet(queue: Queue, telegram: Emulator, name: str = "Ana") -> tuple[int, int]:
    """Somebody who pressed Start; returns the chat id and the person's id."""
    chat_id = telegram.people.create_user(name)
    telegram.people.send_text(chat_id, "/start")
    telegram.world.queue.clear()
    return chat_id, queue.person(chat_id)


def texts(telegram: Emulator, chat_id: int) -> list[str]:
    """What the bot's messages in a chat say now, oldest first."""
    messages = telegram.world.chats[chat_id].messages.values()
    return [one.text for one in messages if one.sender is None]
