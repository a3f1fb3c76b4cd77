"""Laying doses out: two days ahead, each exactly once, whatever clocks and plans do."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from actions import plans
from actions.tx import Tx
from care.doses import policy_for, window_closes
from care.localtime import instant_of, local_day
from care.plan import DoseTime, Plan, regimen_on
from store.models import Dose, Patient, Person, PlanVersion
from store.queries import people as people_query
from store.queries import plans as query

AHEAD: Final = timedelta(hours=48)
BACK: Final = timedelta(days=7)


def lay_out_all(tx: Tx) -> int:
    """Lay out the next 48 hours of everybody; return how many doses are new."""
    return sum(lay_out(tx, patient) for patient in people_query.active_patients(tx.session))


def lay_out(tx: Tx, patient: Patient) -> int:
    """Lay out one patient's doses; return how many are new.

    Doses not reminded of yet are laid out anew, so that a changed plan or zone counts from now;
    nothing already answered moves. Doses whose time passed while nothing ran are laid out too:
    they will be asked about, never reminded of.
    """
    person = tx.session.get_one(Person, patient.person_id)
    found = plans.in_force(tx, patient.person_id)
    if found is None or person.zone is None or patient.day_one is None:
        return 0
    row, plan = found
    _withdraw_outdated(tx, patient, row)
    known = _known(tx, patient.person_id)
    medicines = {m.drug_id: m.id for m in query.medicines(tx.session, patient.person_id)}
    new = 0
    for drug, day, dose, due, gap in _planned(tx, plan, row, person.zone):
        plan_day = (day - patient.day_one).days
        if (medicines[drug], plan_day, dose.slot) in known:
            continue
        tx.session.add(
            _dose(tx, patient, row, medicines[drug], plan_day, day, dose, due, gap, drug)
        )
        new += 1
    tx.session.flush()
    return new


def _planned(
    tx: Tx, plan: Plan, row: PlanVersion, zone: str
) -> Iterator[tuple[str, date, DoseTime, datetime, timedelta | None]]:
    """Yield every planned dose of the horizon with its instant and the gap to the next."""
    begin = max(row.created_at, tx.now - BACK)
    first, last = local_day(begin, zone), local_day(tx.now + AHEAD, zone)
    days = [first + timedelta(days=n) for n in range((last - first).days + 3)]
    for drug in plan.medicines:
        found = [
            (day, dose, instant_of(day, dose.wall, zone))
            for day in days
            for dose in regimen_on(plan, drug, day).doses
        ]
        found.sort(key=lambda item: item[2])
        for index, (day, dose, due) in enumerate(found):
            later = [other[2] for other in found[index + 1 :] if other[2] > due]
            gap = later[0] - due if later else None
            if begin < due <= tx.now + AHEAD:
                yield drug, day, dose, due, gap


def _dose(
    tx: Tx,
    patient: Patient,
    row: PlanVersion,
    medicine_id: int,
    plan_day: int,
    day: date,
    dose: DoseTime,
    due: datetime,
    gap: timedelta | None,
    drug_id: str,
) -> Dose:
    drug = tx.content.drugs[drug_id]
    policy = policy_for(
        short_acting=drug.short_acting, baclofen=drug.cls == "baclofen", gap_to_next=gap
    )
    return Dose(
        patient_id=patient.person_id,
        medicine_id=medicine_id,
        plan_id=row.id,
        plan_day=plan_day,
        slot=dose.slot,
        local_day=day,
        wall=dose.wall,
        due_at=due,
        closes_at=window_closes(due, policy),
        mg=dose.mg,
        state="planned",
        reminders=0,
        next_at=due,
    )


def _withdraw_outdated(tx: Tx, patient: Patient, row: PlanVersion) -> None:
    """Take back doses of an older version that are still to come and were never mentioned."""
    outdated = select(Dose).where(
        Dose.patient_id == patient.person_id,
        Dose.plan_id != row.id,
        Dose.state == "planned",
        Dose.reminders == 0,
        Dose.due_at > tx.now,
    )
    for dose in tx.session.scalars(outdated):
        tx.session.delete(dose)
    tx.session.flush()


def _known(tx: Tx, patient_id: int) -> set[tuple[int, int, str]]:
    rows = tx.session.execute(
        select(Dose.medicine_id, Dose.plan_day, Dose.slot).where(
            Dose.patient_id == patient_id, Dose.due_at > tx.now - BACK - AHEAD
        )
    )
    return {(medicine, day, slot) for medicine, day, slot in rows}
