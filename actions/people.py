"""Meeting people: whoever writes is known from then on."""

from actions.inbound import Inbound
from actions.tx import Tx
from store.models import Person
from store.queries import people as query


def meet(tx: Tx, inbound: Inbound) -> Person:
    """Return the person behind an update, made now at first sight; writing unblocks."""
    person = by_chat(tx, inbound.chat_id)
    if inbound.first_name and person.first_name is None:
        tx.vault.seal(person, first_name=inbound.first_name)
    person.last_seen_at = tx.now
    person.blocked_at = None
    return person


def by_chat(tx: Tx, chat_id: int) -> Person:
    """Return the person of a private chat, made now when there is none."""
    chat_hash = tx.vault.chat_hash(chat_id)
    person = query.by_chat_hash(tx.session, chat_hash)
    if person is not None:
        return person
    person = Person(chat_hash=chat_hash, key_owner=chat_hash, locale="en", created_at=tx.now)
    tx.vault.seal(person, telegram_id=str(chat_id))
    tx.session.add(person)
    tx.session.flush()
    return person


def mark_blocked(tx: Tx, person: Person) -> None:
    """Remember that somebody blocked the bot; nothing can reach them until they unblock."""
    person.blocked_at = tx.now
    tx.audit("blocked", person)
