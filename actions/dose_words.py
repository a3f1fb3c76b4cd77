"""What the texts about doses need to know."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from actions import outbox, plan_words, plans
from actions.doseclock import Clock, clocks_of
from actions.tx import Tx
from bot.content.buttons import Keyboard, Labels
from bot.content.drugs import Drug
from care.doseclock import ClockState
from care.doses import DoseState
from care.localtime import local
from care.plan import Plan, doses_on, last_change
from care.plandoc import Unresolved
from store.models import Alert, Dose, DoseEvent, Medicine, OutboxRow, Person
from store.queries import absences
from store.queries import alerts as alert_query
from store.queries import plans as query

OPEN = (DoseState.PLANNED.value, DoseState.DUE.value, DoseState.UNKNOWN.value)
# While one of these is unresolved no dose is prompted: ask the team first (D1).
TEAM_FIRST = frozenset(
    {"overdose_sedation", "suicide", "self_harm", "help_took", "help_mind", "dangerous_combo"}
)


def at(tx: Tx, person: Person, moment: datetime) -> str:
    """Word an instant on somebody's own clock; with the day when it was not today."""
    there, now = local(moment, person.zone or "UTC"), local(tx.now, person.zone or "UTC")
    clock = f"{there:%H:%M}"
    return clock if there.date() == now.date() else f"{clock} on {day_text(there)}"


def day_text(day: date) -> str:
    """Word a day as the templates do, like "Tue 1 Dec"."""
    return f"{day:%a} {day.day} {day:%b}"


def drug_of(tx: Tx, dose: Dose) -> Drug:
    """Return the medicine of a dose."""
    return tx.content.drugs[tx.session.get_one(Medicine, dose.medicine_id).drug_id]


def plan_of(tx: Tx, patient_id: int) -> Plan | None:
    """Return the plan in force, None when there is none."""
    found = plans.in_force(tx, patient_id)
    return found[1] if found else None


def events(tx: Tx, dose: Dose) -> list[DoseEvent]:
    """Return the ledger of a dose, oldest first."""
    ledger = select(DoseEvent).where(DoseEvent.dose_id == dose.id).order_by(DoseEvent.id)
    return list(tx.session.scalars(ledger))


def one(tx: Tx, person: Person, dose: Dose) -> dict[str, Any]:
    """Return the values that name one dose."""
    return {
        "drug": drug_of(tx, dose).name,
        "mg": dose.mg,
        "wall": dose.wall,
        "day": dose.local_day,
        "today": local(tx.now, person.zone or "UTC").date() == dose.local_day,
        "state": dose.state,
        "needed": dose.as_needed,
        "taken": at(tx, person, dose.taken_at) if dose.taken_at else "",
    }


def since(
    tx: Tx, person: Person, dose: Dose, clocks: Mapping[int, Clock] | None = None
) -> dict[str, Any]:
    """Return how the clock of a dose's medicine stands, and when one was last confirmed."""
    clock = (clocks_of(tx, person) if clocks is None else clocks).get(dose.medicine_id)
    if clock is None or clock.last is None:
        return {"clock": ClockState.QUIET.value, "last": "", "hours": 0}
    return {
        "clock": clock.state.value,
        "last": at(tx, person, clock.last),
        "hours": int((tx.now - clock.last).total_seconds()) // 3600,
    }


def why(tx: Tx, person: Person, dose: Dose) -> str:
    """Return the reason that was given for leaving a dose out, in the words of its button."""
    given = [event.kind for event in events(tx, dose) if event.kind.startswith("skip_")]
    label = "dose.why_" + given[-1].removeprefix("skip_") if given else ""
    words = tx.content.buttons(person.locale)
    return words.text(label) if label in words else ""


def reminder(tx: Tx, person: Person, doses: list[Dose]) -> dict[str, Any]:
    """Return the values of a reminder for doses due at the same minute."""
    plan, clocks = plan_of(tx, person.id), clocks_of(tx, person)
    return {
        "doses": [
            one(tx, person, dose)
            | _made_of(tx, plan, dose)
            | _since_change(tx, plan, dose)
            | since(tx, person, dose, clocks)
            for dose in doses
        ],
        "wall": doses[0].wall,
        "number": max(dose.reminders for dose in doses),
        "urgent": _urgent_line(tx, person),
        "maybe_repeat": False,
    }


def _made_of(tx: Tx, plan: Plan | None, dose: Dose) -> dict[str, Any]:
    """What to take for it: the prescriber's own words, or the tablets that make it exactly."""
    medicine = tx.session.get_one(Medicine, dose.medicine_id).drug_id
    planned = doses_on(plan, medicine, dose.local_day) if plan else ()
    own = next((d for d in planned if d.slot == dose.slot and d.mg == dose.mg), None)
    if plan is None or own is None:
        return {"made_of": "", "cannot": False}
    worded = plan_words.dose(plan, medicine, own)
    return {"made_of": worded["made_of"], "cannot": worded["cannot"]}


def _since_change(tx: Tx, plan: Plan | None, dose: Dose) -> dict[str, Any]:
    """How far the last change of this medicine is back, when it still matters."""
    medicine = tx.session.get_one(Medicine, dose.medicine_id)
    change = last_change(plan, medicine.drug_id, dose.local_day) if plan else None
    if change is None or (dose.local_day - change.day).days > 13:  # noqa: PLR2004 (two weeks)
        return {"change_day": None}
    return {
        "change_day": (dose.local_day - change.day).days,
        **plan_words.sizes(change),
    }


def _urgent_line(tx: Tx, person: Person) -> str:
    country = tx.content.countries.get(person.country or "")
    return country.urgent.number if country and country.urgent else ""


def reminder_template(tx: Tx, person: Person, doses: list[Dose]) -> str:
    """Choose the wording: no amount is prompted while it may be the wrong one (D1, D19)."""
    if absences.unsettled(tx.session, person.id, tx.now):
        return "doses/reminder_ask_team"
    alert = alert_query.running(tx.session, person.id)
    if alert is None:
        return "doses/reminder"
    found = plans.in_force(tx, person.id)
    goes_ahead = found is not None and found[0].if_unresolved == Unresolved.GO_AHEAD.value
    # The alert bears the newest danger; the one it began with is not over for that.
    labels = alert_query.labels(tx.session, alert.id) | {alert.label}
    if labels & TEAM_FIRST:
        return "doses/reminder_ask_team"
    unsettled = not goes_ahead and _changes_now(tx, person, doses, alert)
    return "doses/reminder_unsettled" if unsettled else "doses/reminder"


def _changes_now(tx: Tx, person: Person, doses: list[Dose], alert: Alert) -> bool:
    """Whether a cut took effect while this alert was unresolved."""
    plan = plan_of(tx, person.id)
    opened = local(alert.opened_at, person.zone or "UTC").date()
    for dose in doses:
        medicine = tx.session.get_one(Medicine, dose.medicine_id)
        change = last_change(plan, medicine.drug_id, dose.local_day) if plan else None
        if change is not None and change.day > opened:
            return True
    return False


def buttons(tx: Tx, person: Person, doses: list[Dose]) -> Keyboard | None:
    """Return the buttons of a reminder: for one dose, or a row for each medicine."""
    words = tx.content.buttons(person.locale)
    if doses[0].as_needed:
        return _needed_buttons(words, doses[0])
    left = [dose for dose in doses if dose.state in OPEN]
    if not left:
        return [[words.button("dose.undo", doses[-1].id)]]
    if len(doses) == 1:
        only = doses[0].id
        return [
            [words.button("dose.taken", only), words.button("dose.later", only)],
            [words.button("dose.skip", only), words.button("dose.when", only)],
            *_after_hospital(tx, person),
        ]
    rows = [[words.button("dose.all", doses[0].id)]] if len(left) == len(doses) else []
    for dose in left:
        name = drug_of(tx, dose).name
        rows.append([words.button("dose.taken", dose.id, label="dose.taken_one", drug=name)])
        rows.append([words.button("dose.skip", dose.id, label="dose.skip_one", drug=name)])
    rows.append([words.button("dose.later", left[0].id)])
    return [*rows, *_after_hospital(tx, person)]


def _after_hospital(tx: Tx, person: Person) -> Keyboard:
    """Offer to settle which dose the hospital sent somebody home with, while nobody did (D19)."""
    if absences.unsettled(tx.session, person.id, tx.now) is None:
        return []
    words = tx.content.buttons(person.locale)
    return [[words.button("pause.settle")], [words.button("plan.new")]]


def _needed_buttons(words: Labels, dose: Dose) -> Keyboard:
    if dose.taken_at is None:
        return [[words.button("needed.open")]]
    return [
        [words.button("dose.undo", dose.id), words.button("dose.when", dose.id)],
        [words.button("dose.more", dose.id)],
    ]


def show(tx: Tx, person: Person, dose: Dose) -> None:
    """Show how a dose stands in the message that reminded of it, or say it when there is none."""
    group = query.together(tx.session, dose)
    row = tx.session.get(OutboxRow, dose.message_id) if dose.message_id else None
    values: dict[str, Any] = {"doses": [one(tx, person, each) for each in group], "wall": dose.wall}
    inline = buttons(tx, person, group)
    template = "doses/needed_recorded" if dose.as_needed else "doses/recorded"
    if row is None or row.state in {"expired", "cleared", "failed"}:
        said = outbox.say(tx, person, template, inline=inline, **values)
        dose.message_id = said.id if dose.as_needed else dose.message_id
        return
    outbox.edit(tx, person, row.id, template, inline=inline, **values)
