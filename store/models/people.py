"""Who there is: people, patients, caregivers, what they agreed to."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, BigId, SealedRow, sealed


class Person(SealedRow, Base):
    """Anybody who ever wrote to the bot. A person can be patient and caregiver at once."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_hash: Mapped[str] = mapped_column(String(64), unique=True)
    telegram_id: Mapped[bytes | None] = sealed()
    first_name: Mapped[bytes | None] = sealed()
    locale: Mapped[str] = mapped_column(String(8), default="en")
    country: Mapped[str | None] = mapped_column(String(2))
    zone: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]


class Patient(SealedRow, Base):
    """A person with a plan. Its id is the person's id."""

    __tablename__ = "patients"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(String(16), index=True)  # onboarding, active, left
    intake: Mapped[bytes | None] = sealed()  # JSON: prescriber, phone, risks, reasons (D24)
    checkin_at: Mapped[time | None] = mapped_column(Time)
    day_one: Mapped[date | None] = mapped_column(Date)  # plan days are counted from here
    next_checkin_at: Mapped[datetime | None] = mapped_column(index=True)
    silence_checked_at: Mapped[datetime | None]
    refill_on: Mapped[date | None] = mapped_column(Date)
    appointment_on: Mapped[date | None] = mapped_column(Date)
    discreet: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class CareLink(SealedRow, Base):
    """A caregiver of a patient, in the order in which they are told."""

    __tablename__ = "care_links"
    __table_args__ = (UniqueConstraint("patient_id", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))  # accepted, refused, removed
    shares_words: Mapped[bool] = mapped_column(default=False)
    known_as: Mapped[bytes | None] = sealed()
    phone: Mapped[bytes | None] = sealed()
    accepted_at: Mapped[datetime | None]
    drill_answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Invitation(SealedRow, Base):
    """A single-use link by which a caregiver joins. Only a hash of its token is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    known_as: Mapped[bytes | None] = sealed()
    shares_words: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class Consent(Base):
    """What somebody agreed to, in which version, and when."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # patient, caregiver
    version: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Agreement(Base):
    """What overrides privacy, chosen by the patient when well."""

    __tablename__ = "agreements"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SafetyPlan(SealedRow, Base):
    """The patient's own plan for a bad moment."""

    __tablename__ = "safety_plans"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int]
    body: Mapped[bytes | None] = sealed()
    at: Mapped[datetime]


class Absence(Base):
    """A known time away: hospital, holiday. Silence is expected then."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # when it is over, or expected to be
    asked_at: Mapped[datetime | None]  # when "are you back?" was last asked
    closed_at: Mapped[datetime | None]  # when the patient said so


class Dialogue(SealedRow, Base):
    """An open question to somebody: which one, and what was answered so far."""

    __tablename__ = "dialogues"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24))
    step: Mapped[str] = mapped_column(String(32))
    open: Mapped[bool] = mapped_column(default=True)
    data: Mapped[bytes | None] = sealed()
    screen_id: Mapped[int | None] = mapped_column(BigId)  # the outbox row that shows it
    touched_at: Mapped[datetime]
