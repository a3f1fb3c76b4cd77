"""When the next thing is due: for clocks that are stepped."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from store.models import Absence, Alert, Ask, CheckIn, Dose, InboxRow, OutboxRow, Patient

# What sweeps wait for.
SWEPT: tuple[Select[Any], ...] = (
    select(func.min(Dose.next_at).label("at")),
    select(func.min(Patient.next_checkin_at)).where(Patient.state == "active"),
    select(func.min(CheckIn.expires_at)).where(CheckIn.state.in_(("invited", "open"))),
    select(func.min(Ask.expires_at)).where(Ask.state == "open"),
    select(func.min(Ask.asked_at)).where(Ask.state == "waiting"),
    select(func.min(Absence.ends_at))
    .join(Patient, Patient.person_id == Absence.patient_id)
    .where(Patient.state == "active", Absence.closed_at.is_(None), Absence.asked_at.is_(None)),
    select(func.min(Alert.next_rung_at)).where(Alert.state == "open"),
)
# What the sender and the dispatcher wait for.
QUEUED: tuple[Select[Any], ...] = (
    select(func.min(OutboxRow.not_before)).where(OutboxRow.state == "ready"),
    select(func.min(InboxRow.next_at)).where(InboxRow.state == "new"),
)
NEXT_SWEPT = union_all(*SWEPT)
NEXT = union_all(*SWEPT, *QUEUED)


def next_instant(session: Session) -> datetime | None:
    """Return the earliest instant at which anything waits to happen, None when nothing does."""
    return min((at for at in session.scalars(NEXT) if at is not None), default=None)


def next_swept(session: Session) -> datetime | None:
    """Return the earliest instant at which a sweep finds something, None when none will."""
    return min((at for at in session.scalars(NEXT_SWEPT) if at is not None), default=None)
