"""The clock that doses and check-ins go by, and turning it to that of another zone."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from actions import layout
from actions.tx import Tx
from bot.content.drugs import Drug
from care.doses import DoseState
from care.localtime import local_day, next_wall
from care.plan import Plan
from care.travel import Clock, Interval, Place, Standing, Verdict, doses_from, follows
from store.models import Dose, Medicine, Patient, Person
from store.queries import plans as query

_WAITING = frozenset({DoseState.PLANNED.value, DoseState.DUE.value})


def clock_of(tx: Tx, person: Person, patient: Patient) -> Clock:
    """Return the clock a patient's doses go by."""
    zone = person.zone or "UTC"
    return Clock(zone, patient.day_one or local_day(tx.now, zone))


def standing_of(tx: Tx, person: Person, patient: Patient, plan: Plan) -> dict[str, Standing]:
    """Return how each medicine of the plan stands now; those without a dose to come are left out.

    What is due is laid out first, so that nothing of the time before the change is forgotten.
    """
    layout.lay_out(tx, patient)
    clock = clock_of(tx, person, patient)
    medicines = query.medicines(tx.session, patient.person_id)
    found = {m.drug_id: _standing(tx, plan, clock, m) for m in medicines}
    return {drug: held for drug, held in found.items() if held and drug in plan.medicines}


def _standing(tx: Tx, plan: Plan, clock: Clock, medicine: Medicine) -> Standing | None:
    rows = select(Dose).where(Dose.medicine_id == medicine.id, Dose.as_needed.is_(False))
    doses = list(tx.session.scalars(rows.order_by(Dose.due_at)))
    ahead = [one for one in doses if _is_ahead(tx, one)]
    past = [one for one in doses if not _is_ahead(tx, one)]
    if ahead:
        coming: Place | None = Place(ahead[0].plan_day, ahead[0].wall)
    else:  # rest days: the plan's own next
        after = max([tx.now, *(one.due_at for one in past[-1:])])
        coming = _from_plan(plan, clock, medicine.drug_id, after)
    if coming is None:
        return None
    return Standing(
        coming,
        interval_of(tx.content.drugs[medicine.drug_id]),
        due=past[-1].due_at if past else None,
        taken=max((one.taken_at for one in doses if one.taken_at), default=None),
        unanswered=any(one.state in _WAITING for one in past),
    )


def _is_ahead(tx: Tx, dose: Dose) -> bool:
    return dose.state == DoseState.PLANNED.value and dose.due_at > tx.now


def _from_plan(plan: Plan, clock: Clock, drug: str, after: datetime) -> Place | None:
    """The first dose that the plan itself has after an instant."""
    yesterday = (local_day(after, clock.zone) - clock.day_one - timedelta(days=1)).days
    coming = doses_from(plan, drug, clock, Place(yesterday, time.min))
    return next((Place(one.plan_day, one.dose.wall) for one in coming if one.due > after), None)


def interval_of(drug: Drug) -> Interval:
    """Return how near and how far apart a change of zone may put two doses of a medicine."""
    return Interval(drug.min_interval_h, drug.max_interval_h, drug.window.over_gap)


def judge(tx: Tx, person: Person, patient: Patient, plan: Plan, zone: str) -> Verdict:
    """Say whether the doses may follow the clock of `zone` now."""
    standing = standing_of(tx, person, patient, plan)
    return follows(plan, standing, tx.now, clock_of(tx, person, patient), zone)


def turn(tx: Tx, person: Person, patient: Patient, plan: Plan, verdict: Verdict) -> None:
    """Let doses and check-ins go by another clock, as a verdict allowed it."""
    standing = standing_of(tx, person, patient, plan)
    medicines = {m.drug_id: m.id for m in query.medicines(tx.session, patient.person_id)}
    first = {medicines[drug]: held.coming for drug, held in standing.items()}
    tx.audit("clock_turned", person, zone=verdict.clock.zone)
    layout.turn_to(tx, patient, verdict.clock, first)
    if patient.checkin_at is not None:
        patient.next_checkin_at = next_wall(tx.now, patient.checkin_at, verdict.clock.zone)
