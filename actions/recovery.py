"""After a gap: taps pressed meanwhile are gone at Telegram, so what is open is asked again."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from actions import asks, conversation, inbox, outbox
from actions.inbound import Raw
from actions.tx import Tx
from care.doses import DoseState
from care.messages import Kind
from store.models import Ask, Dialogue, Dose, InboxRow, OutboxRow, Person

OPEN: Final = (DoseState.PLANNED.value, DoseState.DUE.value)
RECENT: Final = timedelta(hours=24)


def take_in(tx: Tx, raws: list[Raw]) -> int:
    """Keep what a poll brought, and notice a gap before it; return how many updates were new.

    One transaction: a process that dies between the two would have noted that it polled and
    never have asked anybody what they pressed meanwhile.
    """
    since = inbox.polled(tx)
    if since is not None:
        after_gap(tx, since)
    return inbox.receive(tx, raws)


def take_over(tx: Tx) -> None:
    """Give back what an earlier process had claimed when it died, without waiting for its leases.

    Only for the one process of a SQLite house, at its start: nobody else can be at work.
    A lapsed claim is then treated as everywhere: updates are handled, calls count as unknown.
    """
    held = update(InboxRow).where(InboxRow.state == "taken", InboxRow.lease_until > tx.now)
    tx.session.execute(held.values(lease_until=tx.now))
    calling = update(OutboxRow).where(OutboxRow.state == "sending", OutboxRow.lease_until > tx.now)
    tx.session.execute(calling.values(lease_until=tx.now))


def after_gap(tx: Tx, since: datetime) -> int:
    """Ask every open question once more, and say that a tap or a dose may have been missed.

    Only people who were asked something within a day hear of it, and those who had a dose planned
    whose time ended between `since`, when the gap began, and now. Return how many did.
    """
    open_now = select(Dialogue.person_id).where(
        Dialogue.open.is_(True), Dialogue.touched_at > tx.now - RECENT
    )
    asked = select(Ask.person_id).where(Ask.state == "open")
    ids = set(tx.session.scalars(open_now)) | set(tx.session.scalars(asked))
    dosed = _unreminded(tx, since)
    for person_id in sorted(ids | dosed):
        person = tx.session.get_one(Person, person_id)
        words = tx.content.buttons(person.locale)
        again = [[words.button("gap.again")]] if person_id in ids else []
        outbox.say(
            tx,
            person,
            "common/may_have_missed",
            kind=Kind.QUESTION,
            key=f"gap:{person_id}:{int(tx.now.timestamp())}",
            inline=[*again, [words.button("help.open")]],
            question=person_id in ids,
            dose=person_id in dosed,
        )
    return len(ids | dosed)


def _unreminded(tx: Tx, since: datetime) -> set[int]:
    """Return whose doses ran out of their time while nobody could be reminded or heard."""
    over = select(Dose.patient_id).where(
        Dose.closes_at > since, Dose.closes_at <= tx.now, Dose.state.in_(OPEN)
    )
    return set(tx.session.scalars(over))


def again(tx: Tx, person: Person) -> None:
    """Show the open question again."""
    ask = asks.open_ask(tx, person)
    if ask is not None:
        asks.say_again(tx, person, ask)
        return
    conversation.show_open(tx, person)
