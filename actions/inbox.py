"""Updates: kept before Telegram hears of it, handled once, danger first, never lost."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, update

from actions import outbox, people
from actions.heed import heed
from actions.inbound import Inbound, Raw, chat_of
from actions.tx import Tx
from bot.content.countries import UNKNOWN
from care.messages import Kind
from store.crypto import SealError
from store.models import InboxRow, Person
from store.queries import inbox as query
from store.queries import marks

LEASE: Final = timedelta(seconds=60)
FIRST_RETRY: Final = timedelta(seconds=2)
MOST_ATTEMPTS: Final = 5
GAP: Final = timedelta(minutes=2)  # button taps live 150 s at Telegram (telegram.md fact 1)


def receive(tx: Tx, raws: list[Raw]) -> int:
    """Keep updates; return how many were new. Only after this may Telegram forget them."""
    new = 0
    for raw in raws:
        chat_hash = tx.vault.chat_hash(chat_of(raw))
        row = InboxRow(
            bot_id=tx.house.bot_id,
            update_id=raw["update_id"],
            chat_hash=chat_hash,
            key_owner=chat_hash,
            state="new",
            attempts=0,
            received_at=tx.now,
            next_at=tx.now,
        )
        # Half of a surrogate pair cannot be stored; it must not stop everybody else's updates.
        storable = json.dumps(raw, ensure_ascii=False).encode(errors="replace").decode()
        tx.vault.seal(row, raw=storable)
        new += query.add_once(tx.session, row)
    return new


def polled(tx: Tx) -> datetime | None:
    """Note that Telegram answered a poll; return when a gap of over two minutes began, if one did.

    Taps pressed in such a gap are gone: what was open must be asked again (DESIGN.md 2.6).
    """
    before = marks.get(tx.session, "ingest")
    marks.put(tx.session, "ingest", tx.now)
    return before if before is not None and tx.now - before > GAP else None


def not_polling(tx: Tx) -> None:
    """With a webhook nobody polls: then a quiet day is neither a gap nor a fault."""
    marks.drop(tx.session, "ingest")


def claim(tx: Tx, limit: int) -> list[tuple[int, str]]:
    """Take open updates, at most one per chat; return (seq, raw JSON) of each."""
    rows = query.claim(tx.session, tx.now, limit=limit, lease=LEASE)
    opened = [(row, _open(tx, row)) for row in rows]
    return [(row.seq, body) for row, body in opened if body is not None]


def _open(tx: Tx, row: InboxRow) -> str | None:
    """Return the raw update, None when its key is gone: then it is parked, the others go on."""
    try:
        return tx.vault.read(row, "raw") or "{}"
    except SealError as error:
        row.state, row.error, row.done_at = "parked", str(error)[:200], tx.now
        tell_operators(
            tx, "operator/parked", key=f"parked:{row.seq}", seq=row.seq, error="cannot be opened"
        )
        return None


def finish(tx: Tx, seq: int) -> InboxRow | None:
    """Mark an update done; None when it was done already, and then nothing may happen.

    First in its transaction: marked last, two workers after a lost lease both replied.
    """
    done = tx.session.execute(
        update(InboxRow)
        .where(InboxRow.seq == seq, InboxRow.state.in_(query.UNFINISHED))
        .values(state="done", done_at=tx.now, lease_until=None)
    )
    if getattr(done, "rowcount", 0) != 1:
        return None
    return tx.session.get_one(InboxRow, seq, populate_existing=True)


def forget_place(row: InboxRow, inbound: Inbound) -> None:
    """Drop an update that tells where somebody is: it is used once, and they were told so."""
    if inbound.place:
        row.raw = None


def is_done(tx: Tx, seq: int) -> bool:
    """Whether an update has been dealt with."""
    return tx.session.get_one(InboxRow, seq).state not in query.UNFINISHED


def retry(tx: Tx, seq: int, error: str) -> bool:
    """After a passing error: open the update again later; False when it had its tries."""
    row = tx.session.get_one(InboxRow, seq)
    if row.state not in query.UNFINISHED:
        # The action was committed and only the look at it failed: it must not be done again.
        return True
    row.error = error[:200]
    if row.attempts >= MOST_ATTEMPTS:
        return False
    row.state, row.lease_until = "new", None
    row.next_at = tx.now + FIRST_RETRY * 2 ** (row.attempts - 1)
    return True


def park(tx: Tx, inbound: Inbound, error: str) -> None:
    """Give up on handling an update, never on the person: read, act, answer, tell the operator.

    A bug in a handler must not leave "I want to die" unanswered.
    """
    row = finish(tx, inbound.seq)
    if row is None:
        return
    row.state, row.error = "parked", error[:200]
    forget_place(row, inbound)
    tx.inbox, tx.source, tx.typed = row, f"in:{row.seq}", bool(inbound.text)
    tx.audit("parked", None, seq=row.seq, error=error[:200])
    if inbound.chat_id > 0 and not inbound.is_bot:
        person = people.meet(tx, inbound)
        if not heed(tx, person, inbound):
            _sorry(tx, person)
        if inbound.callback_id:
            outbox.answer_press(tx, person, inbound.callback_id)
    tell_operators(tx, "operator/parked", key=f"parked:{row.seq}", seq=row.seq, error=error[:120])


def park_bare(tx: Tx, seq: int, chat_id: int, error: str) -> None:
    """Park when even reading failed: the person gets the emergency text, the operator a note."""
    row = finish(tx, seq)
    if row is None:
        return
    row.state, row.error = "parked", error[:200]
    tx.inbox, tx.source = row, f"in:{row.seq}"
    if chat_id > 0:
        _sorry(tx, people.by_chat(tx, chat_id))
    tell_operators(tx, "operator/parked", key=f"parked:{row.seq}", seq=row.seq, error=error[:120])


def _sorry(tx: Tx, person: Person) -> None:
    country = tx.content.countries.get(person.country or "", UNKNOWN)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "common/sorry",
        inline=[[words.button("help.open")]],
        emergency=country.emergency[0],
    )


def tell_operators(tx: Tx, template: str, *, key: str, **values: object) -> None:
    """Write to whoever runs this house; ids and our own words only."""
    for chat_id in tx.house.operators:
        person = people.by_chat(tx, chat_id)
        said: dict[str, Any] = dict(values)
        outbox.say(tx, person, template, kind=Kind.ALERT, key=f"{key}:{person.id}", **said)


def forget_old(tx: Tx, before_days: int) -> int:
    """Delete updates dealt with longer ago than `before_days`: their words live in notes."""
    limit = tx.now - timedelta(days=before_days)
    gone = tx.session.execute(
        delete(InboxRow).where(InboxRow.state.in_(("done", "parked")), InboxRow.done_at < limit)
    )
    return int(getattr(gone, "rowcount", 0))
