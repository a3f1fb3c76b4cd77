"""Reads about alerts."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.tiers import Tier
from store.models import Alert, AlertEvent, FindingRow, OutboxRow

RUNNING = ("open", "acknowledged")


def running(session: Session, patient_id: int, *, lock: bool = False) -> Alert | None:
    """Return the newest alert of a patient that has not ended, no drill.

    With `lock` it is locked and read afresh: somebody may be answering it in this moment.
    """
    query = select(Alert).where(
        Alert.patient_id == patient_id, Alert.state.in_(RUNNING), Alert.drill.is_(False)
    )
    query = query.order_by(Alert.id.desc())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).first()


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the ids of open alerts whose next rung is due, longest waiting first."""
    query = select(Alert.id).where(Alert.state == "open", Alert.next_rung_at <= now)
    return list(session.scalars(query.order_by(Alert.next_rung_at).limit(limit)))


def events(session: Session, alert_id: int) -> list[AlertEvent]:
    """Return everything that happened to an alert, oldest first."""
    query = select(AlertEvent).where(AlertEvent.alert_id == alert_id)
    return list(session.scalars(query.order_by(AlertEvent.id)))


def alerted_since(session: Session, patient_id: int, rule_id: str, since: datetime) -> bool:
    """Whether the same rule already led to an alert since then."""
    query = select(func.count()).where(
        FindingRow.patient_id == patient_id,
        FindingRow.rule_id == rule_id,
        FindingRow.alert_id.is_not(None),
        FindingRow.at > since,
    )
    return bool(session.scalar(query))


def labels(session: Session, alert_id: int) -> set[str]:
    """Return every danger that was found in one alert."""
    query = select(FindingRow.label).where(FindingRow.alert_id == alert_id)
    return set(session.scalars(query))


def waiting_messages(session: Session, alert_id: int) -> list[OutboxRow]:
    """Return messages of an alert that have not left yet."""
    query = select(OutboxRow).where(OutboxRow.alert_id == alert_id, OutboxRow.state == "ready")
    return list(session.scalars(query))


def messages_to(session: Session, alert_id: int, person_id: int) -> list[OutboxRow]:
    """Return the messages of an alert that one person received."""
    query = select(OutboxRow).where(
        OutboxRow.alert_id == alert_id,
        OutboxRow.person_id == person_id,
        OutboxRow.message_id.is_not(None),
        OutboxRow.op == "send",
    )
    return list(session.scalars(query))


def unresolved(session: Session, patient_id: int, since: timedelta, now: datetime) -> bool:
    """Whether an emergency or urgent alert is running, or ended within `since`."""
    query = select(func.count()).where(
        Alert.patient_id == patient_id,
        Alert.drill.is_(False),
        Alert.opened_at > now - since,
        Alert.state.in_(RUNNING),
    )
    return bool(session.scalar(query))


def worst_open(session: Session, patient_id: int) -> Tier | None:
    """Return the worst tier among the alerts of a patient that nobody has ended, no drills."""
    query = select(Alert.tier).where(
        Alert.patient_id == patient_id, Alert.state.in_(RUNNING), Alert.drill.is_(False)
    )
    return max((Tier(tier) for tier in session.scalars(query)), default=None)
