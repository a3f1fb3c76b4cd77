"""What people answer to an alert: taken on, passed on, ended; everybody is told."""

from sqlalchemy import select

from actions import alert_words, escalate, findings, outbox, people
from actions.outbox import About
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.escalation import Rung, due_at
from care.messages import Kind
from care.tiers import Tier
from store.models import Alert, AlertEvent, CareLink, Patient, Person
from store.queries import alerts as query
from store.queries import people as people_query


def acknowledge(tx: Tx, person: Person, alert_id: int) -> None:
    """Somebody takes an alert on: pending rungs are cleared, patient and the others are told."""
    alert = _alert_of(tx, person, alert_id)
    if alert is None:
        return
    if alert.state != "open":
        _say_how_it_stands(tx, person, alert)
        return
    alert.state, alert.acknowledged_at, alert.acknowledged_by = "acknowledged", tx.now, person.id
    alert.next_rung_at = None
    escalate.note_event(tx, alert, "acknowledged", person)
    for row in query.waiting_messages(tx.session, alert.id):
        row.state, row.ended_at = "cleared", tx.now
    for sent in query.messages_to(tx.session, alert.id, person.id):
        outbox.strip(tx, person, sent.id)
    if alert.drill:
        _drill_answered(tx, person, alert)
        return
    words = alert_words.for_caregiver(tx, alert, person)
    outbox.say(
        tx,
        person,
        "alerts/yours",
        inline=_closing_buttons(tx, alert, person),
        about=About(alert.key_owner),
        **words,
    )
    _tell_others(tx, alert, person, "alerts/taken")
    _tell_patient(tx, alert, "alerts/patient_taken", person)
    escalate.refresh_status(tx, alert)


def _closing_buttons(tx: Tx, alert: Alert, person: Person) -> Keyboard:
    words = tx.content.buttons(person.locale)
    return [
        [words.button("alert.safe", alert.id)],
        [words.button("alert.false", alert.id)],
        [words.button("alert.pass", alert.id)],
    ]


def pass_on(tx: Tx, person: Person, alert_id: int) -> None:
    """Somebody cannot take it: the next rung with anybody else on it is taken at once."""
    alert = _alert_of(tx, person, alert_id)
    if alert is None:
        return
    if alert.state == "closed":
        _say_how_it_stands(tx, person, alert)
        return
    escalate.note_event(tx, alert, "passed", person)
    if alert.state == "acknowledged" and alert.acknowledged_by != person.id:
        _say_how_it_stands(tx, person, alert)  # somebody else has it, and keeps it
        return
    rungs = [Rung.from_json(data) for data in alert.ladder]
    alert.state, alert.acknowledged_at, alert.acknowledged_by = "open", None, None
    following = _somebody_else(tx, rungs, alert.rung, person.id)
    alert.rung = alert.rung if following is None else following
    alert.next_rung_at = due_at(alert.opened_at, rungs, alert.rung)
    if following is not None:
        alert.next_rung_at = tx.now
    outbox.say(
        tx,
        person,
        "alerts/passed",
        about=About(alert.key_owner),
        others=following is not None,
        **alert_words.for_caregiver(tx, alert, person),
    )
    escalate.climb(tx, alert, without={person.id})


def _somebody_else(tx: Tx, rungs: list[Rung], index: int, person_id: int) -> int | None:
    """Return the first rung from `index` on that tells somebody other than this person."""
    for at, rung in enumerate(rungs[index:], index):
        if set(rung.people) - {person_id} or (rung.operator and tx.house.operators):
            return at
    return None


def wrong_person(tx: Tx, person: Person, alert_id: int) -> None:
    """The answer "I don't know this person" removes them, and the next rung is taken (D14)."""
    alert = _alert_of(tx, person, alert_id)
    if alert is None:
        return
    link = people_query.care_link(tx.session, alert.patient_id, person.id)
    if link is not None:
        link.state, link.ended_at = "removed", tx.now
    escalate.note_event(tx, alert, "wrong_person", person)
    patient = tx.session.get_one(Person, alert.patient_id)
    outbox.say(tx, person, "alerts/wrong_thanks")
    outbox.say(tx, patient, "alerts/patient_wrong", kind=Kind.ALERT, name=tx.name_of(person))
    rungs = [Rung.from_json(data) for data in alert.ladder]
    alert.ladder = [
        Rung(r.after_minutes, tuple(p for p in r.people if p != person.id), r.operator).as_json()
        for r in rungs
    ]
    if alert.acknowledged_by == person.id and alert.state == "acknowledged":
        alert.state, alert.acknowledged_at, alert.acknowledged_by = "open", None, None
    if alert.state == "open" and alert.rung < len(rungs):
        alert.next_rung_at = tx.now
        escalate.climb(tx, alert)


def close_by(tx: Tx, person: Person, alert_id: int, reason: str) -> None:
    """A human ends an alert ("they are safe", "false alarm"); everybody is told, and why."""
    alert = _alert_of(tx, person, alert_id)
    if alert is None:
        return
    if alert.state == "closed":
        _say_how_it_stands(tx, person, alert)
        return
    escalate.end(tx, alert, person, reason)
    outbox.say(
        tx,
        person,
        "alerts/closed_thanks",
        about=About(alert.key_owner),
        **alert_words.for_caregiver(tx, alert, person),
    )
    _tell_others(tx, alert, person, f"alerts/closed_{reason}")
    _tell_patient(tx, alert, f"alerts/patient_closed_{reason}", person)
    escalate.refresh_status(tx, alert)


def patient_says_mistake(tx: Tx, person: Person, alert_id: int) -> None:
    """The patient says it was a mistake: told to those who were told, never closed by it."""
    alert = tx.session.get(Alert, alert_id)
    if alert is None or alert.patient_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return
    escalate.note_event(tx, alert, "patient_says_mistake", person)
    for other in _told(tx, alert):
        outbox.say(
            tx,
            other,
            "alerts/says_mistake",
            kind=Kind.ALERT,
            about=About(alert.key_owner),
            inline=_closing_buttons(tx, alert, other) if alert.state != "closed" else None,
            **alert_words.for_caregiver(tx, alert, other),
        )
    outbox.say(tx, person, "safety/mistake_noted", **alert_words.for_patient(tx, alert))


def safe_for_now(tx: Tx, person: Person, alert_id: int) -> None:
    """The patient is safe for now: those who know hear it; only they can end the alert."""
    alert = tx.session.get(Alert, alert_id)
    if alert is None or alert.patient_id != person.id or alert.state == "closed":
        outbox.say(tx, person, "common/old_button")
        return
    escalate.note_event(tx, alert, "patient_safe", person)
    tell_told(tx, alert, "alerts/says_safe")
    outbox.say(
        tx, person, "safety/safe_for_now", kind=Kind.SAFETY, **alert_words.for_patient(tx, alert)
    )


def cannot_call(tx: Tx, person: Person, alert_id: int) -> None:
    """The patient cannot call: every caregiver and the operator are told at once (D6)."""
    alert = tx.session.get(Alert, alert_id, with_for_update=True)
    if alert is None or alert.patient_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return
    if alert.state == "closed":
        # A button under an old message, pressed in a new danger: that is a new emergency (D4).
        patient = tx.session.get_one(Patient, person.id)
        new = findings.from_label(tx, alert.label, Tier.EMERGENCY, rule_id="help:cannot_call")
        findings.act(tx, person, patient, [new], source="help", words=None)
        return
    escalate.note_event(tx, alert, "cannot_call", person)
    told = [
        tx.session.get_one(Person, link.person_id)
        for link in people_query.caregivers(tx.session, person.id)
    ] + [people.by_chat(tx, chat_id) for chat_id in tx.house.operators]
    for other in told:
        row = outbox.say(
            tx,
            other,
            "alerts/cannot_call",
            kind=Kind.ALERT,
            inline=escalate.alert_buttons(tx, alert, other),
            key=f"alert:{alert.id}:cannot_call:{tx.source}:{other.id}",
            about=About(alert.key_owner, alert_id=alert.id),
            **alert_words.for_caregiver(tx, alert, other),
        )
        escalate.note_event(tx, alert, "notified", other, row)
    outbox.say(
        tx, person, "safety/cannot_call", kind=Kind.SAFETY, **alert_words.for_patient(tx, alert)
    )


def _drill_answered(tx: Tx, person: Person, alert: Alert) -> None:
    escalate.end(tx, alert, person, "answered")
    link = people_query.care_link(tx.session, alert.patient_id, person.id)
    if link is not None:
        link.drill_answered_at = tx.now
    patient = tx.session.get_one(Person, alert.patient_id)
    seconds = int((tx.now - alert.opened_at).total_seconds())
    outbox.say(tx, person, "caregivers/drill_thanks", patient=tx.name_of(patient))
    outbox.say(tx, patient, "caregivers/drill_answered", name=tx.name_of(person), seconds=seconds)


def _alert_of(tx: Tx, person: Person, alert_id: int) -> Alert | None:
    """Return an alert this person was told about; a stranger's button gets a kind answer."""
    # Locked: two caregivers may answer in the same second.
    alert = tx.session.get(Alert, alert_id, with_for_update=True)
    if alert is not None and person.id in {other.id for other in _told(tx, alert)}:
        return alert
    outbox.say(tx, person, "common/old_button")
    return None


def _tell_others(tx: Tx, alert: Alert, actor: Person, template: str) -> None:
    for other in _told(tx, alert):
        if other.id != actor.id:
            outbox.say(
                tx,
                other,
                template,
                kind=Kind.ALERT,
                about=About(alert.key_owner),
                who=tx.name_of(actor),
                **alert_words.for_caregiver(tx, alert, other),
            )


def tell_told(tx: Tx, alert: Alert, template: str) -> None:
    """Tell everybody who knows of an alert something about it."""
    for other in _told(tx, alert):
        outbox.say(
            tx,
            other,
            template,
            kind=Kind.ALERT,
            about=About(alert.key_owner),
            **alert_words.for_caregiver(tx, alert, other),
        )


def _tell_patient(tx: Tx, alert: Alert, template: str, actor: Person) -> None:
    patient = tx.session.get_one(Person, alert.patient_id)
    outbox.say(tx, patient, template, kind=Kind.ALERT, who=tx.name_of(actor))


def _say_how_it_stands(tx: Tx, person: Person, alert: Alert) -> None:
    who = tx.session.get(Person, alert.closed_by or alert.acknowledged_by or 0)
    template = "alerts/already_closed" if alert.state == "closed" else "alerts/already_taken"
    inline = None if alert.state == "closed" else _closing_buttons(tx, alert, person)
    name = tx.name_of(who) if who else ""
    mine = who is not None and who.id == person.id
    outbox.say(tx, person, template, inline=inline, who=name, mine=mine)


def _told(tx: Tx, alert: Alert) -> list[Person]:
    """Return who knows of an alert and may: whoever was removed or left may not any more."""
    query_ids = select(AlertEvent.person_id).where(
        AlertEvent.alert_id == alert.id, AlertEvent.kind.in_(("notified", "reported"))
    )
    gone = select(CareLink.person_id).where(
        CareLink.patient_id == alert.patient_id, CareLink.state != "accepted"
    )
    people_told = select(Person).where(Person.id.in_(query_ids), Person.id.not_in(gone))
    return list(tx.session.scalars(people_told.order_by(Person.id)))
