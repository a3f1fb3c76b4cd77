"""Caregivers: invited by a single-use link, joined by their own choice, drilled, removed."""

import secrets
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select

from actions import dialogues, escalate, outbox
from actions.intake_base import LONGEST_NAME, first_name_in
from actions.tx import Tx
from care.messages import Kind
from store.models import CareLink, Invitation, Person
from store.queries import people as query

TOKEN_BYTES: Final = 16  # 22 characters, which fit a deep link (telegram.md section 1)
VALID: Final = timedelta(days=7)


def home_keyboard(tx: Tx, person: Person) -> dict[str, Any]:
    """Return the keyboard above the input that a patient always has; help comes first."""
    words = tx.content.buttons(person.locale)
    return {
        "rows": [
            [words.text("home.help")],
            [words.text("home.checkin"), words.text("home.today")],
            [words.text("home.plan"), words.text("home.learn")],
            [words.text("home.people")],
        ],
        "persistent": True,
    }


def invited(tx: Tx, patient_id: int) -> bool:
    """Whether an invitation is still open."""
    waiting = select(func.count()).where(
        Invitation.patient_id == patient_id,
        Invitation.used_at.is_(None),
        Invitation.expires_at > tx.now,
    )
    return bool(tx.session.scalar(waiting))


def invite(tx: Tx, person: Person, who: str, *, shares_words: bool) -> None:
    """Make a single-use link and a message to forward. Only a hash of the token is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Invitation(
        patient_id=person.id,
        key_owner=person.key_owner,
        token_hash=tx.vault.token_hash(token),
        shares_words=shares_words,
        created_at=tx.now,
        expires_at=tx.now + VALID,
    )
    tx.vault.seal(row, known_as=who)
    tx.session.add(row)
    tx.session.flush()
    link = f"https://t.me/{tx.house.bot_username}?start={token}"
    outbox.say(tx, person, "caregivers/how_to_forward", who=who)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "caregivers/invitation",
        inline=[[{"text": words.text("invite.open"), "url": link}]],
        patient=tx.name_of(person),
        who=who,
        link=link,
    )


def not_them(tx: Tx, person: Person, link_id: int) -> None:
    """The patient says that somebody else joined than was meant: removed at once (D14)."""
    remove(tx, person, link_id)


def remove(tx: Tx, person: Person, link_id: int) -> None:
    """The patient removes a caregiver, who is told without being told why."""
    link = tx.session.get(CareLink, link_id)
    if link is None or link.patient_id != person.id or link.state != "accepted":
        outbox.say(tx, person, "common/old_button")
        return
    link.state, link.ended_at = "removed", tx.now
    tx.session.flush()
    escalate.lost_somebody(tx, person.id)
    other = tx.session.get_one(Person, link.person_id)
    tx.audit("caregiver_removed", person, link=link.id)
    outbox.say(tx, other, "caregivers/ended", patient=tx.name_of(person))
    outbox.say(
        tx,
        person,
        "caregivers/removed",
        name=tx.name_of(other),
        alone=not query.caregivers(tx.session, person.id),
    )


def leave(tx: Tx, person: Person, link_id: int) -> None:
    """A caregiver stops; the patient is told at once, since somebody else is needed now."""
    link = tx.session.get(CareLink, link_id)
    if link is None or link.person_id != person.id or link.state != "accepted":
        outbox.say(tx, person, "common/old_button")
        return
    link.state, link.ended_at = "left", tx.now
    tx.session.flush()
    escalate.lost_somebody(tx, link.patient_id)
    patient_person = tx.session.get_one(Person, link.patient_id)
    outbox.say(tx, person, "caregivers/left_thanks", patient=tx.name_of(patient_person))
    outbox.say(
        tx,
        patient_person,
        "caregivers/left",
        kind=Kind.ALERT,
        name=tx.name_of(person),
        alone=not query.caregivers(tx.session, patient_person.id),
    )


def show_people(tx: Tx, person: Person) -> None:
    """/people: who is told, in order, and what they may see."""
    patient = query.patient_of(tx.session, person)
    words = tx.content.buttons(person.locale)
    if patient is None:
        show_caring(tx, person)
        return
    links = query.caregivers(tx.session, person.id)
    named = [(link, tx.name_of(tx.session.get_one(Person, link.person_id))) for link in links]
    rows = [[words.button("care.remove", link.id, name=name)] for link, name in named]
    outbox.say(
        tx,
        person,
        "caregivers/people",
        inline=[*rows, [words.button("care.invite")]],
        people=[
            {"name": name, "words": link.shares_words, "answered": link.drill_answered_at}
            for link, name in named
        ],
        waiting=invited(tx, person.id),
    )


def show_caring(tx: Tx, person: Person) -> None:
    """Whom a caregiver looks out for."""
    links = query.cared_for(tx.session, person.id)
    words = tx.content.buttons(person.locale)
    named = [(link, tx.name_of(tx.session.get_one(Person, link.patient_id))) for link in links]
    rows = [[words.button("care.leave", link.id, name=name)] for link, name in named]
    outbox.say(
        tx,
        person,
        "caregivers/caring",
        inline=rows or None,
        patients=[name for _, name in named],
    )


def begin_invite(tx: Tx, person: Person) -> None:
    """Ask whom to invite, outside of joining."""
    if query.patient_of(tx.session, person) is None:
        outbox.say(tx, person, "common/not_joined")
        return
    dialogues.begin(tx, person, "invite", "name", {})
    outbox.say(tx, person, "caregivers/ask_name")


def on_invite_text(tx: Tx, person: Person, dialogue: Any, text: str) -> None:  # noqa: ANN401
    """Take the name, then ask what they may see."""
    who = first_name_in(text)
    if not 1 <= len(who) <= LONGEST_NAME:
        outbox.say(tx, person, "onboarding/name_length")
        return
    dialogues.move(tx, dialogue, "share", {"who": who})
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "caregivers/ask_sharing",
        inline=[
            [words.button("invite.words")],
            [words.button("invite.alerts")],
        ],
        who=who,
    )


def finish_invite_words(tx: Tx, person: Person) -> None:
    """The invited person may see the patient's own words in an alert."""
    finish_invite(tx, person, shares_words=True)


def finish_invite_alerts(tx: Tx, person: Person) -> None:
    """The invited person gets alerts without the patient's words."""
    finish_invite(tx, person, shares_words=False)


def finish_invite(tx: Tx, person: Person, *, shares_words: bool) -> None:
    """Send the invitation that was prepared."""
    dialogue = query.dialogue(tx.session, person.id, "invite")
    who = dialogues.data_of(tx, dialogue).get("who") if dialogue and dialogue.open else None
    if dialogue is None or not who:
        outbox.say(tx, person, "common/old_button")
        return
    dialogues.close(tx, dialogue)
    invite(tx, person, who, shares_words=shares_words)
