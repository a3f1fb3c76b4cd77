"""Who is who, and who is told about whom."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import CareLink, Dialogue, Invitation, Patient, Person


def by_chat_hash(session: Session, chat_hash: str) -> Person | None:
    """Return the person of a chat."""
    return session.scalar(select(Person).where(Person.chat_hash == chat_hash))


def patient_of(session: Session, person: Person) -> Patient | None:
    """Return somebody's own patient record, if there is one."""
    return session.get(Patient, person.id)


def caregivers(session: Session, patient_id: int) -> list[CareLink]:
    """Return a patient's accepted caregivers, in the order in which they are told."""
    query = select(CareLink).where(CareLink.patient_id == patient_id, CareLink.state == "accepted")
    return list(session.scalars(query.order_by(CareLink.rank, CareLink.id)))


def care_link(session: Session, patient_id: int, person_id: int) -> CareLink | None:
    """Return the link of one caregiver to one patient, in whatever state."""
    return session.scalar(
        select(CareLink).where(CareLink.patient_id == patient_id, CareLink.person_id == person_id)
    )


def cared_for(session: Session, person_id: int) -> list[CareLink]:
    """Return the links of the patients somebody has accepted to look out for."""
    query = select(CareLink).where(CareLink.person_id == person_id, CareLink.state == "accepted")
    return list(session.scalars(query.order_by(CareLink.id)))


def open_invitation(session: Session, token_hash: str, now: datetime) -> Invitation | None:
    """Return an invitation that is neither used nor expired."""
    found = session.scalar(select(Invitation).where(Invitation.token_hash == token_hash))
    return found if found and found.used_at is None and found.expires_at > now else None


def dialogue(session: Session, person_id: int, kind: str) -> Dialogue | None:
    """Return somebody's dialogue of one kind, open or not."""
    return session.scalar(
        select(Dialogue).where(Dialogue.person_id == person_id, Dialogue.kind == kind)
    )


def open_dialogue(session: Session, person_id: int) -> Dialogue | None:
    """Return the question somebody was asked last and has not answered."""
    query = select(Dialogue).where(Dialogue.person_id == person_id, Dialogue.open.is_(True))
    return session.scalars(query.order_by(Dialogue.touched_at.desc(), Dialogue.id.desc())).first()


def active_patients(session: Session) -> list[int]:
    """Return the ids of all patients who are being looked after."""
    query = select(Patient.person_id).where(Patient.state == "active")
    return list(session.scalars(query.order_by(Patient.person_id)))
