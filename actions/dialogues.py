"""Open questions: which one somebody was asked, and the screen that shows it."""

from typing import Any

from actions import outbox
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.messages import Kind
from store.models import Dialogue, OutboxRow, Person
from store.queries import people as query


def begin(tx: Tx, person: Person, kind: str, step: str, data: dict[str, Any]) -> Dialogue:
    """Open a dialogue, or open it again; it becomes the one that typed words go to."""
    dialogue = query.dialogue(tx.session, person.id, kind)
    if dialogue is None:
        dialogue = Dialogue(
            person_id=person.id,
            kind=kind,
            key_owner=person.key_owner,
            step=step,
            touched_at=tx.now,
        )
        tx.session.add(dialogue)
    dialogue.open, dialogue.step, dialogue.touched_at = True, step, tx.now
    tx.vault.seal_json(dialogue, "data", data)
    tx.session.flush()
    return dialogue


def data_of(tx: Tx, dialogue: Dialogue) -> dict[str, Any]:
    """Return what was answered so far."""
    return tx.json(dialogue, "data")


def move(tx: Tx, dialogue: Dialogue, step: str, data: dict[str, Any]) -> None:
    """Go to another step of a dialogue, keeping what was answered."""
    dialogue.step, dialogue.touched_at = step, tx.now
    tx.vault.seal_json(dialogue, "data", data)


def put_away(tx: Tx, person: Person, dialogue: Dialogue) -> None:
    """Take the buttons off the screen of a dialogue that is over."""
    old = tx.session.get(OutboxRow, dialogue.screen_id) if dialogue.screen_id else None
    if old is not None and old.message_id is not None:
        outbox.strip(tx, person, old.id)


def close(tx: Tx, dialogue: Dialogue) -> None:
    """End a dialogue; typed words no longer go to it."""
    dialogue.open, dialogue.screen_id = False, None
    tx.vault.seal_json(dialogue, "data", {})


def screen(
    tx: Tx,
    person: Person,
    dialogue: Dialogue,
    template: str,
    *,
    inline: Keyboard | None = None,
    reply: object = None,
    **values: Any,  # noqa: ANN401 (what a template needs is the template's business)
) -> OutboxRow:
    """Show a dialogue's present question.

    A tap changes the message it came from. Typed words stand below it, so the question then
    comes as a new message and the old one loses its buttons.
    """
    old = tx.session.get(OutboxRow, dialogue.screen_id) if dialogue.screen_id else None
    tapped_here = old is not None and not tx.typed and old.message_id == tx.pressed_message
    if old is not None and tapped_here and reply is None:
        return outbox.edit(tx, person, old.id, template, inline=inline, **values)
    if old is not None and old.message_id is not None:
        outbox.strip(tx, person, old.id)
    row = outbox.say(tx, person, template, kind=Kind.QUESTION, inline=inline, reply=reply, **values)
    dialogue.screen_id = row.id
    return row
