"""What the patient told: check-ins, answers, notes, vitals, asks, lessons."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, BigId, SealedRow, sealed


class CheckIn(Base):
    """One day's check-in, with the questionnaire version it was made with."""

    __tablename__ = "checkins"
    __table_args__ = (
        UniqueConstraint("patient_id", "local_day", "questionnaire"),
        Index("ix_checkins_over", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    questionnaire: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    local_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16))  # invited, open, done, expired
    question: Mapped[str | None] = mapped_column(String(32))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    score: Mapped[int | None]


class Answer(SealedRow, Base):
    """One answer, saved when it is given. A changed answer is a new row; the old one stays."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_checkin", "checkin_id", "question"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    checkin_id: Mapped[int] = mapped_column(ForeignKey("checkins.id", ondelete="CASCADE"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(32))
    options: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[bytes | None] = sealed()
    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Note(SealedRow, Base):
    """Words somebody wrote, with what the reader made of them."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    patient_id: Mapped[int | None] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE")
    )
    inbox_seq: Mapped[int | None] = mapped_column(BigId, unique=True)
    kind: Mapped[str] = mapped_column(String(16))  # text, caption, edit, note
    words: Mapped[bytes | None] = sealed()
    outcome: Mapped[str] = mapped_column(String(8))
    tier: Mapped[str] = mapped_column(String(16))
    labels: Mapped[list[str]] = mapped_column(JSON)
    because: Mapped[bytes | None] = sealed()
    reader_version: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class VitalReading(Base):
    """A number from a thermometer, cuff or pulse meter."""

    __tablename__ = "readings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[Decimal]
    unit: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class Ask(Base):
    """One question "did I understand right?"; silence on it can itself be a flag."""

    __tablename__ = "asks"
    __table_args__ = (
        Index("ix_asks_over", "state", "expires_at"),
        Index("ix_asks_waiting", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    patient_id: Mapped[int | None] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE")
    )
    note_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id", ondelete="SET NULL"))
    label: Mapped[str] = mapped_column(String(32))
    tier: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))  # open, yes, no, talk, lapsed
    on_silence: Mapped[str] = mapped_column(String(16))  # flag, again, drop
    times: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class LessonSent(Base):
    """A what-to-expect text that was shown."""

    __tablename__ = "lessons_sent"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    lesson: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(24))
    local_day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime]


class AuditEntry(Base):
    """Who did what, append-only; ids and words of ours, never the patient's."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(BigId, index=True)
    what: Mapped[str] = mapped_column(String(48))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
