"""Caregivers: invited by a single-use link, joined by their own choice, drilled, removed."""

import secrets
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select

from actions import escalate, findings, outbox
from actions.tx import Tx
from care.messages import Kind
from care.tiers import Tier
from store.models import CareLink, Consent, Invitation, Patient, Person
from store.queries import people as query

TOKEN_BYTES: Final = 16  # 22 characters, which fit a deep link (telegram.md section 1)
VALID: Final = timedelta(days=7)
CONSENT_VERSION: Final = "2026-11"


def home_keyboard(tx: Tx, person: Person) -> dict[str, Any]:
    """Return the keyboard above the input that a patient always has; help comes first."""
    words = tx.content.buttons(person.locale)
    return {
        "rows": [
            [words.text("home.help")],
            [words.text("home.checkin"), words.text("home.today")],
            [words.text("home.learn"), words.text("home.people")],
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


def arrive(tx: Tx, person: Person, token: str) -> None:
    """Somebody opened an invitation link: say what it means and ask."""
    row = query.open_invitation(tx.session, tx.vault.token_hash(token), tx.now)
    if row is None:
        outbox.say(tx, person, "caregivers/link_over", **_numbers(tx, person))
        return
    if row.patient_id == person.id:
        outbox.say(tx, person, "caregivers/own_link")
        return
    link = query.care_link(tx.session, row.patient_id, person.id)
    if link is not None and link.state == "accepted":
        outbox.say(tx, person, "caregivers/already", **_patient_name(tx, row.patient_id))
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "caregivers/what_it_means",
        inline=[
            [words.button("care.accept", row.id, token[:8])],
            [words.button("care.refuse", row.id, token[:8])],
        ],
        shares_words=row.shares_words,
        **_patient_name(tx, row.patient_id),
    )
    # The button must name the link that was opened; the token itself is too long and secret.
    tx.vault.seal(row, known_as=tx.vault.read(row, "known_as"))
    row.used_by = person.id


def _numbers(tx: Tx, person: Person) -> dict[str, Any]:
    country = tx.content.countries.get(person.country or "")
    return {"emergency": country.emergency[0] if country else ""}


def _patient_name(tx: Tx, patient_id: int) -> dict[str, Any]:
    return {"patient": tx.name_of(tx.session.get_one(Person, patient_id))}


def _offered(tx: Tx, person: Person, invitation_id: int) -> Invitation | None:
    """Return the invitation whose link this very person opened, if it is still open."""
    row = tx.session.get(Invitation, invitation_id)
    good = row is not None and row.used_by == person.id and row.used_at is None
    if row is None or not good or row.expires_at <= tx.now:
        outbox.say(tx, person, "common/old_button")
        return None
    return row


def accept(tx: Tx, person: Person, invitation_id: int) -> None:
    """Join: the link is used up, the patient is told who it was, and a test alert follows."""
    row = _offered(tx, person, invitation_id)
    if row is None:
        return
    row.used_at = tx.now
    patient_person = tx.session.get_one(Person, row.patient_id)
    link = query.care_link(tx.session, row.patient_id, person.id)
    if link is None:
        link = CareLink(
            patient_id=row.patient_id, person_id=person.id, key_owner=patient_person.key_owner
        )
        tx.session.add(link)
    link.rank = _next_rank(tx, row.patient_id)
    link.state, link.accepted_at, link.ended_at = "accepted", tx.now, None
    link.shares_words = row.shares_words
    tx.vault.seal(link, known_as=tx.vault.read(row, "known_as"))
    if person.country is None:
        person.country = patient_person.country
    tx.session.add(
        Consent(person_id=person.id, kind="caregiver", version=CONSENT_VERSION, at=tx.now)
    )
    tx.session.flush()
    tx.audit("caregiver_joined", person, patient=row.patient_id)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "caregivers/welcome",
        reply=_caregiver_keyboard(tx, person),
        patient=tx.name_of(patient_person),
    )
    outbox.say(
        tx,
        patient_person,
        "caregivers/joined",
        inline=[[words.button("care.not_them", link.id)]],
        name=tx.name_of(person),
        known_as=tx.vault.read(row, "known_as") or "",
    )
    drill(tx, link)


def _caregiver_keyboard(tx: Tx, person: Person) -> object:
    if query.patient_of(tx.session, person) is not None:
        return None
    words = tx.content.buttons(person.locale)
    return {"rows": [[words.text("home.help")], [words.text("home.caring")]], "persistent": True}


def _next_rank(tx: Tx, patient_id: int) -> int:
    highest = select(func.max(CareLink.rank)).where(CareLink.patient_id == patient_id)
    return (tx.session.scalar(highest) or 0) + 1


def drill(tx: Tx, link: CareLink) -> None:
    """Send one caregiver a test alert, marked as one; it must be answered like a real one."""
    from care.escalation import Rung
    from store.models import Alert

    patient = tx.session.get_one(Patient, link.patient_id)
    finding = findings.from_label(tx, "drill", Tier.URGENT, rule_id="drill")
    owner = tx.session.get_one(Person, patient.person_id).key_owner
    alert = Alert(
        patient_id=patient.person_id,
        key_owner=owner,
        tier=finding.tier.value,
        card="drill",
        say=finding.say,
        label="drill",
        state="open",
        drill=True,
        opened_at=tx.now,
        rung=0,
        ladder_version=0,
        next_rung_at=tx.now,
        ladder=[
            Rung(0, (link.person_id,), operator=False).as_json(),
            Rung(60, (link.person_id,), operator=False).as_json(),
            Rung(24 * 60, (), operator=False).as_json(),
        ],
    )
    tx.session.add(alert)
    tx.session.flush()
    escalate.climb(tx, alert)


def refuse(tx: Tx, person: Person, invitation_id: int) -> None:
    """Say no: the patient is told, kindly; the link is used up."""
    row = _offered(tx, person, invitation_id)
    if row is None:
        return
    row.used_at = tx.now
    patient_person = tx.session.get_one(Person, row.patient_id)
    outbox.say(tx, person, "caregivers/refused_thanks")
    known = tx.vault.read(row, "known_as") or tx.name_of(person)
    outbox.say(tx, patient_person, "caregivers/refused", name=known)


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
    from actions import dialogues

    if query.patient_of(tx.session, person) is None:
        outbox.say(tx, person, "common/not_joined")
        return
    dialogues.begin(tx, person, "invite", "name", {})
    outbox.say(tx, person, "caregivers/ask_name")


def on_invite_text(tx: Tx, person: Person, dialogue: Any, text: str) -> None:  # noqa: ANN401
    """Take the name, then ask what they may see."""
    from actions import dialogues

    who = " ".join(text.split())[:40]
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
    from actions import dialogues

    dialogue = query.dialogue(tx.session, person.id, "invite")
    who = dialogues.data_of(tx, dialogue).get("who") if dialogue and dialogue.open else None
    if dialogue is None or not who:
        outbox.say(tx, person, "common/old_button")
        return
    dialogues.close(tx, dialogue)
    invite(tx, person, who, shares_words=shares_words)
