"""/needed: doses taken when needed, recorded as they were. The plan's limits inform only."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from actions import dialogues, dose_words, doses, ledger, outbox, plans
from actions import help as numbers_of
from actions.tx import Tx
from care.as_needed import Limits, limits
from care.doses import DoseState, resolve_said_time, taken_at_valid
from care.localtime import local, local_day
from care.plan import AsNeeded, Plan
from store.models import Dialogue, Dose, Medicine, Patient, Person, PlanVersion
from store.queries import people as people_query
from store.queries import plans as query

KIND: Final = "needed"
SAME_TAP: Final = timedelta(minutes=2)
LOOK_AROUND: Final = timedelta(hours=24)


def show(tx: Tx, person: Person) -> None:
    """Show what the plan has for when it is needed, and when it was last taken."""
    found = plans.in_force(tx, person.id)
    words = tx.content.buttons(person.locale)
    if found is None or people_query.patient_of(tx.session, person) is None:
        outbox.say(tx, person, "common/not_joined", inline=[[words.button("ob.resume")]])
        return
    there = _rules(tx, person, found[1])
    named = [(one.id, tx.content.drugs[one.drug_id].name) for one, _ in there]
    rows = [
        row
        for ident, name in named
        for row in (
            [words.button("needed.now", ident, drug=name)],
            [words.button("needed.when", ident, drug=name)],
        )
    ]
    outbox.say(
        tx,
        person,
        "doses/needed",
        inline=[*rows, [words.button("help.open")]],
        lines=[_line(tx, person, medicine, rule) for medicine, rule in there],
        ask_team=dose_words.reminder_template(tx, person, []) == "doses/reminder_ask_team",
    )


def _rules(tx: Tx, person: Person, plan: Plan) -> list[tuple[Medicine, AsNeeded]]:
    by_drug = {one.medicine: one for one in plan.as_needed}
    there = query.medicines(tx.session, person.id)
    return [(one, by_drug[one.drug_id]) for one in there if one.drug_id in by_drug]


def _line(tx: Tx, person: Person, medicine: Medicine, rule: AsNeeded) -> dict[str, Any]:
    taken = _taken(tx, medicine, tx.now, as_needed=True)
    return {
        "drug": tx.content.drugs[medicine.drug_id].name,
        "mg": rule.mg,
        "most": rule.most_in_24h,
        "apart": rule.least_hours_apart,
        "last": dose_words.at(tx, person, taken[-1]) if taken else "",
    }


def now(tx: Tx, person: Person, medicine_id: int) -> None:
    """The answer "Took it now"; pressed twice it is one dose."""
    rule = _rule(tx, person, medicine_id)
    if rule is None:
        return
    newest = _newest(tx, medicine_id)
    if newest is not None and tx.now - ledger.recorded_at(tx, newest) < SAME_TAP:
        _already(tx, person, newest)
        return
    _weigh(tx, person, rule, tx.now)


def when(tx: Tx, person: Person, medicine_id: int) -> None:
    """Ask when it was taken."""
    rule = _rule(tx, person, medicine_id)
    if rule is None:
        return
    dialogues.begin(tx, person, KIND, "when", {"medicine": medicine_id})
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "doses/needed_when",
        inline=[[words.button("needed.not")]],
        drug=tx.content.drugs[rule[0].drug_id].name,
    )


def on_text(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Take the typed time; ask again when it is unclear, to come, or over a day ago."""
    said = resolve_said_time(text, local(tx.now, person.zone or "UTC"))
    if said is None or not taken_at_valid(tx.now, said):
        outbox.say(tx, person, "doses/needed_unclear")
        return
    medicine_id = int(dialogues.data_of(tx, dialogue)["medicine"])
    dialogues.close(tx, dialogue)
    rule = _rule(tx, person, medicine_id)
    if rule is not None:
        _weigh(tx, person, rule, said)


def sure(tx: Tx, person: Person, medicine_id: int, second: int) -> None:
    """The answer "Yes, I took it": the truth is recorded, whatever the limits say."""
    rule = _rule(tx, person, medicine_id)
    at = datetime.fromtimestamp(min(second, int(tx.now.timestamp())), UTC)
    if rule is None or not taken_at_valid(tx.now, at):
        if rule is not None:
            outbox.say(tx, person, "common/old_button")
        return
    known = _at(tx, medicine_id, at)
    if known is not None:
        _already(tx, person, known)
        return
    found = _limits(tx, rule, at)
    dose = _record(tx, person, rule, at)
    if found.too_many:
        doses.took_more(tx, person, dose)


def did_not(tx: Tx, person: Person) -> None:
    """The answer "No, I did not take it": nothing is recorded."""
    dialogue = people_query.dialogue(tx.session, person.id, KIND)
    if dialogue is not None:
        dialogues.close(tx, dialogue)
    outbox.say(tx, person, "doses/needed_not")


def _rule(tx: Tx, person: Person, medicine_id: int) -> tuple[Medicine, AsNeeded] | None:
    """Return the medicine and what the plan in force says of it; else a kind answer."""
    found = plans.in_force(tx, person.id)
    there = _rules(tx, person, found[1]) if found else []
    rule = next((pair for pair in there if pair[0].id == medicine_id), None)
    if rule is None:
        outbox.say(tx, person, "common/old_button")
    return rule


def _weigh(tx: Tx, person: Person, rule: tuple[Medicine, AsNeeded], at: datetime) -> None:
    """Record it, or first say what the plan says when a limit is not kept."""
    found = _limits(tx, rule, at)
    if found.kept:
        _record(tx, person, rule, at)
        return
    medicine, as_needed = rule
    words = tx.content.buttons(person.locale)
    patient = tx.session.get_one(Patient, person.id)
    outbox.say(
        tx,
        person,
        "doses/needed_ask",
        inline=[
            [words.button("needed.sure", medicine.id, int(at.timestamp()))],
            [words.button("needed.not")],
        ],
        too_many=found.too_many,
        too_soon=found.too_soon,
        **numbers_of.prescriber(tx, patient),
        **_line(tx, person, medicine, as_needed) | {"last": _last(tx, person, found)},
    )


def _last(tx: Tx, person: Person, found: Limits) -> str:
    return dose_words.at(tx, person, found.nearest) if found.nearest else ""


def _limits(tx: Tx, rule: tuple[Medicine, AsNeeded], at: datetime) -> Limits:
    medicine, as_needed = rule
    return limits(
        as_needed,
        _taken(tx, medicine, at, as_needed=True),
        _taken(tx, medicine, at, as_needed=False),
        at,
    )


def _taken(tx: Tx, medicine: Medicine, at: datetime, *, as_needed: bool) -> list[datetime]:
    """Return when the medicine was taken within a day of `at`, oldest first."""
    rows = select(Dose.taken_at).where(
        Dose.medicine_id == medicine.id,
        Dose.as_needed.is_(as_needed),
        Dose.taken_at > at - LOOK_AROUND,
        Dose.taken_at < at + LOOK_AROUND,
    )
    return [one for one in tx.session.scalars(rows.order_by(Dose.taken_at)) if one is not None]


def _newest(tx: Tx, medicine_id: int) -> Dose | None:
    rows = select(Dose).where(
        Dose.medicine_id == medicine_id, Dose.as_needed, Dose.taken_at.is_not(None)
    )
    return tx.session.scalars(rows.order_by(Dose.id.desc()).limit(1)).first()


def _at(tx: Tx, medicine_id: int, at: datetime) -> Dose | None:
    """Return the intake that was recorded for this very second: the same button twice."""
    rows = select(Dose).where(
        Dose.medicine_id == medicine_id,
        Dose.as_needed,
        Dose.taken_at >= at,
        Dose.taken_at < at + timedelta(seconds=1),
    )
    return tx.session.scalars(rows).first()


def _already(tx: Tx, person: Person, dose: Dose) -> None:
    tx.toast = tx.content.text(
        "doses/toast_already", person.locale, **dose_words.one(tx, person, dose)
    )


def _record(tx: Tx, person: Person, rule: tuple[Medicine, AsNeeded], at: datetime) -> Dose:
    """Write the intake down as a dose of its own, with the amount of the plan."""
    medicine, as_needed = rule
    row: PlanVersion | None = query.current(tx.session, person.id)
    patient = tx.session.get_one(Patient, person.id)
    if row is None:  # a rule comes from a plan in force
        raise LookupError(f"no plan of {person.id}")
    there = local(at, person.zone or "UTC")
    day_one = patient.day_one or local_day(tx.now, person.zone or "UTC")
    plan_day = (there.date() - day_one).days
    dose = Dose(
        patient_id=person.id,
        medicine_id=medicine.id,
        plan_id=row.id,
        plan_day=plan_day,
        slot=f"n{_number(tx, medicine, plan_day)}",
        local_day=there.date(),
        wall=there.time().replace(second=0, microsecond=0, tzinfo=None),
        due_at=at,
        closes_at=at,
        mg=as_needed.mg,
        state=DoseState.PLANNED.value,
        reminders=0,
        as_needed=True,
    )
    tx.session.add(dose)
    tx.session.flush()
    ledger.take(tx, person, dose, at)
    return dose


def _number(tx: Tx, medicine: Medicine, plan_day: int) -> int:
    """Return which as-needed dose of that day this is; one taken back keeps its number."""
    rows = select(func.count()).where(
        Dose.medicine_id == medicine.id, Dose.plan_day == plan_day, Dose.as_needed
    )
    return 1 + (tx.session.scalar(rows) or 0)
