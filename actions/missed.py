"""Doses that are not confirmed: asked about, guided by the drug's own rule, read for danger."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from actions import asks, dose_words, outbox, silence
from actions.alert_words import safety_values
from actions.doseclock import clocks_of
from actions.facts import facts_of
from actions.tx import Tx
from care.doseclock import ClockState
from care.doses import (
    Guidance,
    missed_guidance,
)
from care.messages import Kind
from care.redflags import Finding, evaluate
from store.models import Dose, Patient, Person
from store.queries import absences
from store.queries import plans as query

JUST_ASKED: Final = timedelta(minutes=5)
ASK_AGAIN: Final = timedelta(hours=3)
RECENT: Final = 40


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
        **dose_words.one(tx, person, dose) | dose_words.since(tx, person, dose),
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
    """At a contact: ask about the newest unconfirmed dose that nobody was asked about.

    While a medicine's clock runs, its newest unconfirmed dose is asked about again (D3).
    """
    pending = query.unasked(tx.session, person.id) or _running(tx, person)
    if pending:
        ask_about(tx, person, pending[-1])
        # One question at a time; older ones stay unknown and can be mended from /week.
        for dose in pending[:-1]:
            dose.asked_at = tx.now


def _running(tx: Tx, person: Person) -> list[Dose]:
    """Return the newest unconfirmed dose of each medicine whose clock runs, asked long ago."""
    newest = query.newest(tx.session, person.id, tx.now, RECENT)
    running = []
    for medicine, clock in clocks_of(tx, person).items():
        last = next((dose for dose in newest if dose.medicine_id == medicine), None)
        if clock.state is ClockState.QUIET or last is None or last.state != "unknown":
            continue
        if last.asked_at is not None and tx.now - last.asked_at >= ASK_AGAIN:
            running.append(last)
    return sorted(running, key=lambda dose: dose.due_at)


def guide(tx: Tx, person: Person, dose: Dose) -> None:
    """Say what to do about a missed dose: the drug's own sourced rule, never an amount (D3)."""
    patient = tx.session.get_one(Patient, person.id)
    following = query.following_dose(tx.session, dose)
    taken = tx.content.buttons(person.locale).button("dose.taken", dose.id, label="dose.taken_now")
    drug = dose_words.drug_of(tx, dose)
    guidance = missed_guidance(
        baclofen=drug.missed_rule == "baclofen",
        unconfirmed=_unconfirmed(tx, person, dose),
        interrupted=_interrupted(tx, dose),
        to_next=following.due_at - tx.now if following and following.due_at > tx.now else None,
    )
    outbox.say(
        tx,
        person,
        f"doses/guide_{guidance.value}",
        inline=[[taken]] if guidance is Guidance.BACLOFEN_TAKE else None,
        **safety_values(tx, person, patient) | dose_words.one(tx, person, dose),
    )


def _unconfirmed(tx: Tx, person: Person, dose: Dose) -> int:
    """How many doses of this medicine in a row are not confirmed, this one included."""
    clock = clocks_of(tx, person).get(dose.medicine_id)
    return max(1, clock.unconfirmed if clock else 1)


def _interrupted(tx: Tx, dose: Dose) -> bool:
    """Whether none is confirmed since a hospital stay, or the dose after it is not settled (D3)."""
    since = absences.last_end(tx.session, dose.patient_id, tx.now)
    taken = query.last_intakes(tx.session, dose.patient_id).get(dose.medicine_id)
    unsettled = absences.unsettled(tx.session, dose.patient_id, tx.now) is not None
    return unsettled or (since is not None and (taken is None or taken < since))


def found_in(tx: Tx, patient: Patient) -> list[Finding]:
    """Read the ledger for danger: doses missed in a row, no intake for too long (U02)."""
    rules = [rule for rule in tx.content.rules if rule.id.startswith("U02")]
    return list(evaluate(rules, facts_of(tx, patient)))


def check_missed(tx: Tx, person: Person) -> None:
    """Read the ledger for danger and ask the patient when there is any."""
    patient = tx.session.get_one(Patient, person.id)
    found = found_in(tx, patient)
    if found:
        silence.doses_missed(tx, person, patient, found)


def alarmed(tx: Tx, person: Person) -> frozenset[int]:
    """Return the medicines that call for a caregiver step now, by id."""
    clocks = clocks_of(tx, person).items()
    return frozenset(medicine for medicine, clock in clocks if clock.alarmed_since is not None)


def reread(tx: Tx, person: Person, before: frozenset[int]) -> None:
    """Read the ledger anew after an answer or a correction.

    A medicine that was not in `before` and calls now is asked about at once, whatever was asked
    today. When no medicine calls any more, an open question about it is answered by that.
    """
    patient = tx.session.get_one(Patient, person.id)
    found = found_in(tx, patient)
    if found:
        silence.doses_missed(tx, person, patient, found, anew=bool(alarmed(tx, person) - before))
    else:
        asks.answered_by_deed(tx, person, "missed_doses")
