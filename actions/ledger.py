"""The dose ledger: appended to, never rewritten; taken, skipped and unknown are facts."""

from datetime import datetime
from typing import Final

from actions import dose_words, outbox
from actions.tx import Tx
from care.doses import (
    DosePolicy,
    DoseState,
    policy_for,
    remind_times,
)
from store.models import Dose, DoseEvent, Person

ANSWERED: Final = frozenset({DoseState.TAKEN.value, DoseState.SKIPPED.value})


def policy_of(tx: Tx, dose: Dose) -> DosePolicy:
    """The policy the dose was laid out with; its window is the one written on the dose."""
    drug = dose_words.drug_of(tx, dose)
    made = policy_for(
        short_acting=drug.short_acting, baclofen=drug.cls == "baclofen", gap_to_next=None
    )
    return DosePolicy(made.repeats, dose.closes_at - dose.due_at, made.ask_at_close)


def wake_at(tx: Tx, dose: Dose) -> datetime | None:
    """When an open dose next needs something: the next repeat, the snooze, or its closing."""
    if dose.state not in {DoseState.PLANNED.value, DoseState.DUE.value}:
        return None
    if dose.snoozed_until is not None:
        return min(dose.snoozed_until, dose.closes_at)
    coming = [at for at in remind_times(dose.due_at, policy_of(tx, dose)) if at > tx.now]
    return min([*coming, dose.closes_at])


def own(tx: Tx, person: Person, dose_id: int) -> Dose | None:
    """Return a dose of this person; anybody else's button gets a kind answer."""
    dose = tx.session.get(Dose, dose_id, with_for_update=True)
    if dose is None or dose.patient_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return None
    return dose


def recorded_at(tx: Tx, dose: Dose) -> datetime:
    """Return when the newest intake of a dose was written down."""
    newest = [event.at for event in dose_words.events(tx, dose) if event.kind == "taken"]
    return newest[-1] if newest else dose.due_at


def take(tx: Tx, person: Person, dose: Dose, at: datetime) -> None:
    """Record an intake at `at` (UTC) and show it where the reminder stood."""
    set_aside(tx, dose)
    dose.state, dose.taken_at = DoseState.TAKEN.value, at
    dose.next_at = dose.snoozed_until = None
    dose.asked_at = dose.asked_at or tx.now
    note_event(tx, dose, "taken", said_at=at)
    outbox.clear(tx, dose_id=dose.id)
    dose_words.show(tx, person, dose)


def leave_out(tx: Tx, dose: Dose, state: DoseState, kind: str) -> None:
    """Record that a dose was not taken, or that nobody is sure; `kind` names the event.

    An intake said before is taken back: no alarm may count from a dose nobody took.
    """
    set_aside(tx, dose)
    dose.state, dose.taken_at = state.value, None
    dose.next_at = dose.snoozed_until = None
    dose.asked_at = dose.asked_at or tx.now
    note_event(tx, dose, kind)
    outbox.clear(tx, dose_id=dose.id)


def set_aside(tx: Tx, dose: Dose) -> None:
    """Mark that an earlier answer is corrected by the entry that follows; the old one stays."""
    if dose.state in ANSWERED:
        note_event(tx, dose, "corrected", said_at=dose.taken_at)


def note_event(tx: Tx, dose: Dose, kind: str, said_at: datetime | None = None) -> None:
    """Append to the ledger of a dose."""
    owner = tx.session.get_one(Person, dose.patient_id).key_owner
    row = DoseEvent(
        dose_id=dose.id,
        patient_id=dose.patient_id,
        key_owner=owner,
        kind=kind,
        at=tx.now,
        said_at=said_at,
    )
    tx.session.add(row)
    tx.session.flush()
