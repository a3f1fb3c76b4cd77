"""Doses that are not confirmed: asked about, guided by the drug's own rule, read for danger."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from actions import dose_words, outbox, silence
from actions.alert_words import safety_values
from actions.facts import facts_of
from actions.tx import Tx
from care.doses import (
    Guidance,
    missed_guidance,
)
from care.messages import Kind
from care.redflags import evaluate
from store.models import Dose, Patient, Person
from store.queries import absences
from store.queries import plans as query

JUST_ASKED: Final = timedelta(minutes=5)


def ask_about(tx: Tx, person: Person, dose: Dose) -> None:
    """Ask whether an unconfirmed dose was taken. "Not sure" is a good answer."""
    words = tx.content.buttons(person.locale)
    dose.asked_at = tx.now
    outbox.say(
        tx,
        person,
        "doses/ask_unknown",
        kind=Kind.QUESTION,
        key=f"dose:{dose.id}:ask:{int(tx.now.timestamp())}",
        until=tx.now + timedelta(hours=12),
        inline=[
            [words.button("dose.was", dose.id, "then", label="dose.was_then")],
            [words.button("dose.was", dose.id, "later", label="dose.was_later")],
            [
                words.button("dose.was", dose.id, "no", label="dose.was_no"),
                words.button("dose.was", dose.id, "unsure", label="dose.was_unsure"),
            ],
        ],
        **dose_words.one(tx, person, dose),
    )


def ask_now(tx: Tx, person: Person, dose: Dose) -> None:
    """Ask at once, one time of day at a time: after an outage the others wait for a contact."""
    others = select(func.count()).where(
        Dose.patient_id == person.id,
        Dose.asked_at > tx.now - JUST_ASKED,
        Dose.due_at != dose.due_at,
        ~Dose.as_needed,
    )
    if not tx.session.scalar(others):
        ask_about(tx, person, dose)


def ask_pending(tx: Tx, person: Person) -> None:
    """At a contact: ask about the oldest unconfirmed dose that nobody was asked about."""
    pending = query.unasked(tx.session, person.id)
    if pending:
        ask_about(tx, person, pending[-1])
        # One question at a time; older ones stay unknown and can be mended from /today.
        for dose in pending[:-1]:
            dose.asked_at = tx.now


def guide(tx: Tx, person: Person, dose: Dose) -> None:
    """Say what to do about a missed dose: the drug's own sourced rule, never an amount (D3)."""
    patient = tx.session.get_one(Patient, person.id)
    following = query.following_dose(tx.session, dose)
    taken = tx.content.buttons(person.locale).button("dose.taken", dose.id, label="dose.taken_now")
    drug = dose_words.drug_of(tx, dose)
    guidance = missed_guidance(
        baclofen=drug.missed_rule == "baclofen",
        unconfirmed=max(1, facts_of(tx, patient).missed_in_a_row),
        to_next=following.due_at - tx.now if following and following.due_at > tx.now else None,
        interrupted=_interrupted(tx, person),
    )
    outbox.say(
        tx,
        person,
        f"doses/guide_{guidance.value}",
        inline=[[taken]] if guidance is Guidance.BACLOFEN_TAKE else None,
        **safety_values(tx, person, patient) | dose_words.one(tx, person, dose),
    )


def _interrupted(tx: Tx, person: Person) -> bool:
    """Whether no intake is confirmed since a hospital stay, or the dose after it is not (D3)."""
    since = absences.last_end(tx.session, person.id, tx.now)
    taken = query.last_intake(tx.session, person.id)
    unsettled = absences.unsettled(tx.session, person.id, tx.now) is not None
    return unsettled or (since is not None and (taken is None or taken < since))


def check_missed(tx: Tx, person: Person) -> None:
    """Read the ledger for danger: doses missed in a row, no intake for too long (U02)."""
    patient = tx.session.get_one(Patient, person.id)
    facts = facts_of(tx, patient)
    found = [f for f in evaluate(tx.content.rules, facts) if f.rule_id.startswith("U02")]
    if found:
        silence.doses_missed(tx, person, patient, found)
