"""One transaction's world: session, time, words, secrets. Actions get it as first argument."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from care.textreader import Reading
from store.models import AuditEntry, InboxRow, Person
from store.vault import Vault

if TYPE_CHECKING:
    from bot.content.library import Content


@dataclass(frozen=True, slots=True)
class House:
    """What the operator configured and the actions need.

    Args:
        bot_id: the bot's Telegram id.
        bot_username: for invitation links, without the @.
        operators: Telegram chat ids told when nobody else answers.
    """

    bot_id: int = 0
    bot_username: str = ""
    operators: tuple[int, ...] = ()


@dataclass(slots=True)
class Tx:
    """An open transaction.

    Attributes:
        now: the instant (aware UTC) at which everything in it happens.
        source: prefix of the outbox keys made in it, `in:812` for an update, so that a second
            delivery of the same update cannot say anything twice.
        reading: what the text reader made of the words that came in, if there were any.
        toast: text for the answer to a button press.
    """

    session: Session
    now: datetime
    vault: Vault
    content: "Content"
    house: House
    source: str
    inbox: InboxRow | None = None
    reading: Reading | None = None
    typed: bool = False
    pressed_message: int | None = None
    toast: str | None = None
    said: int = field(default=0)

    def next_key(self) -> str:
        """Return a unique outbox key for the next thing said in this transaction."""
        self.said += 1
        return f"{self.source}:{self.said}"

    def audit(self, what: str, person: Person | None = None, **detail: object) -> None:
        """Append to the audit trail: ids and our own words, never the patient's."""
        self.session.add(
            AuditEntry(
                at=self.now,
                person_id=None if person is None else person.id,
                what=what,
                detail=dict(detail),
            )
        )

    def name_of(self, person: Person) -> str:
        """Return somebody's first name, or a kind stand-in when we do not know it."""
        return self.vault.read(person, "first_name") or "friend"

    def telegram_id(self, person: Person) -> int:
        """Return the Telegram id of a person."""
        return int(self.vault.read(person, "telegram_id") or 0)

    def json(self, row: Any, column: str) -> dict[str, Any]:  # noqa: ANN401 (any sealed row)
        """Return the JSON object in a sealed column, {} when it is empty."""
        return self.vault.read_json(row, column) or {}
