"""Reads of plans and doses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Dose, Medicine, PlanDose, PlanStep, PlanVersion

CURRENT = ("stated", "confirmed", "held")
WAITING = "waiting"


def current(session: Session, patient_id: int) -> PlanVersion | None:
    """Return the plan version in force."""
    query = select(PlanVersion).where(
        PlanVersion.patient_id == patient_id, PlanVersion.state.in_(CURRENT)
    )
    return session.scalars(query.order_by(PlanVersion.version.desc())).first()


def waiting(session: Session, patient_id: int) -> PlanVersion | None:
    """Return the version that waits for a prescriber's word while another one is in force."""
    query = select(PlanVersion).where(
        PlanVersion.patient_id == patient_id, PlanVersion.state == WAITING
    )
    return session.scalars(query.order_by(PlanVersion.version.desc())).first()


def latest_version(session: Session, patient_id: int) -> int:
    """Return the highest plan version number of a patient, 0 when there is none."""
    query = select(func.max(PlanVersion.version)).where(PlanVersion.patient_id == patient_id)
    return session.scalar(query) or 0


def versions(session: Session, patient_id: int) -> list[PlanVersion]:
    """Return every version of a patient's plan, oldest first."""
    query = select(PlanVersion).where(PlanVersion.patient_id == patient_id)
    return list(session.scalars(query.order_by(PlanVersion.version)))


def medicines(session: Session, patient_id: int) -> list[Medicine]:
    """Return a patient's medicines in the order they were entered."""
    query = select(Medicine).where(Medicine.patient_id == patient_id).order_by(Medicine.id)
    return list(session.scalars(query))


def steps(session: Session, plan_id: int) -> list[tuple[PlanStep, list[PlanDose]]]:
    """Return a plan's steps with their doses, present doses first, then by date."""
    rows = session.scalars(select(PlanStep).where(PlanStep.plan_id == plan_id)).all()
    doses = session.scalars(
        select(PlanDose).where(PlanDose.step_id.in_([row.id for row in rows]))
    ).all()
    by_step: dict[int, list[PlanDose]] = {row.id: [] for row in rows}
    for dose in doses:
        by_step[dose.step_id].append(dose)
    found = [(row, by_step[row.id]) for row in rows]
    return sorted(found, key=lambda pair: (pair[0].starts_on is not None, str(pair[0].starts_on)))


def doses_due(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the ids of doses that need something now, longest waiting first."""
    query = select(Dose.id).where(Dose.next_at <= now).order_by(Dose.next_at, Dose.id)
    return list(session.scalars(query.limit(limit)))


def together(session: Session, dose: Dose, *, lock: bool = False) -> list[Dose]:
    """Return the doses of a patient that are due at the same minute, this one among them.

    With `lock` they are locked in one order and read afresh: two workers take turns. A dose taken
    when needed stands alone.
    """
    query = select(Dose).where(Dose.patient_id == dose.patient_id, Dose.due_at == dose.due_at)
    query = query.where(Dose.id == dose.id if dose.as_needed else ~Dose.as_needed)
    query = query.order_by(Dose.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(query))


def newest(session: Session, patient_id: int, before: datetime, limit: int) -> Sequence[Dose]:
    """Return the latest planned doses due until `before`, newest first."""
    query = select(Dose).where(
        Dose.patient_id == patient_id, Dose.due_at <= before, ~Dose.as_needed
    )
    return session.scalars(query.order_by(Dose.due_at.desc(), Dose.id.desc()).limit(limit)).all()


def unasked(session: Session, patient_id: int) -> list[Dose]:
    """Return unknown doses nobody was asked about yet, oldest first."""
    query = select(Dose).where(
        Dose.patient_id == patient_id, Dose.state == "unknown", Dose.asked_at.is_(None)
    )
    return list(session.scalars(query.order_by(Dose.due_at)))


def last_intakes(session: Session, patient_id: int) -> dict[int, datetime]:
    """Return when an intake of each medicine was last confirmed, by medicine id."""
    query = select(Dose.medicine_id, func.max(Dose.taken_at)).where(
        Dose.patient_id == patient_id, Dose.taken_at.is_not(None)
    )
    rows = session.execute(query.group_by(Dose.medicine_id))
    return {medicine: at for medicine, at in rows if at is not None}


def intakes(
    session: Session, medicine_id: int, after: datetime, *, but: int | None = None
) -> list[datetime]:
    """Return when a medicine was taken after an instant, planned or when needed, oldest first."""
    query = select(Dose.taken_at).where(Dose.medicine_id == medicine_id, Dose.taken_at > after)
    rows = session.scalars(query.where(Dose.id != but).order_by(Dose.taken_at))
    return [at for at in rows if at is not None]


def following_dose(session: Session, dose: Dose) -> Dose | None:
    """Return the next planned dose of the same medicine."""
    query = select(Dose).where(
        Dose.medicine_id == dose.medicine_id,
        Dose.due_at > dose.due_at,
        Dose.as_needed.is_(False),
    )
    return session.scalars(query.order_by(Dose.due_at)).first()
