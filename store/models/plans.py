"""What is to be taken and what was: medicines, plans, doses. The ledger never invents."""

from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, BigId, SealedRow, sealed


class Medicine(Base):
    """One medicine of a patient; `drug_id` names a file of bot/content/drugs."""

    __tablename__ = "medicines"
    __table_args__ = (UniqueConstraint("patient_id", "drug_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    drug_id: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]


class PlanVersion(SealedRow, Base):
    """One version of the whole plan. Cuts of an unconfirmed version do not activate (D9)."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("patient_id", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))  # stated, confirmed, held, waiting, superseded
    confirmed_by: Mapped[bytes | None] = sealed()
    confirmed_how: Mapped[str | None] = mapped_column(String(24))  # "patient says", "plan code"
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    held_on: Mapped[date | None] = mapped_column(Date)  # steps after this day wait (D13)
    if_unresolved: Mapped[str | None] = mapped_column(String(16))  # stay, go_ahead; empty: unset
    why: Mapped[bytes | None] = sealed()  # the prescriber's reason, the patient's words
    details: Mapped[bytes | None] = sealed()  # JSON: products, as needed, amounts as entered
    created_at: Mapped[datetime]


class PlanStep(Base):
    """The doses of one medicine from a day on; `starts_on` is empty for the present dose."""

    __tablename__ = "plan_steps"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    medicine_id: Mapped[int] = mapped_column(ForeignKey("medicines.id", ondelete="CASCADE"))
    starts_on: Mapped[date | None] = mapped_column(Date)
    every_days: Mapped[int] = mapped_column(default=1)  # above 1: rest days between


class PlanDose(Base):
    """One planned dose a day of a step: stable slot, wall time, mg."""

    __tablename__ = "plan_doses"
    __table_args__ = (UniqueConstraint("step_id", "slot"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("plan_steps.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(8))
    wall: Mapped[time] = mapped_column(Time)
    mg: Mapped[Decimal]


class Dose(Base):
    """One dose of one day. Unique by plan day and slot, never by clock time.

    So daylight saving, travel, restarts and re-planning can neither double nor lose it.
    """

    __tablename__ = "doses"
    __table_args__ = (
        UniqueConstraint("patient_id", "medicine_id", "plan_day", "slot"),
        Index("ix_doses_due", "next_at"),
        Index("ix_doses_medicine", "medicine_id", "due_at"),
        Index("ix_doses_patient_due", "patient_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    medicine_id: Mapped[int] = mapped_column(ForeignKey("medicines.id", ondelete="CASCADE"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"))
    plan_day: Mapped[int]
    slot: Mapped[str] = mapped_column(String(8))
    local_day: Mapped[date] = mapped_column(Date)
    wall: Mapped[time] = mapped_column(Time)
    due_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    mg: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(16))  # planned, due, taken, skipped, unknown
    reminders: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]  # when the dose next needs something; empty when nothing
    snoozed_until: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]  # when "did you take it?" was last asked
    message_id: Mapped[int | None] = mapped_column(BigId)  # outbox row of the newest reminder
    as_needed: Mapped[bool] = mapped_column(default=False)


class DoseEvent(SealedRow, Base):
    """What happened to a dose, appended and never changed."""

    __tablename__ = "dose_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dose_id: Mapped[int] = mapped_column(ForeignKey("doses.id", ondelete="CASCADE"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.person_id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    said_at: Mapped[datetime | None]
    words: Mapped[bytes | None] = sealed()


class SupplyCount(Base):
    """What the patient counted of one strength; the newest count of a strength stands.

    `units` is tablets or capsules, or ml of a liquid; without a strength only `total_mg` is known.
    """

    __tablename__ = "supply_counts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patients.person_id", ondelete="CASCADE"), index=True
    )
    medicine_id: Mapped[int] = mapped_column(ForeignKey("medicines.id", ondelete="CASCADE"))
    total_mg: Mapped[Decimal]
    strength_mg: Mapped[Decimal | None]
    form: Mapped[str | None] = mapped_column(String(24))
    units: Mapped[Decimal | None]
    at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    # On the newest count of a medicine: what was last said, 7, 3, 1 or 0, and until when it lasted.
    warned_level: Mapped[int | None]
    warned_until: Mapped[date | None] = mapped_column(Date)


class PlanCode(SealedRow, Base):
    """A plan a prescriber made into a code; it works once. Only a hash of its token is kept."""

    __tablename__ = "plan_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    document: Mapped[bytes | None] = sealed()  # the plan as JSON, docs/plan-format.md
    prescriber: Mapped[bytes | None] = sealed()
    reason: Mapped[bytes | None] = sealed()  # why a blocked plan is right all the same
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
