"""Plans: what was stated, what was confirmed as the prescriber's, versions that never vanish."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from actions import layout
from actions.tx import Tx
from care.localtime import local_day, next_wall
from care.plan import DoseTime, Plan, Regimen, Step, TypedDoses, TypedStep, keep_slots, plan_of
from care.plandates import read_date
from care.typedline import PlanLineError, pieces_of
from store.models import Medicine, Patient, Person, PlanDose, PlanStep, PlanVersion
from store.queries import people as people_query
from store.queries import plans as query

Data = dict[str, Any]


def typed_plan(data: Data, before: Plan | None = None) -> Plan:
    """Return the plan that was typed; a time of day keeps the slot it had in the plan `before`.

    A new plan in the middle of a day would otherwise take a new dose for one that is known.
    """
    present = [
        keep_slots(
            _regimen(before, m["drug"]), _doses(m["doses"]), earlier=_older(before, m["drug"])
        )
        for m in data.get("medicines", [])
        if m["doses"]
    ]
    steps = [
        TypedStep(date.fromisoformat(s["on"]), s["drug"], _doses(s["doses"]))
        for s in data.get("steps", [])
    ]
    return plan_of(present, steps)


def _regimen(before: Plan | None, drug: str) -> Regimen:
    held = (one for one in (before.present if before else ()) if one.medicine == drug)
    return next(held, Regimen(drug, ()))


def _older(before: Plan | None, drug: str) -> list[Regimen]:
    steps = before.steps if before else ()
    return [step.regimen for step in steps if step.regimen.medicine == drug]


def _doses(typed: list[list[str]]) -> TypedDoses:
    return tuple((time.fromisoformat(wall), Decimal(mg)) for wall, mg in typed)


def read_back(tx: Tx, data: Data) -> Data:
    """Return the values that read a typed plan back, line by line."""
    plan = typed_plan(data)
    return {
        "present": [_line(tx, one) for one in plan.present],
        "steps": [_line(tx, step.regimen) | {"on": step.starts} for step in plan.steps],
    }


def _line(tx: Tx, regimen: Regimen) -> Data:
    return {
        "drug": tx.content.drugs[regimen.medicine].name,
        "doses": [(dose.wall, dose.mg) for dose in regimen.doses],
        "daily": regimen.daily_mg,
    }


def read_past_day(text: str, today: date) -> date | None:
    """Read the day of an agreement ("yesterday", "12 Nov"); None when unclear or to come."""
    word = text.strip().casefold()
    if word in {"today", "now"}:
        return today
    if word == "yesterday":
        return today - timedelta(days=1)
    # Without a year the plan reader takes days to come: here it is one of these two.
    years = [f"{text}{sep}{year}" for year in (today.year, today.year - 1) for sep in (" ", "/")]
    found = [_day_within_a_year(typed, today) for typed in (*years, text)]
    return next((day for day in found if day is not None), None)


def _day_within_a_year(text: str, today: date) -> date | None:
    try:
        found, rest = read_date(pieces_of(text)[0], today - timedelta(days=366))
    except PlanLineError:
        return None
    return found if not rest.trimmed().text and found <= today else None


def adopt(tx: Tx, person: Person, data: Data) -> PlanVersion:
    """Make a typed plan the one in force; the earlier version is kept as superseded.

    Without the prescriber's confirmation it is "stated": its present doses are reminded of and
    no cut activates (D9).
    """
    patient = tx.session.get_one(Patient, person.id)
    in_use = in_force(tx, person.id)
    plan = typed_plan(data, in_use[1] if in_use else None)
    before = query.current(tx.session, person.id)
    if before is not None:
        before.state = "superseded"
    confirmed = data.get("confirmed")
    row = PlanVersion(
        patient_id=person.id,
        key_owner=person.key_owner,
        version=query.latest_version(tx.session, person.id) + 1,
        state="confirmed" if confirmed else "stated",
        confirmed_how="patient says" if confirmed else None,
        confirmed_on=date.fromisoformat(confirmed) if confirmed else None,
        created_at=tx.now,
    )
    prescriber = tx.json(patient, "intake").get("prescriber")
    tx.vault.seal(row, confirmed_by=prescriber if confirmed else None)
    tx.session.add(row)
    tx.session.flush()
    _write_steps(tx, person.id, row, plan)
    patient.state = "active"
    patient.day_one = patient.day_one or local_day(tx.now, person.zone or "UTC")
    tx.audit("plan_adopted", person, version=row.version, state=row.state)
    tx.session.flush()
    layout.lay_out(tx, patient)
    return row


def _write_steps(tx: Tx, patient_id: int, row: PlanVersion, plan: Plan) -> None:
    ids = {one: _medicine(tx, patient_id, one) for one in plan.medicines}
    for regimen in plan.present:
        _write_step(tx, row.id, ids[regimen.medicine], None, regimen)
    for step in plan.steps:
        _write_step(tx, row.id, ids[step.regimen.medicine], step.starts, step.regimen)


def _write_step(
    tx: Tx, plan_id: int, medicine_id: int, starts: date | None, regimen: Regimen
) -> None:
    step = PlanStep(plan_id=plan_id, medicine_id=medicine_id, starts_on=starts)
    tx.session.add(step)
    tx.session.flush()
    for dose in regimen.doses:
        tx.session.add(PlanDose(step_id=step.id, slot=dose.slot, wall=dose.wall, mg=dose.mg))


def _medicine(tx: Tx, patient_id: int, drug_id: str) -> int:
    for medicine in query.medicines(tx.session, patient_id):
        if medicine.drug_id == drug_id:
            return medicine.id
    row = Medicine(patient_id=patient_id, drug_id=drug_id, created_at=tx.now)
    tx.session.add(row)
    tx.session.flush()
    return row.id


def in_force(tx: Tx, patient_id: int) -> tuple[PlanVersion, Plan] | None:
    """Return the version in force and the plan that is reminded of.

    The steps of a plan that is only stated are left out: no cut activates (D9).
    """
    row = query.current(tx.session, patient_id)
    if row is None:
        return None
    drugs = {m.id: m.drug_id for m in query.medicines(tx.session, patient_id)}
    present: list[Regimen] = []
    steps: list[Step] = []
    for step, doses in query.steps(tx.session, row.id):
        ordered = sorted(doses, key=lambda dose: dose.wall)
        times = tuple(DoseTime(dose.slot, dose.wall, dose.mg) for dose in ordered)
        regimen = Regimen(drugs[step.medicine_id], times)
        if step.starts_on is None:
            present.append(regimen)
        elif row.state == "confirmed":
            steps.append(Step(step.starts_on, regimen))
    return row, Plan(tuple(present), tuple(steps))


def stated_data(tx: Tx, patient_id: int) -> Data | None:
    """Return the stated plan in the shape joining uses; None when none waits to be confirmed."""
    row = query.current(tx.session, patient_id)
    if row is None or row.state != "stated":
        return None
    drugs = {m.id: m.drug_id for m in query.medicines(tx.session, patient_id)}
    found = query.steps(tx.session, row.id)
    typed = [
        {
            "on": step.starts_on.isoformat() if step.starts_on else "",
            "drug": drugs[step.medicine_id],
            "doses": [[d.wall.isoformat(), str(d.mg)] for d in doses],
        }
        for step, doses in found
    ]
    return {
        "medicines": [one for one in typed if not one["on"]],
        "steps": [one for one in typed if one["on"]],
    }


def set_checkin_time(tx: Tx, person: Person, wall: time) -> None:
    """Set when the daily check-in comes; the next one is the next such time."""
    patient = tx.session.get_one(Patient, person.id)
    patient.checkin_at = wall
    patient.next_checkin_at = next_wall(tx.now, wall, person.zone or "UTC")


def confirm_later(tx: Tx, person: Person) -> bool:
    """Whether a stated plan waits for its prescriber's confirmation."""
    row = query.current(tx.session, person.id)
    patient = people_query.patient_of(tx.session, person)
    return row is not None and row.state == "stated" and patient is not None
