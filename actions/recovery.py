"""After a gap: taps pressed meanwhile are gone at Telegram, so what is open is asked again."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from actions import asks, conversation, outbox
from actions.tx import Tx
from care.messages import Kind
from store.models import Ask, Dialogue, Person

RECENT: Final = timedelta(hours=24)


def after_gap(tx: Tx) -> int:
    """Ask every open question once more, and say that a tap may have been missed.

    Only people who were asked something within a day hear of it. Return how many did.
    """
    open_now = select(Dialogue.person_id).where(
        Dialogue.open.is_(True), Dialogue.touched_at > tx.now - RECENT
    )
    asked = select(Ask.person_id).where(Ask.state == "open")
    ids = set(tx.session.scalars(open_now)) | set(tx.session.scalars(asked))
    for person_id in sorted(ids):
        person = tx.session.get_one(Person, person_id)
        words = tx.content.buttons(person.locale)
        outbox.say(
            tx,
            person,
            "common/may_have_missed",
            kind=Kind.QUESTION,
            key=f"gap:{person_id}:{int(tx.now.timestamp())}",
            inline=[[words.button("gap.again")], [words.button("help.open")]],
        )
    return len(ids)


def again(tx: Tx, person: Person) -> None:
    """Show the open question again."""
    ask = asks.open_ask(tx, person)
    if ask is not None:
        asks.say_again(tx, person, ask)
        return
    conversation.show_open(tx, person)
