"""Check-ins that come due and check-ins that are let go."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from actions import aftercare, dialogues, outbox
from actions import help as numbers_of
from actions.tx import Tx
from care.localtime import local_day, next_wall
from care.messages import Kind
from store.models import CheckIn, Patient, Person
from store.queries import absences
from store.queries import people as people_query

BATCH: Final = 500
LIFETIME: Final = timedelta(hours=24)
LATE: Final = timedelta(hours=6)


def due(tx: Tx) -> list[int]:
    """Return the patients whose check-in time has come."""
    come = select(Patient.person_id).where(
        Patient.next_checkin_at <= tx.now, Patient.state == "active"
    )
    return list(tx.session.scalars(come.order_by(Patient.next_checkin_at).limit(BATCH)))


def invite(tx: Tx, patient_id: int) -> None:
    """Invite a patient whose check-in time has come; set when the next one comes."""
    patient = tx.session.get_one(Patient, patient_id, with_for_update=True)
    if patient.next_checkin_at is None or patient.next_checkin_at > tx.now:
        return
    person = tx.session.get_one(Person, patient.person_id)
    planned = patient.next_checkin_at
    if patient.checkin_at is not None:
        patient.next_checkin_at = next_wall(tx.now, patient.checkin_at, person.zone or "UTC")
    if not aftercare.asks_today(tx, person):
        return
    if tx.now - planned > LATE:
        return  # found after an outage: no stale invitation; the next one comes in its time
    if absences.covers(tx.session, patient.person_id, tx.now):
        return
    checkin = today_of(tx, person, patient)
    if checkin.state != "invited":
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "checkin/invitation",
        kind=Kind.INVITATION,
        key=f"checkin:{checkin.id}:invite",
        inline=[
            [words.button("checkin.start", checkin.id)],
            [words.button("checkin.bad_day")],
            [words.button("checkin.later", checkin.id)],
        ],
        name=tx.name_of(person),
    )


def today_of(tx: Tx, person: Person, patient: Patient, form: str = "") -> CheckIn:
    """Return today's check-in, made now when there is none."""
    day = local_day(tx.now, person.zone or "UTC")
    name = form or daily_form(tx, patient)
    known = tx.session.scalar(
        select(CheckIn).where(
            CheckIn.patient_id == person.id,
            CheckIn.local_day == day,
            CheckIn.questionnaire == name,
        )
    )
    if known is not None:
        return known
    checkin = CheckIn(
        patient_id=person.id,
        questionnaire=name,
        version=tx.content.questionnaires[name].version,
        local_day=day,
        state="invited",
        opened_at=tx.now,
        expires_at=_next_invitation(patient, tx.now),
    )
    tx.session.add(checkin)
    tx.session.flush()
    return checkin


def _next_invitation(patient: Patient, now: datetime) -> datetime:
    coming = patient.next_checkin_at
    return coming if coming is not None and coming > now else now + LIFETIME


def daily_form(tx: Tx, patient: Patient) -> str:
    """Return the daily questionnaire of a patient's medicines; baclofen has its own."""
    classes = numbers_of.drug_classes(tx, patient.person_id)
    return "daily_baclofen" if "baclofen" in classes else "daily_benzo"


def expire_due(tx: Tx) -> int:
    """Let go of check-ins that the next one has overtaken; what was answered stays."""
    over = select(CheckIn).where(
        CheckIn.state.in_(("invited", "open")), CheckIn.expires_at <= tx.now
    )
    rows = list(tx.session.scalars(over.limit(BATCH).with_for_update(skip_locked=True)))
    for checkin in rows:
        checkin.state = "expired"
        dialogue = people_query.dialogue(tx.session, checkin.patient_id, "checkin")
        if dialogue is not None and dialogue.open:
            dialogues.close(tx, dialogue)
    return len(rows)
