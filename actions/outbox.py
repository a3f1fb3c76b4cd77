"""Saying things: every message is a row first. `scheduler.sender` alone speaks to Telegram."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.messages import POLICIES, Kind
from store.models import OutboxRow, Person

HOUSE_OWNER = "house"


@dataclass(frozen=True, slots=True)
class About:
    """What a message belongs to: whose words it carries, which alert or dose it is of."""

    key_owner: str | None = None
    alert_id: int | None = None
    dose_id: int | None = None


NOTHING = About()


def say(
    tx: Tx,
    person: Person,
    template: str,
    *,
    kind: Kind = Kind.QUESTION,
    inline: Keyboard | None = None,
    reply: object = None,
    key: str | None = None,
    until: datetime | None = None,
    not_before: datetime | None = None,
    once_more: str | None = None,
    about: About = NOTHING,
    quiet: bool = False,
    **values: object,
) -> OutboxRow:
    """Queue a message to somebody; return the row, the earlier one when `key` was used before.

    Args:
        tx: the transaction it is part of.
        person: who gets it.
        template: name of the text under bot/content/templates.
        kind: decides priority, lifetime and what an ambiguous outcome means.
        inline: rows of inline buttons.
        reply: the keyboard above the input, `"remove"`, or None to leave it.
        key: unique key; made from the update when not given.
        until: stale after this instant (default: the kind's lifetime).
        not_before: not sent earlier.
        once_more: template of the wording used when it may have arrived already.
        about: owner of the words, alert, dose.
        quiet: delivered without a sound.
        values: what the template needs.
    """
    text = tx.content.text(template, person.locale, **values)
    body = {"text": text, "inline": inline, "reply": reply, "quiet": quiet}
    if once_more is not None:
        body["once_more"] = tx.content.text(
            once_more, person.locale, **values | {"maybe_repeat": True}
        )
    row = _row(tx, "send", kind, person, key=key, about=about, template=template)
    row.expires_at = until or tx.now + POLICIES[kind].lifetime
    row.not_before = not_before or tx.now
    return _add(tx, row, body)


def edit(
    tx: Tx,
    person: Person,
    target_id: int,
    template: str,
    *,
    inline: Keyboard | None = None,
    kind: Kind = Kind.QUESTION,
    about: About = NOTHING,
    **values: object,
) -> OutboxRow:
    """Queue a change of an earlier message, named by its outbox row."""
    text = tx.content.text(template, person.locale, **values)
    row = _row(tx, "edit", kind, person, about=about, template=template, target=target_id)
    return _add(tx, row, {"text": text, "inline": inline})


def show(
    tx: Tx,
    person: Person,
    template: str,
    *,
    inline: Keyboard | None = None,
    **values: Any,  # noqa: ANN401 (what a template needs is the template's business)
) -> OutboxRow:
    """Show a screen: a press changes the message it came from, anything else says it anew."""
    row_id = None
    if tx.pressed_message is not None:
        row_id = tx.session.scalar(
            select(OutboxRow.id).where(
                OutboxRow.person_id == person.id, OutboxRow.message_id == tx.pressed_message
            )
        )
    if row_id is None:
        return say(tx, person, template, inline=inline, **values)
    return edit(tx, person, row_id, template, inline=inline, **values)


def strip(tx: Tx, person: Person, target_id: int) -> OutboxRow:
    """Queue the removal of the buttons of an earlier message."""
    row = _row(tx, "strip", Kind.CONFIRMATION, person, template="-", target=target_id)
    return _add(tx, row, {})


def picture(
    tx: Tx,
    person: Person,
    recipe: dict[str, Any],
    template: str,
    *,
    inline: Keyboard | None = None,
    **values: object,
) -> OutboxRow:
    """Queue a picture; the sender draws it from its recipe, off the event loop."""
    caption = tx.content.text(template, person.locale, **values)
    row = _row(tx, "photo", Kind.QUESTION, person, template=template)
    body = {"recipe": recipe, "caption": caption, "inline": inline, "file_name": "picture.png"}
    return _add(tx, row, body)


def answer_press(tx: Tx, person: Person, callback_id: str) -> None:
    """Queue the answer to a button press, so that its spinner stops."""
    row = _row(tx, "answer", Kind.CONFIRMATION, person, template="-")
    _add(tx, row, {"callback_id": callback_id, "text": tx.toast})


def leave(tx: Tx, chat_id: int) -> None:
    """Queue a goodbye to a group and the leaving of it: Steady speaks in private only."""
    text = tx.content.text("common/private_only", "en")
    # Telegram tells of one invitation twice, and refuses a goodbye from where we are no longer.
    key = f"{tx.vault.chat_hash(chat_id)[:32]}:{int(tx.now.timestamp()) // 60}"
    bye = _row(tx, "send", Kind.CONFIRMATION, None, key=f"bye:{key}")
    _add(tx, bye, {"text": text, "chat_id": chat_id})
    going = _row(tx, "leave", Kind.CONFIRMATION, None, key=f"leave:{key}")
    _add(tx, going, {"chat_id": chat_id})


def setup(
    tx: Tx, method: str, params: dict[str, Any], key: str, person: Person | None = None
) -> None:
    """Queue a setting of the bot's own profile, or of one person's chat, once per key."""
    row = _row(tx, "setup", Kind.SETUP, person, key=key)
    _add(tx, row, {"method": method, "params": params})


def clear(tx: Tx, *, dose_id: int) -> None:
    """Clear reminders of a dose that are no longer needed: answered is not cancelled."""
    waiting = select(OutboxRow).where(OutboxRow.dose_id == dose_id, OutboxRow.state == "ready")
    for row in tx.session.scalars(waiting):
        if row.op == "send":
            row.state, row.ended_at = "cleared", tx.now


def _row(
    tx: Tx,
    op: str,
    kind: Kind,
    person: Person | None,
    *,
    key: str | None = None,
    about: About = NOTHING,
    template: str = "-",
    target: int | None = None,
) -> OutboxRow:
    owner = about.key_owner or (person.key_owner if person else HOUSE_OWNER)
    return OutboxRow(
        key=key or tx.next_key(),
        key_owner=owner,
        person_id=None if person is None else person.id,
        op=op,
        target_id=target,
        kind=kind.value,
        priority=POLICIES[kind].priority,
        template=template,
        content_version=tx.content.version,
        state="ready",
        not_before=tx.now,
        expires_at=tx.now + POLICIES[kind].lifetime,
        created_at=tx.now,
        alert_id=about.alert_id,
        dose_id=about.dose_id,
    )


def _add(tx: Tx, row: OutboxRow, body: dict[str, Any]) -> OutboxRow:
    before = tx.session.scalar(select(OutboxRow).where(OutboxRow.key == row.key))
    if before is not None:
        return before
    tx.vault.seal_json(row, "body", body)
    tx.session.add(row)
    tx.session.flush()
    return row
