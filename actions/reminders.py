"""Reminding: bounded repeats, one message for medicines due together, then a question."""

from typing import Final

from actions import dose_words, ledger, missed, outbox
from actions.doseclock import clocks_of
from actions.outbox import About
from actions.tx import Tx
from care.doseclock import ClockState
from care.doses import (
    Action,
    ActionKind,
    DoseState,
    next_action,
)
from care.messages import Kind
from store.models import Dose, Person
from store.queries import absences
from store.queries import plans as query

BATCH: Final = 500


def due(tx: Tx) -> list[int]:
    """Return the ids of doses that need something now, longest waiting first."""
    return query.doses_due(tx.session, tx.now, BATCH)


def remind(tx: Tx, dose_id: int) -> None:
    """Do what a dose needs now, together with the others due at the same minute.

    One message for all medicines of that minute. A dose whose window passed becomes unknown and
    is asked about, never reminded of. Nothing happens when another worker was faster.
    """
    dose = tx.session.get(Dose, dose_id)
    if dose is None:
        return
    # Locked together: another worker may begin with the other dose of this minute.
    together = query.together(tx.session, dose, lock=True)
    if dose.next_at is not None and dose.next_at <= tx.now:
        _look_at(tx, [one for one in together if one.next_at and one.next_at <= tx.now])


def _look_at(tx: Tx, group: list[Dose]) -> None:
    group = [dose for dose in group if not _left_alone(tx, dose)]
    actions = [(dose, _next(tx, dose)) for dose in group]
    closing = [dose for dose, act in actions if act.kind is ActionKind.CLOSE_AS_UNKNOWN]
    remind = [dose for dose, act in actions if act.kind is ActionKind.REMIND]
    for dose, act in actions:
        if act.kind is ActionKind.REMIND:
            dose.reminders, dose.snoozed_until = act.number, None
            dose.state = DoseState.DUE.value
        dose.next_at = ledger.wake_at(tx, dose)
    if remind:
        _remind(tx, remind)
    if closing:
        _close(tx, closing)


def _left_alone(tx: Tx, dose: Dose) -> bool:
    """Deal with a dose of a hospital stay: neither reminded of nor asked about, then unknown."""
    away = absences.covers(tx.session, dose.patient_id, tx.now)
    if away is None and absences.covers(tx.session, dose.patient_id, dose.due_at) is None:
        return False
    dose.next_at, dose.snoozed_until = dose.closes_at, None
    if tx.now >= dose.closes_at:
        dose.state, dose.next_at, dose.asked_at = DoseState.UNKNOWN.value, None, tx.now
        ledger.note_event(tx, dose, "unknown")
    return True


def _next(tx: Tx, dose: Dose) -> Action:
    return next_action(
        state=DoseState(dose.state),
        due=dose.due_at,
        policy=ledger.policy_of(tx, dose),
        now=tx.now,
        reminders_sent=dose.reminders,
        snoozed_until=dose.snoozed_until,
    )


def _remind(tx: Tx, doses: list[Dose]) -> None:
    person = tx.session.get_one(Person, doses[0].patient_id)
    number = max(dose.reminders for dose in doses)
    first = doses[0]
    row = outbox.say(
        tx,
        person,
        dose_words.reminder_template(tx, person, doses),
        kind=Kind.REMINDER,
        inline=dose_words.buttons(tx, person, doses),
        key=f"dose:{first.id}:remind:{int(tx.now.timestamp())}",
        until=min(dose.closes_at for dose in doses),
        once_more=dose_words.reminder_template(tx, person, doses),
        about=About(dose_id=first.id),
        quiet=number > 1,
        **dose_words.reminder(tx, person, doses),
    )
    for dose in doses:
        ledger.note_event(tx, dose, "reminded")
        dose.message_id = row.id


def _close(tx: Tx, doses: list[Dose]) -> None:
    """The window passed: what is known is that nothing is known. Ask now where it matters."""
    person = tx.session.get_one(Person, doses[0].patient_id)
    for dose in doses:
        dose.state, dose.next_at = DoseState.UNKNOWN.value, None
        ledger.note_event(tx, dose, "unknown")
        outbox.clear(tx, dose_id=dose.id)
    clocks = clocks_of(tx, person)
    for dose in doses:
        clock = clocks.get(dose.medicine_id)
        runs = clock is not None and clock.state is not ClockState.QUIET
        if runs or ledger.policy_of(tx, dose).ask_at_close:
            missed.ask_now(tx, person, dose)
    missed.check_missed(tx, person)
