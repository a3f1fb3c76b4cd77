"""Laying doses out: two days ahead, each exactly once, whatever clocks and plans do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from actions import plans
from actions.tx import Tx
from care.doses import policy_for, window_closes
from care.localtime import instant_of, local_day
from care.plan import DoseTime, Plan, regimen_on
from store.models import Dose, Patient, Person, PlanVersion
from store.queries import plans as query

AHEAD: Final = timedelta(hours=48)
BACK: Final = timedelta(days=7)
Place = tuple[int, int, str]  # medicine, plan day, slot: what makes a dose that dose


def lay_out_one(tx: Tx, patient_id: int) -> int:
    """Lay out the next 48 hours of one patient; two workers take turns."""
    return lay_out(tx, tx.session.get_one(Patient, patient_id, with_for_update=True))


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
    begin = max(row.created_at, tx.now - BACK)
    withdrawn = _withdraw_outdated(tx, patient, row)
    known = _known(tx, patient.person_id)
    medicines = {m.drug_id: m.id for m in query.medicines(tx.session, patient.person_id)}
    new = 0
    for planned in _planned(tx, plan, begin, person.zone):
        plan_day = (planned.day - patient.day_one).days
        place = (medicines[planned.drug], plan_day, planned.dose.slot)
        # A dose moved to an hour that has passed is still that day's dose.
        if place in known or (planned.due <= begin and place not in withdrawn):
            continue
        dose = _dose(tx, planned)
        dose.patient_id, dose.plan_id = patient.person_id, row.id
        dose.medicine_id, dose.plan_day = medicines[planned.drug], plan_day
        tx.session.add(dose)
        new += 1
    tx.session.flush()
    return new


@dataclass(frozen=True, slots=True)
class Planned:
    """One dose the plan holds: when it is due (UTC) and how long after it the next one is."""

    drug: str
    day: date
    dose: DoseTime
    due: datetime
    gap: timedelta | None


def _planned(tx: Tx, plan: Plan, begin: datetime, zone: str) -> Iterator[Planned]:
    """Yield every planned dose from the day of `begin` to the end of the horizon."""
    first, last = local_day(begin, zone), local_day(tx.now + AHEAD, zone)
    # Two days more, so that the last dose of the horizon knows how far the next one is.
    days = [first + timedelta(days=n) for n in range((last - first).days + 3)]
    for drug in plan.medicines:
        for planned in _of_medicine(plan, drug, days, zone):
            if planned.due <= tx.now + AHEAD:
                yield planned


def _of_medicine(plan: Plan, drug: str, days: list[date], zone: str) -> Iterator[Planned]:
    found = [
        (instant_of(day, dose.wall, zone), day, dose)
        for day in days
        for dose in regimen_on(plan, drug, day).doses
    ]
    found.sort(key=lambda item: item[0])
    for index, (due, day, dose) in enumerate(found):
        gap = next((later - due for later, _, _ in found[index + 1 :] if later > due), None)
        yield Planned(drug, day, dose, due, gap)


def _dose(tx: Tx, planned: Planned) -> Dose:
    drug = tx.content.drugs[planned.drug]
    policy = policy_for(
        short_acting=drug.short_acting, baclofen=drug.cls == "baclofen", gap_to_next=planned.gap
    )
    return Dose(
        slot=planned.dose.slot,
        local_day=planned.day,
        wall=planned.dose.wall,
        due_at=planned.due,
        closes_at=window_closes(planned.due, policy),
        mg=planned.dose.mg,
        state="planned",
        reminders=0,
        next_at=planned.due,
    )


def _withdraw_outdated(tx: Tx, patient: Patient, row: PlanVersion) -> set[Place]:
    """Take back doses of an older version that are still to come and were never mentioned."""
    withdrawn: set[Place] = set()
    outdated = select(Dose).where(
        Dose.patient_id == patient.person_id,
        Dose.plan_id != row.id,
        Dose.state == "planned",
        Dose.reminders == 0,
        Dose.due_at > tx.now,
    )
    for dose in tx.session.scalars(outdated):
        withdrawn.add((dose.medicine_id, dose.plan_day, dose.slot))
        tx.session.delete(dose)
    tx.session.flush()
    return withdrawn


def _known(tx: Tx, patient_id: int) -> set[Place]:
    rows = tx.session.execute(
        select(Dose.medicine_id, Dose.plan_day, Dose.slot).where(
            Dose.patient_id == patient_id, Dose.due_at > tx.now - BACK - AHEAD
        )
    )
    return {(medicine, day, slot) for medicine, day, slot in rows}
