"""Caregivers join: by a single-use link, by their own choice, with a test alert."""

from typing import Any, Final

from sqlalchemy import func, select

from actions import escalate, findings, outbox, plan_codes, plan_files, profile
from actions.tx import Tx
from care.escalation import Rung
from care.tiers import Tier
from store.models import Alert, CareLink, Consent, Invitation, Patient, Person
from store.queries import people as query

CONSENT_VERSION: Final = "2026-11"


def arrive(tx: Tx, person: Person, token: str) -> None:
    """Somebody opened a link: a plan code is read back, an invitation explained and asked."""
    if token.startswith(plan_codes.PREFIX):
        plan_files.use_code(tx, person, token.removeprefix(plan_codes.PREFIX))
        return
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
    rank = _next_rank(tx, row.patient_id)
    link = query.care_link(tx.session, row.patient_id, person.id) or CareLink(
        patient_id=row.patient_id, person_id=person.id, key_owner=patient_person.key_owner
    )
    link.rank = rank
    link.state, link.accepted_at, link.ended_at = "accepted", tx.now, None
    link.shares_words = row.shares_words
    tx.vault.seal(link, known_as=tx.vault.read(row, "known_as"))
    tx.session.add(link)
    if person.country is None:
        person.country = patient_person.country
    tx.session.add(
        Consent(person_id=person.id, kind="caregiver", version=CONSENT_VERSION, at=tx.now)
    )
    tx.session.flush()
    profile.give_menu(tx, person)
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
