"""Plans: what was stated, what was confirmed as the prescriber's, versions that never vanish."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from actions import layout
from actions.plan_data import data_of_plan, details_of, plan_of_data
from actions.tx import Tx
from care.holding import moved_later, none_passed
from care.localtime import local_day, next_wall
from care.plan import DoseTime, Plan, Regimen, Step
from care.plandates import read_date
from care.planhistory import begun_by
from care.typedline import PlanLineError, pieces_of
from store.models import Medicine, Patient, Person, PlanDose, PlanStep, PlanVersion
from store.queries import plans as query

Data = dict[str, Any]


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
    """Make a plan that was read back the one in force; the earlier version is superseded.

    Without the prescriber's confirmation (`confirmed`, the ISO day of it) it is "stated": its
    present doses are reminded of and no cut activates (D9). Where a prescriber agreed to the plan
    in force, that one stays and the new one is "waiting". `how` and `by` say who confirmed;
    without them it is the patient who says that the prescriber of the intake did.
    """
    patient = _turn(tx, person)
    in_use = in_force(tx, person.id)
    confirmed = data.get("confirmed")
    by = data.get("by") or tx.json(patient, "intake").get("prescriber")
    row = PlanVersion(
        state="confirmed" if confirmed else "waiting" if prescribed(tx, person.id) else "stated",
        confirmed_how=(data.get("how") or "patient says") if confirmed else None,
        confirmed_on=date.fromisoformat(confirmed) if confirmed else None,
        if_unresolved=data.get("if_unresolved") or None,
    )
    plan = plan_of_data(data, in_use[1] if in_use else None)
    more: Data = {"met": data["met"]} if data.get("met") else {}
    more |= {"earlier": data["earlier"]} if data.get("earlier") else {}
    more |= {"begun_by": begun(tx, person, plan).isoformat()}
    return keep(tx, person, row, plan, by=by if confirmed else None, why=data.get("why"), more=more)


def begun(tx: Tx, person: Person, plan: Plan) -> date:
    """The last day whose steps of this plan have begun already, whoever agrees to the others."""
    found = in_force(tx, person.id)
    today = local_day(tx.now, person.zone or "UTC")
    return begun_by(plan, found[1] if found else None, today)


def prescribed(tx: Tx, patient_id: int) -> bool:
    """Whether a prescriber agreed to the plan in force: another one then waits for that too."""
    row = query.current(tx.session, patient_id)
    return row is not None and row.state != "stated"


def keep(
    tx: Tx,
    person: Person,
    row: PlanVersion,
    plan: Plan,
    *,
    by: str | None,
    why: str | None,
    more: Data | None = None,
) -> PlanVersion:
    """Write a new version and lay its doses out; those before stay, as superseded.

    A waiting one takes the place of another waiting one only, and a hold leaves it waiting.
    """
    patient = _turn(tx, person)
    before = query.current(tx.session, person.id) if row.state != "waiting" else None
    aside = query.waiting(tx.session, person.id) if row.state != "held" else None
    for earlier in (before, aside):
        if earlier is not None:
            earlier.state = "superseded"
    row.patient_id, row.key_owner, row.created_at = person.id, person.key_owner, tx.now
    row.version = query.latest_version(tx.session, person.id) + 1
    tx.vault.seal(row, confirmed_by=by, why=why)
    tx.vault.seal_json(row, "details", details_of(plan) | _as_entered(plan) | (more or {}))
    tx.session.add(row)
    tx.session.flush()
    _write_steps(tx, person.id, row, plan)
    patient.state = "active"
    patient.day_one = patient.day_one or local_day(tx.now, person.zone or "UTC")
    tx.audit("plan_adopted", person, version=row.version, state=row.state)
    tx.session.flush()
    layout.lay_out(tx, patient)
    return row


def _turn(tx: Tx, person: Person) -> Patient:
    # Two workers take turns: each would write the version after the same one.
    return tx.session.get_one(Patient, person.id, with_for_update=True)


def _as_entered(plan: Plan) -> Data:
    """Return the prescriber's own words of amounts: words are sealed, what is due is not."""
    return {
        "how": [
            [regimen.medicine, starts.isoformat() if starts else "", dose.slot, dose.how]
            for starts, regimen in _all_regimens(plan)
            for dose in regimen.doses
            if dose.how
        ]
    }


def _all_regimens(plan: Plan) -> Iterator[tuple[date | None, Regimen]]:
    for regimen in plan.present:
        yield None, regimen
    for step in plan.steps:
        yield step.starts, step.regimen


def _write_steps(tx: Tx, patient_id: int, row: PlanVersion, plan: Plan) -> None:
    named = dict.fromkeys((*plan.medicines, *(one.medicine for one in plan.as_needed)))
    ids = {one: _medicine(tx, patient_id, one) for one in named}
    steps = [
        PlanStep(
            plan_id=row.id,
            medicine_id=ids[regimen.medicine],
            starts_on=starts,
            every_days=regimen.every,
        )
        for starts, regimen in _all_regimens(plan)
    ]
    tx.session.add_all(steps)
    tx.session.flush()
    tx.session.add_all(
        PlanDose(step_id=step.id, slot=dose.slot, wall=dose.wall, mg=dose.mg)
        for step, (_, regimen) in zip(steps, _all_regimens(plan), strict=True)
        for dose in regimen.doses
    )


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

    Of a plan that is only stated the steps that had not begun when it was are left out: no cut
    activates (D9). Of a plan that is held, those after the day it was held on are (D13).
    """
    row = query.current(tx.session, patient_id)
    if row is None:
        return None
    plan = whole(tx, row)
    last = date.max
    if row.state != "confirmed":
        last = row.held_on or _stated_from(tx.json(row, "details"))
    steps = tuple(step for step in plan.steps if step.starts <= last)
    return row, Plan(plan.present, steps, plan.products, plan.as_needed)


def _stated_from(details: Data) -> date:
    return date.fromisoformat(details["begun_by"]) if "begun_by" in details else date.min


def whole(tx: Tx, row: PlanVersion) -> Plan:
    """Return a version with all its steps, those that do not activate too."""
    drugs = {m.id: m.drug_id for m in query.medicines(tx.session, row.patient_id)}
    details = tx.json(row, "details")
    how = {(drug, on, slot): words for drug, on, slot, words in details.get("how", ())}
    present: list[Regimen] = []
    steps: list[Step] = []
    for step, doses in query.steps(tx.session, row.id):
        drug, on = drugs[step.medicine_id], step.starts_on.isoformat() if step.starts_on else ""
        times = tuple(
            DoseTime(dose.slot, dose.wall, dose.mg, how.get((drug, on, dose.slot), ""))
            for dose in sorted(doses, key=lambda dose: dose.wall)
        )
        if step.starts_on is None:
            present.append(Regimen(drug, times))
        else:
            steps.append(Step(step.starts_on, Regimen(drug, times, step.every_days)))
    extras = plan_of_data(
        {"products": details.get("products"), "as_needed": details.get("as_needed")}
    )
    return Plan(tuple(present), tuple(steps), extras.products, extras.as_needed)


def stated_data(tx: Tx, patient_id: int) -> Data | None:
    """Return the plan that waits to be confirmed in the shape joining uses; None without one."""
    row = unconfirmed(tx, patient_id)
    if row is None:
        return None
    earlier = tx.json(row, "details").get("earlier")
    return going_on(tx, row) | ({"earlier": earlier} if earlier else {})


def unconfirmed(tx: Tx, patient_id: int) -> PlanVersion | None:
    """Return the version that no prescriber has agreed to yet, whether it is in force or not."""
    row = query.current(tx.session, patient_id)
    if row is not None and row.state == "stated":
        return row
    return query.waiting(tx.session, patient_id)


def going_on(tx: Tx, row: PlanVersion) -> Data:
    """Return a version as data, with the steps that waited at later dates where theirs passed."""
    person = tx.session.get_one(Person, row.patient_id)
    today, plan = local_day(tx.now, person.zone or "UTC"), whole(tx, row)
    if row.state == "held" and row.held_on is not None:
        later = moved_later(plan, row.held_on, max(today, row.held_on))
    elif row.state in {"stated", "waiting"}:
        begun_on = _stated_from(tx.json(row, "details"))
        later = none_passed(plan, begun_on + timedelta(days=1), today)
    else:
        later = plan
    return data_of_plan(later) | ({"resumed": True} if later != plan else {})


def set_checkin_time(tx: Tx, person: Person, wall: time) -> None:
    """Set when the daily check-in comes; the next one is the next such time."""
    patient = tx.session.get_one(Patient, person.id)
    patient.checkin_at = wall
    patient.next_checkin_at = next_wall(tx.now, wall, person.zone or "UTC")
