"""Laying doses out: two days ahead, each exactly once, whatever clocks and plans do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from actions import plans
from actions.tx import Tx
from care.doses import DoseState, policy_for, window_closes
from care.localtime import instant_of, local_day
from care.plan import DoseTime, Plan, doses_on
from care.travel import Clock
from care.travel import Place as Order
from store.models import Dose, Patient, Person, PlanVersion
from store.queries import plans as query

AHEAD: Final = timedelta(hours=48)
BACK: Final = timedelta(days=7)
Place = tuple[int, int, str]  # medicine, plan day, slot: what makes a dose that dose
NOWHERE: Final = Order(-(10**6), time.min)
EVERYTHING: Final[Mapping[int, Order]] = MappingProxyType({})


def lay_out_one(tx: Tx, patient_id: int) -> int:
    """Lay out the next 48 hours of one patient; two workers take turns."""
    return lay_out(tx, tx.session.get_one(Patient, patient_id, with_for_update=True))


def lay_out(tx: Tx, patient: Patient, first: Mapping[int, Order] = EVERYTHING) -> int:
    """Lay out one patient's doses; return how many are new.

    Doses of an earlier version that were not reminded of yet are laid out anew, so that a changed
    plan counts from now; nothing already answered moves. Doses whose time passed while nothing ran
    are laid out too: they will be asked about, never reminded of. Each medicine's doses are laid
    out in their order: none that comes before one already laid out, whatever calendar it is, and
    none before `first` (by medicine).
    """
    person = tx.session.get_one(Person, patient.person_id)
    found = plans.in_force(tx, patient.person_id)
    if found is None or person.zone is None or patient.day_one is None:
        return 0
    row, plan = found
    begin = max(row.created_at, tx.now - BACK)
    withdrawn = _withdraw_outdated(tx, patient, row)
    begun = (local_day(row.created_at, person.zone) - patient.day_one).days
    standing = _standing(tx, patient, row, begun)
    known, reached = _known(tx, patient.person_id, row.id)
    medicines = {m.drug_id: m.id for m in query.medicines(tx.session, patient.person_id)}
    planned = [
        (medicines[one.drug], (one.day - patient.day_one).days, one)
        for one in _planned(tx, plan, begin, person.zone)
    ]
    moved_here = _moved(planned, standing)
    kept_back = _moved(planned, withdrawn)
    wanted = [
        (medicine, plan_day, one)
        for medicine, plan_day, one in planned
        if (place := (medicine, plan_day, one.dose.slot)) not in known | moved_here
        and (order := Order(plan_day, one.dose.wall)) >= first.get(medicine, order)
        and order > reached.get(medicine, NOWHERE)
        # A dose moved to an hour that has passed is still that day's dose.
        and (one.due > begin or place in kept_back)
    ]
    for medicine, plan_day, one in wanted:
        dose = _dose(tx, one)
        dose.patient_id, dose.plan_id = patient.person_id, row.id
        dose.medicine_id, dose.plan_day = medicine, plan_day
        tx.session.add(dose)
    tx.session.flush()
    return len(wanted)


def _moved(planned: Sequence[tuple[int, int, "Planned"]], old: Sequence[Dose]) -> set[Place]:
    """Return the planned doses that stand for `old` ones whose hour the new plan does not have.

    Each old dose is taken for the planned one of its medicine and day that is nearest to it.
    """
    kept = {(dose.medicine_id, dose.plan_day, dose.slot) for dose in old}
    free = {(med, day, one.dose.slot): one.due for med, day, one in planned}
    gone = [dose for dose in old if (dose.medicine_id, dose.plan_day, dose.slot) not in free]
    free = {place: due for place, due in free.items() if place not in kept}
    found: set[Place] = set()
    for dose in sorted(gone, key=lambda dose: dose.due_at):
        near = [
            (abs(due - dose.due_at), place)
            for place, due in free.items()
            if place[:2] == (dose.medicine_id, dose.plan_day) and place not in found
        ]
        found |= {min(near)[1]} if near else set()
    return found


def _standing(tx: Tx, patient: Patient, row: PlanVersion, plan_day: int) -> list[Dose]:
    """Return the doses of earlier versions that stand on the plan day on which the plan changed.

    Taken, open or unknown: the dose of that hour is not to be had a second time. One that was
    left out may be.
    """
    rows = select(Dose).where(
        Dose.patient_id == patient.person_id,
        Dose.plan_id != row.id,
        Dose.plan_day == plan_day,
        Dose.state != DoseState.SKIPPED.value,
        ~Dose.as_needed,
    )
    return list(tx.session.scalars(rows))


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
        for dose in doses_on(plan, drug, day)
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


def _withdraw_outdated(tx: Tx, patient: Patient, row: PlanVersion) -> list[Dose]:
    """Take back doses of an older version that are still to come and were never mentioned."""
    withdrawn = [dose for dose in _to_come(tx, patient) if dose.plan_id != row.id]
    for dose in withdrawn:
        tx.session.delete(dose)
    tx.session.flush()
    return withdrawn


def _to_come(tx: Tx, patient: Patient) -> list[Dose]:
    """Return the doses that are still to come and were never mentioned."""
    to_come = select(Dose).where(
        Dose.patient_id == patient.person_id,
        Dose.state == DoseState.PLANNED.value,
        Dose.reminders == 0,
        Dose.due_at > tx.now,
    )
    return list(tx.session.scalars(to_come))


def _known(tx: Tx, patient_id: int, plan_id: int) -> tuple[set[Place], dict[int, Order]]:
    """Return the doses that are laid out, and how far each medicine's order has come.

    A new version may add doses to a day that has begun, so only its own doses count by the hour.
    """
    rows = tx.session.scalars(
        select(Dose).where(
            Dose.patient_id == patient_id,
            Dose.due_at > tx.now - BACK - AHEAD,
            Dose.as_needed.is_(False),
        )
    )
    known: set[Place] = set()
    reached: dict[int, Order] = {}
    for dose in rows:
        known.add((dose.medicine_id, dose.plan_day, dose.slot))
        order = Order(dose.plan_day, dose.wall if dose.plan_id == plan_id else time.min)
        reached[dose.medicine_id] = max(order, reached.get(dose.medicine_id, NOWHERE))
    return known, reached


def turn_to(tx: Tx, patient: Patient, clock: Clock, first: Mapping[int, Order]) -> None:
    """Lay out on another clock from now on: what is still to come and was never mentioned.

    What stands stays as it is. `first` names each medicine's next dose; its plan day goes on,
    whatever the calendar there says.
    """
    lay_out(tx, patient)
    person = tx.session.get_one(Person, patient.person_id)
    for dose in _to_come(tx, patient):
        tx.session.delete(dose)
    tx.session.flush()
    person.zone, patient.day_one = clock.zone, clock.day_one
    lay_out(tx, patient, first)
