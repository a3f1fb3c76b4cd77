"""Alerts: opened, climbed, acknowledged, ended. The patient always sees who was told."""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final

from actions import alert_words, outbox, people
from actions.outbox import About
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.escalation import Rung, due_at, expand, next_after_failure
from care.messages import POLICIES, Kind
from care.redflags import Finding
from care.tiers import Tier
from store.models import Alert, AlertEvent, OutboxRow, Patient, Person
from store.queries import alerts as query
from store.queries import people as people_query

SAME_RULE: Final = timedelta(hours=24)  # D4: urgent and watch only, never an emergency
BATCH: Final = 200


def open_alert(
    tx: Tx, patient: Patient, finding: Finding, words: str | None, *, author: int | None = None
) -> Alert:
    """Open an alert for a finding, or join it to the one that is running, and take rung 1.

    An emergency is never suppressed: it notifies everybody told so far again (D4). `author` is
    the caregiver who reported it, who need not be told.
    """
    # Two dangers told in the same moment take turns: they are one alert.
    tx.session.refresh(patient, with_for_update=True)
    running = query.running(tx.session, patient.person_id, lock=True)
    if running is not None:
        return _join(tx, patient, running, finding, words, author=author)
    person = tx.session.get_one(Person, patient.person_id)
    alert = Alert(
        patient_id=patient.person_id,
        key_owner=person.key_owner,
        tier=finding.tier.value,
        card=finding.card,
        say=finding.say,
        label=finding.label,
        state="open",
        opened_at=tx.now,
        rung=0,
    )
    tx.vault.seal(alert, words=words)
    _set_ladder(tx, patient, alert, author=author)
    tx.session.add(alert)
    tx.session.flush()
    note_event(tx, alert, "opened")
    climb(tx, alert)
    return alert


def recently_alerted(tx: Tx, patient: Patient, finding: Finding) -> bool:
    """Whether the same urgent rule already alerted within 24 h (D4); never for an emergency."""
    if finding.tier is Tier.EMERGENCY:
        return False
    since = tx.now - SAME_RULE
    return query.alerted_since(tx.session, patient.person_id, finding.rule_id, since)


def _set_ladder(tx: Tx, patient: Patient, alert: Alert, *, author: int | None = None) -> None:
    links = people_query.caregivers(tx.session, patient.person_id)
    ladder = tx.content.ladders[alert.tier]
    rungs = expand(ladder, [link.person_id for link in links if link.person_id != author])
    alert.ladder = [rung.as_json() for rung in rungs]
    alert.ladder_version = ladder.version
    alert.opened_at, alert.rung, alert.next_rung_at = tx.now, 0, tx.now


def _join(
    tx: Tx,
    patient: Patient,
    alert: Alert,
    finding: Finding,
    words: str | None,
    *,
    author: int | None = None,
) -> Alert:
    note_event(tx, alert, "joined")
    worse = finding.tier > Tier(alert.tier)
    climbing = alert.state == "open" and alert.next_rung_at is not None
    if climbing and not worse and finding.tier is not Tier.EMERGENCY:
        return alert
    if worse or finding.tier is Tier(alert.tier):
        alert.tier, alert.card, alert.say = finding.tier.value, finding.card, finding.say
        alert.label = finding.label
        if words is not None:
            tx.vault.seal(alert, words=words)
    told = _told_so_far(tx, alert)
    if not climbing or worse:
        # Acknowledged, exhausted or smaller until now: the new finding needs its own answer.
        _begin_again(tx, patient, alert, author=author)
        told -= _on(tx, Rung.from_json(alert.ladder[0]))
    # Everybody told so far is told again; the ladder goes on where it was, or begins anew.
    again = told - {author}
    for person_id in sorted(again):
        _tell_again(tx, alert, person_id)
    climb(tx, alert, without=again)
    return alert


def _begin_again(tx: Tx, patient: Patient, alert: Alert, *, author: int | None) -> None:
    alert.state = "open"
    alert.acknowledged_at = alert.acknowledged_by = None
    _set_ladder(tx, patient, alert, author=author)


def _told_so_far(tx: Tx, alert: Alert) -> set[int]:
    rungs = [Rung.from_json(data) for data in alert.ladder[: alert.rung]]
    return {person_id for rung in rungs for person_id in _on(tx, rung)}


def _on(tx: Tx, rung: Rung) -> set[int]:
    """Return whom a rung tells, the operator too."""
    operators = tx.house.operators if rung.operator else ()
    return {*rung.people, *(people.by_chat(tx, chat_id).id for chat_id in operators)}


def _tell_again(tx: Tx, alert: Alert, person_id: int) -> None:
    person = tx.session.get_one(Person, person_id)
    if may_know(tx, alert, person):
        _tell(tx, alert, person, again=True)


def may_know(tx: Tx, alert: Alert, person: Person) -> bool:
    """Whether somebody may hear of an alert now: an accepted caregiver, or the operator."""
    link = people_query.care_link(tx.session, alert.patient_id, person.id)
    accepted = link is not None and link.state == "accepted"
    return accepted or tx.telegram_id(person) in tx.house.operators


def lost_somebody(tx: Tx, patient_id: int) -> None:
    """A caregiver left or was removed: a running alert climbs at once, it may have lost its one."""
    alert = query.running(tx.session, patient_id)
    if alert is not None and alert.state == "open" and alert.rung < len(alert.ladder):
        alert.next_rung_at = tx.now
        climb(tx, alert)


def climb(tx: Tx, alert: Alert, *, without: AbstractSet[int] = frozenset()) -> None:
    """Take every rung of an open alert that is due, and set when the next one is.

    Whoever stands on several is told once. `without` is who was told a moment ago, or has just
    said no and is not asked again by the same tap.
    """
    told = set(without)
    rungs = [Rung.from_json(data) for data in alert.ladder]
    while alert.state == "open" and alert.next_rung_at and alert.next_rung_at <= tx.now:
        told |= _take(tx, alert, rungs[alert.rung], without=told)
        alert.rung += 1
        alert.next_rung_at = due_at(alert.opened_at, rungs, alert.rung)
    if alert.state == "open" and alert.next_rung_at is None:
        _exhausted(tx, alert)
    refresh_status(tx, alert)


def due(tx: Tx) -> list[int]:
    """Return the open alerts whose next rung is due, longest waiting first."""
    return query.due(tx.session, tx.now, BATCH)


def climb_one(tx: Tx, alert_id: int) -> None:
    """Climb one alert, unless another worker did or it was answered meanwhile."""
    alert = tx.session.get_one(Alert, alert_id, with_for_update=True)
    if alert.state == "open" and alert.next_rung_at is not None and alert.next_rung_at <= tx.now:
        climb(tx, alert)


def _take(tx: Tx, alert: Alert, rung: Rung, *, without: AbstractSet[int]) -> set[int]:
    """Tell whoever stands on a rung; return their ids."""
    told = [tx.session.get_one(Person, one) for one in sorted(_on(tx, rung) - without)]
    # The ladder was copied when the alert opened; somebody may have been removed since.
    told = [person for person in told if may_know(tx, alert, person)]
    for person in told:
        _tell(tx, alert, person)
    note_event(tx, alert, "climbed")
    return {person.id for person in told}


def _tell(tx: Tx, alert: Alert, person: Person, *, again: bool = False) -> None:
    # A worse finding starts the ladder again from rung 0, perhaps in the same second.
    which = tx.source if again else f"{_begun(tx, alert)}:{alert.rung}"
    key = f"alert:{alert.id}:{which}:{person.id}"
    row = outbox.say(
        tx,
        person,
        "alerts/drill" if alert.drill else "alerts/alert",
        # A drill waits its turn, behind the welcome that announces it.
        kind=Kind.QUESTION if alert.drill else Kind.ALERT,
        until=tx.now + POLICIES[Kind.ALERT].lifetime,
        inline=alert_buttons(tx, alert, person),
        key=key,
        about=About(alert.key_owner, alert_id=alert.id),
        **alert_words.for_caregiver(tx, alert, person),
    )
    note_event(tx, alert, "notified", person, row)


def _begun(tx: Tx, alert: Alert) -> int:
    """Return how often this alert was opened or joined so far."""
    return sum(event.kind in alert_words.FRESH for event in query.events(tx.session, alert.id))


def alert_buttons(tx: Tx, alert: Alert, person: Person) -> Keyboard:
    """Return the buttons of an alert; a drill has one."""
    words = tx.content.buttons(person.locale)
    if alert.drill:
        return [[words.button("alert.ack", alert.id, label="alert.got_it")]]
    return [
        [words.button("alert.ack", alert.id)],
        [words.button("alert.pass", alert.id)],
        [words.button("alert.wrong", alert.id)],
    ]


def _exhausted(tx: Tx, alert: Alert) -> None:
    """The ladder has no rung left: the patient is told so, plainly and once."""
    person = tx.session.get_one(Person, alert.patient_id)
    if alert.drill:
        end(tx, alert, None, "unanswered")
        asked = [tx.session.get_one(Person, one) for one in sorted(_told_so_far(tx, alert))]
        for caregiver in asked:
            outbox.say(tx, person, "caregivers/drill_unanswered", name=tx.name_of(caregiver))
        return
    outbox.say(
        tx,
        person,
        "safety/nobody_answered",
        kind=Kind.SAFETY,
        key=f"alert:{alert.id}:{_begun(tx, alert)}:nobody",
        inline=alert_words.safety_buttons(tx, alert, person),
        about=About(alert_id=None),
        **alert_words.for_patient(tx, alert),
    )
    note_event(tx, alert, "exhausted")
    alert.next_rung_at = None


def note_event(
    tx: Tx, alert: Alert, kind: str, person: Person | None = None, row: OutboxRow | None = None
) -> None:
    """Append to what happened to an alert."""
    tx.session.add(
        AlertEvent(
            alert_id=alert.id,
            kind=kind,
            person_id=person.id if person else None,
            outbox_id=row.id if row else None,
            at=tx.now,
        )
    )
    tx.session.flush()


def delivered(tx: Tx, row: OutboxRow) -> None:
    """Telegram took an alert: the patient's status line may now say so, and not before (D6)."""
    alert = tx.session.get(Alert, row.alert_id) if row.alert_id else None
    person = tx.session.get(Person, row.person_id) if row.person_id else None
    if alert is None or person is None:
        return
    note_event(tx, alert, "delivered", person, row)
    refresh_status(tx, alert)


def undeliverable(tx: Tx, row: OutboxRow) -> None:
    """An alert cannot reach somebody: climb at once when nobody told so far can be reached."""
    alert = tx.session.get(Alert, row.alert_id, with_for_update=True) if row.alert_id else None
    person = tx.session.get(Person, row.person_id) if row.person_id else None
    if alert is None or person is None:
        return
    note_event(tx, alert, "undeliverable", person, row)
    failed = frozenset(
        event.person_id
        for event in query.events(tx.session, alert.id)
        if event.kind == "undeliverable" and event.person_id
    )
    rungs = [Rung.from_json(data) for data in alert.ladder]
    if alert.state == "open" and next_after_failure(rungs, alert.rung, failed):
        alert.next_rung_at = min(alert.next_rung_at or tx.now, tx.now)
        if alert.rung < len(rungs):
            climb(tx, alert)
            return
    refresh_status(tx, alert)


def end(tx: Tx, alert: Alert, person: Person | None, reason: str) -> None:
    """Close an alert; nothing of it is sent any more."""
    alert.state, alert.closed_at, alert.close_reason = "closed", tx.now, reason
    alert.closed_by = person.id if person else None
    alert.next_rung_at = None
    note_event(tx, alert, "closed", person)
    for row in query.waiting_messages(tx.session, alert.id):
        row.state, row.ended_at = "cleared", tx.now


def refresh_status(tx: Tx, alert: Alert) -> None:
    """Rewrite the status lines in the patient's safety reply as facts arrive (D6)."""
    if alert.status_id is None or alert.drill:
        return
    person = tx.session.get_one(Person, alert.patient_id)
    outbox.edit(
        tx,
        person,
        alert.status_id,
        alert.say,
        inline=alert_words.safety_buttons(tx, alert, person),
        **alert_words.for_patient(tx, alert),
    )
