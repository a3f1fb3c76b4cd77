"""When the next thing is due: for clocks that are stepped."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Alert, Ask, CheckIn, Dose, InboxRow, OutboxRow, Patient


def next_instant(session: Session) -> datetime | None:
    """Return the earliest instant at which anything waits to happen, None when nothing does."""
    queries = (
        select(func.min(Dose.next_at)),
        select(func.min(Patient.next_checkin_at)).where(Patient.state == "active"),
        select(func.min(CheckIn.expires_at)).where(CheckIn.state.in_(("invited", "open"))),
        select(func.min(Ask.expires_at)).where(Ask.state == "open"),
        select(func.min(Ask.asked_at)).where(Ask.state == "waiting"),
        select(func.min(Alert.next_rung_at)).where(Alert.state == "open"),
        select(func.min(OutboxRow.not_before)).where(OutboxRow.state == "ready"),
        select(func.min(InboxRow.next_at)).where(InboxRow.state == "new"),
    )
    found = [session.scalar(query) for query in queries]
    return min((at for at in found if at is not None), default=None)
