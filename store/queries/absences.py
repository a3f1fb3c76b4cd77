"""Reads of absences: hospital stays, during which nothing is reminded of and silence is expected.

An absence of the kind "hospital" becomes "returned" when the patient says that they are back, and
is closed when the dose was confirmed that the hospital sent them home with (clinical.md D19).
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from store.models import Absence, Patient, PlanVersion

AGAIN = timedelta(days=1)
ASKED_FOR = timedelta(days=3)  # [ENG] after the expected end; the silence rules run by then


def covers(session: Session, patient_id: int, at: datetime) -> Absence | None:
    """Return the absence an instant lies in; at the present instant: whether somebody is away."""
    found = select(Absence).where(
        Absence.patient_id == patient_id,
        Absence.starts_at <= at,
        or_(Absence.ends_at.is_(None), Absence.ends_at > at),
    )
    return session.scalars(found.order_by(Absence.id.desc())).first()


def last_end(session: Session, patient_id: int, now: datetime) -> datetime | None:
    """Return until when somebody was away lately: `now` while they are, None when they never were.

    What was planned before it says nothing: nurses gave what there was to give.
    """
    found = select(Absence.ends_at).where(
        Absence.patient_id == patient_id, Absence.starts_at <= now
    )
    return max((min(end or now, now) for end in session.scalars(found)), default=None)


def unsettled(session: Session, patient_id: int, now: datetime) -> Absence | None:
    """Return a stay that is over while nobody confirmed the dose after it (D19).

    A plan entered since then settles it.
    """
    newer = (
        select(PlanVersion.id)
        .where(PlanVersion.patient_id == patient_id, PlanVersion.created_at > Absence.ends_at)
        .exists()
    )
    found = select(Absence).where(
        Absence.patient_id == patient_id,
        Absence.closed_at.is_(None),
        Absence.ends_at <= now,
        ~newer,
    )
    return session.scalars(found.order_by(Absence.id.desc())).first()


def to_ask(session: Session, now: datetime) -> list[int]:
    """Return the stays that are over and to be asked about: once, then daily for three days."""
    again = and_(Absence.asked_at <= now - AGAIN, Absence.ends_at > now - ASKED_FOR)
    found = (
        select(Absence.id)
        .join(Patient, Patient.person_id == Absence.patient_id)
        .where(Patient.state == "active", Absence.closed_at.is_(None), Absence.ends_at <= now)
        .where(or_(Absence.asked_at.is_(None), again))
    )
    return list(session.scalars(found.order_by(Absence.ends_at)))
