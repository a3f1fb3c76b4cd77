"""What is wrong and who was told: findings, alerts and their events."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, BigId, SealedRow, sealed


class Alert(SealedRow, Base):
    """Something a human must answer, with the ladder it was opened with."""

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    tier: Mapped[str] = mapped_column(String(16))
    card: Mapped[str] = mapped_column(String(24))  # first-aid card of the caregiver's alert
    say: Mapped[str] = mapped_column(String(32))  # template of the patient's reply
    label: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), index=True)  # open, acknowledged, closed
    drill: Mapped[bool] = mapped_column(default=False)
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    ladder_version: Mapped[int]
    rung: Mapped[int] = mapped_column(default=0)
    next_rung_at: Mapped[datetime | None] = mapped_column(index=True)
    words: Mapped[bytes | None] = sealed()
    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(BigId)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(BigId)
    close_reason: Mapped[str | None] = mapped_column(String(24))
    status_id: Mapped[int | None] = mapped_column(BigId)  # outbox row of the patient's status line


class FindingRow(SealedRow, Base):
    """One red flag that fired, with the rule version it was made with."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    alert_id: Mapped[int | None] = mapped_column(
        ForeignKey("alerts.id", ondelete="SET NULL"), index=True
    )
    rule_id: Mapped[str] = mapped_column(String(48))
    rule_version: Mapped[str] = mapped_column(String(32))
    tier: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(16))  # answer, text, vital, dose, silence, help
    words: Mapped[bytes | None] = sealed()
    at: Mapped[datetime]


class AlertEvent(Base):
    """What happened to an alert, appended and never changed."""

    __tablename__ = "alert_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[int | None] = mapped_column(BigId)
    outbox_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]
