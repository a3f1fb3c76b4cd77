"""What the plan checks may know of a patient beside the plan itself."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from actions import plans, stock
from actions.tx import Tx
from bot.content.plan_checks import medicine_facts
from care.localtime import local_day
from care.plan import Plan, Regimen, Step, regimen_on
from care.plan_checks import CheckFacts
from store.models import Patient, Person
from store.queries import alerts as alert_query
from store.queries import people as query

Data = dict[str, Any]

WEEKS: Final = {"under_1_month": 4, "1_to_3_months": 13, "3_to_12_months": 52, "over_1_year": 520}
"""How long something was taken, by the answer of the intake; a range counts by its end."""
_MG: Final = re.compile(r"(?<![\d.,])(\d{1,4}(?:\.\d{1,4})?)\s*mg\b", re.IGNORECASE)


def as_lived(tx: Tx, person: Person, plan: Plan) -> Plan:
    """Return a plan with what it leaves out of the one in force: that would end today.

    The checks must see a medicine that a new plan forgets as one that is stopped at once.
    """
    found = plans.in_force(tx, person.id)
    today = local_day(tx.now, person.zone or "UTC")
    left = set(found[1].medicines) - set(plan.medicines) if found else set()
    taken = [regimen_on(found[1], drug, today) for drug in sorted(left)] if found else []
    ending = [one for one in taken if one.doses]
    stops = [Step(today, Regimen(one.medicine, ())) for one in ending]
    steps = sorted((*plan.steps, *stops), key=lambda step: step.starts)
    return replace(plan, present=(*plan.present, *ending), steps=tuple(steps))


def facts_for(
    tx: Tx,
    person: Person,
    plan: Plan,
    *,
    prescriber_made: bool,
    earlier: tuple[Step, ...] = (),
) -> CheckFacts:
    """Return what is known of the patient; what nobody said stays unknown.

    `earlier` are steps that led to the present doses, as the patient told them.
    """
    patient = query.patient_of(tx.session, person)
    intake = tx.json(patient, "intake") if patient else {}
    risks = intake.get("risks")
    return CheckFacts(
        today=local_day(tx.now, person.zone or "UTC"),
        medicines={
            drug: medicine_facts(tx.content.drugs[drug])
            for drug in (*plan.medicines, *(one.medicine for one in plan.as_needed))
        },
        weeks_taken=WEEKS.get(intake.get("how_long") or ""),
        start_daily_mg=_start(plan, intake.get("start_dose") or ""),
        earlier=_earlier(tx, person, earlier),
        risks=None if risks is None else frozenset(risks) - {"none"},
        has_prescriber=prescriber_made or bool(intake.get("prescriber")),
        has_prescriber_phone=bool(intake.get("prescriber_phone")),
        # Joining asks whom to tell right after the plan: nobody is warned before being asked.
        has_caregiver=_joining(patient) or bool(query.caregivers(tx.session, person.id)),
        entered_by_prescriber=prescriber_made,
        lasts_until=stock.lasts_until(tx, person, plan) if patient else {},
        refill_on=patient.refill_on if patient else None,
        appointment_on=patient.appointment_on if patient else None,
        open_flag=alert_query.worst_open(tx.session, person.id),
    )


def _joining(patient: Patient | None) -> bool:
    return patient is None or patient.state != "active"


def _start(plan: Plan, said: str) -> dict[str, Decimal]:
    """The dose at the start of the taper, where it is one amount of the only medicine."""
    amounts = _MG.findall(said)
    if len(plan.medicines) != 1 or len(amounts) != 1:
        return {}
    return {plan.medicines[0]: Decimal(amounts[0])}


def _earlier(tx: Tx, person: Person, told: tuple[Step, ...]) -> tuple[Step, ...]:
    """The dated steps of the plan in force that have begun: pace counts across versions.

    Of a medicine whose earlier steps were told with the plan, those.
    """
    found = plans.in_force(tx, person.id)
    today = local_day(tx.now, person.zone or "UTC")
    known = {step.regimen.medicine for step in told}
    begun = (
        step
        for step in (found[1].steps if found else ())
        if step.starts <= today and step.regimen.medicine not in known
    )
    return (*told, *begun)
