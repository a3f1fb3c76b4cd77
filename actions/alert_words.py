"""What the texts about an alert need to know, for the patient and for those who are told."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from actions import dose_words
from actions import help as numbers_of
from actions.tx import Tx
from bot.content.buttons import Keyboard
from bot.content.render import amount
from care.localtime import local, local_day
from store.models import Alert, Dose, Patient, Person
from store.queries import alerts as query
from store.queries import people as people_query

# After one of these the telling starts anew: who was told before may have answered it.
FRESH: Final = ("opened", "joined")
MIND: Final = frozenset({"suicide", "self_harm", "help_mind"})


def for_patient(tx: Tx, alert: Alert) -> dict[str, Any]:
    """Return the values of a safety reply: numbers, medicines, prescriber, who was told."""
    patient = tx.session.get_one(Patient, alert.patient_id)
    person = tx.session.get_one(Person, alert.patient_id)
    return safety_values(tx, person, patient) | {"told": told_lines(tx, alert)}


def safety_values(tx: Tx, person: Person, patient: Patient | None) -> dict[str, Any]:
    """Return the values of a safety reply for which nobody was told (yet)."""
    intake = {} if patient is None else tx.json(patient, "intake")
    return {
        **numbers_of.numbers(tx, person),
        "drugs": [] if patient is None else numbers_of.drug_names(tx, patient.person_id),
        "prescriber": intake.get("prescriber") or "",
        "prescriber_phone": intake.get("prescriber_phone") or "",
        "pump_clinic": intake.get("pump_clinic") or "",
        "told": [],
        "alone": patient is None or not people_query.caregivers(tx.session, patient.person_id),
    }


def told_lines(tx: Tx, alert: Alert) -> list[dict[str, str]]:
    """Return one entry per person told: name, state, time. Each only says what is true."""
    zone = tx.session.get_one(Person, alert.patient_id).zone or "UTC"
    lines: dict[int, dict[str, str]] = {}
    for event in query.events(tx.session, alert.id):
        if event.person_id is None or event.person_id == alert.patient_id:
            continue
        if event.kind in {"notified", "delivered", "undeliverable", "acknowledged", "passed"}:
            at = local(event.at, zone).strftime("%H:%M")
            if event.kind == "notified" and event.person_id in lines:
                continue  # told again: what is known of the first time stands
            name = _name(tx, tx.session.get_one(Person, event.person_id))
            lines[event.person_id] = {"name": name, "state": event.kind, "at": at}
    return list(lines.values())


def safety_buttons(tx: Tx, alert: Alert, person: Person) -> Keyboard | None:
    """Return the buttons under a safety reply; none once the alert has ended."""
    if alert.state == "closed":
        return None
    words = tx.content.buttons(person.locale)
    mind = [[words.button("safety.safe", alert.id), words.button("safety.not_safe", alert.id)]]
    return [
        *(mind if alert.label in MIND else []),
        [words.button("safety.called", alert.id), words.button("safety.cannot", alert.id)],
        [words.button("safety.mistake", alert.id)],
    ]


def for_caregiver(tx: Tx, alert: Alert, reader: Person) -> dict[str, Any]:
    """Return the values of a first-aid card, as much as this reader may see (D8)."""
    person = tx.session.get_one(Person, alert.patient_id)
    patient = tx.session.get_one(Patient, alert.patient_id)
    link = people_query.care_link(tx.session, alert.patient_id, reader.id)
    shares = link is not None and link.state == "accepted" and link.shares_words
    intake = tx.json(patient, "intake")
    zone = person.zone or "UTC"
    return {
        **numbers_of.numbers(tx, person),
        "number": alert.id,
        "patient": tx.name_of(person),
        "patient_phone": intake.get("phone") or "",
        "at": local(alert.opened_at, zone).strftime("%H:%M"),
        "urgent_tier": alert.tier != "emergency",
        "card": alert.card,
        "what": tx.content.signs.of(alert.label).what,
        "words": tx.vault.read(alert, "words") if shares else None,
        "planned": _planned(tx, patient, zone),
        "confirmed": _confirmed(tx, patient, zone),
        "last_heard": _heard(person, zone),
        "seizure_plan": intake.get("seizure_plan") or "",
        "naloxone": intake.get("naloxone") == "yes",
        **_told_before(tx, alert, reader),
    }


def _name(tx: Tx, person: Person) -> str:
    """Name somebody who was told; the operator has no first name with us."""
    if tx.telegram_id(person) in tx.house.operators:
        return "the person who runs Steady"
    return tx.name_of(person)


def _told_before(tx: Tx, alert: Alert, reader: Person) -> dict[str, Any]:
    """Whether this reader was told of it already, and who else was and has not answered."""
    events = query.events(tx.session, alert.id)
    starts = [place for place, event in enumerate(events) if event.kind in FRESH]
    events = events[starts[-1] :] if starts else events
    passed = {event.person_id or 0 for event in events if event.kind == "passed"}
    told = {e.person_id or 0 for e in events if e.kind == "notified"} - passed - {0}
    others = [tx.session.get_one(Person, one) for one in sorted(told - {reader.id})]
    return {"again": reader.id in told, "others_told": [_name(tx, one) for one in others]}


def _planned(tx: Tx, patient: Patient, zone: str) -> str:
    today = local_day(tx.now, zone)
    query_doses = select(Dose).where(
        Dose.patient_id == patient.person_id, Dose.local_day == today, ~Dose.as_needed
    )
    doses = tx.session.scalars(query_doses.order_by(Dose.due_at)).all()
    # Whoever calls for help is asked for the medicine: it stands far below the first line (D23).
    return ", ".join(
        f"{dose_words.drug_of(tx, dose).name} {amount(dose.mg)} at {dose.wall:%H:%M}"
        for dose in doses
    )


def _confirmed(tx: Tx, patient: Patient, zone: str) -> str:
    last: datetime | None = tx.session.scalar(
        select(func.max(Dose.taken_at)).where(Dose.patient_id == patient.person_id)
    )
    return "" if last is None else _at(local(last, zone))


def _heard(person: Person, zone: str) -> str:
    if person.last_seen_at is None:
        return ""
    return _at(local(person.last_seen_at, zone))


def _at(there: datetime) -> str:
    return f"{there:%H:%M} on {there.day} {there:%b}"
