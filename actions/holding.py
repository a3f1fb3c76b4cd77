"""Staying on the present step: at once when the patient asks, on again only as agreed (D13)."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from actions import help as numbers_of
from actions import outbox, plan_entry, plan_words, plans, supply
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.doses import DoseState
from care.holding import mid_switch, waiting
from care.localtime import local_day
from care.plan import Plan, changes_on, goes_down, regimen_on
from care.plandoc import Unresolved
from care.supply import WARN_DAYS
from store.models import Alert, CareLink, Dose, Patient, Person, PlanVersion
from store.queries import alerts as alert_query
from store.queries import people as query
from store.queries import plans as plan_query

SEDATED: Final = frozenset(
    {"overdose_sedation", "sedation_watch", "dangerous_combo", "double_dose", "help_took"}
)
HELD, CONFIRMED = "held", "confirmed"


def can_hold(row: PlanVersion, plan: Plan, today: date) -> bool:
    """Whether there is a change to come that staying would hold back."""
    return row.state == CONFIRMED and waiting(plan, today)


def ask(tx: Tx, person: Person) -> None:
    """The answer "Stay on … for now": at once, or "call first" where staying may be wrong."""
    found = _holdable(tx, person)
    if found is None:
        return
    patient, row, plan = found
    why = call_first(tx, patient, plan)
    if not why:
        _hold(tx, person, patient, row, plan)
        return
    words = tx.content.buttons(person.locale)
    country = numbers_of.country_of(tx, person)
    outbox.say(
        tx,
        person,
        "plans/hold_call_first",
        inline=[[words.button("plan.stay")], [words.button("eve.ask")]],
        why=why,
        urgent=country.urgent,
        emergency=country.emergency[0],
        **numbers_of.prescriber(tx, patient),
    )


def stay(tx: Tx, person: Person) -> None:
    """The answer "Stay all the same": nobody is pushed into a cut."""
    found = _holdable(tx, person)
    if found is not None:
        _hold(tx, person, *found)


def _holdable(tx: Tx, person: Person) -> tuple[Patient, PlanVersion, Plan] | None:
    patient = tx.session.get(Patient, person.id, with_for_update=True)  # two workers take turns
    found = plans.in_force(tx, person.id)
    today = local_day(tx.now, person.zone or "UTC")
    if patient is None or found is None or not can_hold(*found, today):
        outbox.say(tx, person, "plans/nothing_to_hold")
        return None
    return patient, *found


def call_first(tx: Tx, patient: Patient, plan: Plan) -> str:
    """Why staying is not offered as safe (D13): its key in the text, empty when nothing is known.

    Over-sedation, kidney disease, the middle of a switch, too few tablets.
    """
    person = tx.session.get_one(Person, patient.person_id)
    alert = alert_query.running(tx.session, patient.person_id)
    labels = alert_query.labels(tx.session, alert.id) | {alert.label} if alert else set()
    if labels & SEDATED:
        return "sedation"
    if "kidney" in (tx.json(patient, "intake").get("risks") or ()):
        return "kidney"
    if mid_switch(plan, local_day(tx.now, person.zone or "UTC")):
        return "switch"
    left = [
        supply.days_left(tx, person, one.id) for one in plan_query.medicines(tx.session, person.id)
    ]
    return "supply" if any(days is not None and days <= WARN_DAYS for days in left) else ""


def _hold(tx: Tx, person: Person, patient: Patient, row: PlanVersion, plan: Plan) -> None:
    today = local_day(tx.now, person.zone or "UTC")
    coming = plan_words.coming(tx, plan, today)
    version = write(tx, person, row, today, why="the patient asked to stay")
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "plans/held",
        inline=[[words.button("eve.ask")], [words.button("plan.resume")]],
        staying=_staying(tx, person, plan, today),
        coming=coming,
        **numbers_of.prescriber(tx, patient),
    )
    tx.audit("plan_held", person, version=version.version)
    _tell_people(tx, person, today)


def write(tx: Tx, person: Person, row: PlanVersion, day: date, *, why: str) -> PlanVersion:
    """Write the version in force anew as held: steps after `day` wait until dates are confirmed."""
    held = PlanVersion(
        state=HELD,
        held_on=day,
        confirmed_how=row.confirmed_how,
        confirmed_on=row.confirmed_on,
        if_unresolved=row.if_unresolved,
    )
    met = tx.json(row, "details").get("met")
    return plans.keep(
        tx,
        person,
        held,
        plans.whole(tx, row),
        by=tx.vault.read(row, "confirmed_by"),
        why=why,
        more={"met": met} if met else None,
    )


def _staying(tx: Tx, person: Person, plan: Plan, today: date) -> list[dict[str, Any]]:
    """What stays, and how long the tablets last at it; `plan` has no steps after the hold."""
    held = (regimen_on(plan, drug, today) for drug in plan.medicines)
    until = _covered(tx, person)
    return [
        {
            "drug": tx.content.drugs[one.medicine].name,
            "daily": one.daily_mg,
            "every": one.every,
            "until": until.get(one.medicine),
        }
        for one in held
        if one.doses
    ]


def _covered(tx: Tx, person: Person) -> dict[str, date]:
    """Return the last day each counted medicine is enough for, by drug id."""
    found = {
        one.drug_id: supply.until(tx, person, one.id)
        for one in plan_query.medicines(tx.session, person.id)
    }
    return {drug: until - timedelta(days=1) for drug, until in found.items() if until}


def _tell_people(tx: Tx, person: Person, today: date) -> None:
    """Tell the caregivers with whom the patient shares words; the others see alerts only."""
    for link in query.caregivers(tx.session, person.id):
        if link.shares_words:
            _tell(tx, person, link, today)


def _tell(tx: Tx, person: Person, link: CareLink, today: date) -> None:
    who = tx.session.get_one(Person, link.person_id)
    outbox.say(
        tx,
        who,
        "caregivers/plan_held",
        key=f"held:{person.id}:{link.id}:{today}",
        about=outbox.About(person.key_owner),
        until=tx.now + timedelta(days=1),
        patient=tx.name_of(person),
    )


def resume(tx: Tx, person: Person) -> None:
    """Go on after a hold: the same steps, later by the days held, read back and confirmed anew."""
    row_plan = plans.in_force(tx, person.id)
    row = row_plan[0] if row_plan else None
    if row is None or row.state != HELD or row.held_on is None:
        outbox.say(tx, person, "common/old_button")
        return
    data = plans.going_on(tx, row)
    plan_entry.review(tx, person, data | {"resumed": True})


def plan_buttons(tx: Tx, person: Person, row: PlanVersion, plan: Plan, today: date) -> Keyboard:
    """Return what can be done about the plan in force."""
    words = tx.content.buttons(person.locale)
    unconfirmed = plans.unconfirmed(tx, person.id) is not None
    rows = [[words.button("plan.confirm")]] if unconfirmed else []
    if row.state == HELD and waiting(plans.whole(tx, row), row.held_on or today):
        rows.append([words.button("plan.resume")])
    elif can_hold(row, plan, today):
        rows.append([words.button("plan.hold")])
    return rows


def cuts_waiting(tx: Tx) -> list[int]:
    """Return the patients whose prescriber wants no cut while something is unresolved (D1)."""
    stays = (
        select(PlanVersion.patient_id)
        .join(Alert, Alert.patient_id == PlanVersion.patient_id)
        .where(
            PlanVersion.state == CONFIRMED,
            PlanVersion.if_unresolved == Unresolved.STAY.value,
            Alert.state.in_(alert_query.RUNNING),
            Alert.drill.is_(False),
        )
    )
    return list(tx.session.scalars(stays.distinct()))


def keep_back(tx: Tx, patient_id: int) -> None:
    """Hold the plan when a cut is due by tomorrow and an alert is unresolved, as agreed (D1).

    A cut of today whose first dose was answered already has begun; it is not taken back.
    """
    tx.session.get_one(Patient, patient_id, with_for_update=True)
    person = tx.session.get_one(Person, patient_id)
    found = plans.in_force(tx, patient_id)
    if found is None or found[0].if_unresolved != Unresolved.STAY.value:
        return
    row, plan = found
    today = local_day(tx.now, person.zone or "UTC")
    days = (today, today + timedelta(days=1))
    due = [day for day in days if any(map(goes_down, changes_on(plan, day)))]
    if not due or (due[0] == today and _begun(tx, patient_id, today)):
        return
    before = due[0] - timedelta(days=1)
    coming = plan_words.coming(tx, plan, before)
    write(tx, person, row, before, why="something is unresolved; agreed with the prescriber")
    tx.audit("plan_kept_back", person, version=row.version + 1)
    outbox.say(
        tx,
        person,
        "plans/kept_back",
        key=f"kept_back:{patient_id}:{due[0]}",
        until=tx.now + timedelta(hours=12),
        inline=[[tx.content.buttons(person.locale).button("eve.ask")]],
        staying=_staying(tx, person, plan, before),
        coming=coming,
        **numbers_of.prescriber(tx, tx.session.get_one(Patient, patient_id)),
    )


def _begun(tx: Tx, patient_id: int, today: date) -> bool:
    answered = select(func.count()).where(
        Dose.patient_id == patient_id,
        Dose.local_day == today,
        Dose.state.in_((DoseState.TAKEN.value, DoseState.SKIPPED.value)),
    )
    return bool(tx.session.scalar(answered))
