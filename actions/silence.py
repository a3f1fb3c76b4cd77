"""Too quiet: doses not confirmed, nothing heard. The patient is asked once more first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from actions import asks, findings, missed
from actions.facts import facts_of
from actions.tx import Tx
from care.redflags import Finding, evaluate
from care.textreader import Hit, Outcome
from care.tiers import Tier
from store.models import Ask, CheckIn, Patient, Person
from store.queries import absences
from store.queries import alerts as alert_query

LOOK_EVERY: Final = timedelta(minutes=15)
IN_A_ROW: Final = 2  # check-ins, U21
LONG: Final = timedelta(hours=48)  # U21
SHORT: Final = timedelta(hours=24)  # U21, after a red flag or a step
RECENT: Final = timedelta(hours=72)
ONE_ASK: Final = timedelta(hours=24)


def doses_missed(tx: Tx, person: Person, patient: Patient, found: Sequence[Finding]) -> None:
    """Doses are missing (U02): ask the patient once more; no answer tells a person."""
    top = found[0]
    if _away(tx, patient) or _asked_lately(tx, person, "missed_doses"):
        return
    findings.keep(tx, patient, found, source="dose", words=None, alert=None)
    _ask(tx, person, patient, "missed_doses", top.rule_id)


def due(tx: Tx) -> list[int]:
    """Return the patients who were not looked at for a while."""
    looked_at = func.coalesce(Patient.silence_checked_at, Patient.created_at)
    some = select(Patient.person_id).where(
        Patient.state == "active", looked_at <= tx.now - LOOK_EVERY
    )
    return list(tx.session.scalars(some))


def look(tx: Tx, patient_id: int) -> None:
    """Look whether too little was heard of a patient."""
    patient = tx.session.get_one(Patient, patient_id, with_for_update=True)
    patient.silence_checked_at = tx.now
    person = tx.session.get_one(Person, patient.person_id)
    if _away(tx, patient):
        return
    facts = facts_of(tx, patient)
    missed = [f for f in evaluate(tx.content.rules, facts) if f.rule_id.startswith("U02")]
    if missed:
        doses_missed(tx, person, patient, missed)
    elif _too_quiet(tx, person, patient, facts.days_since_step) and not _asked_lately(
        tx, person, "silence"
    ):
        _ask(tx, person, patient, "silence", "U21")


def _too_quiet(tx: Tx, person: Person, patient: Patient, days_since_step: int | None) -> bool:
    heard: datetime = person.last_seen_at or patient.created_at
    back = absences.last_end(tx.session, person.id, tx.now)
    heard = max(heard, back) if back else heard
    quiet = tx.now - heard
    stepped = days_since_step is not None and days_since_step <= RECENT.days
    flagged = alert_query.unresolved(tx.session, patient.person_id, RECENT, tx.now)
    if stepped or flagged:
        return quiet >= SHORT
    return quiet >= LONG or (
        quiet >= SHORT and _checkins_missed(tx, patient) >= IN_A_ROW and _missed(tx, patient)
    )


def _missed(tx: Tx, patient: Patient) -> bool:
    return facts_of(tx, patient).missed_in_a_row > 0


def _checkins_missed(tx: Tx, patient: Patient) -> int:
    newest = select(CheckIn.state).where(CheckIn.patient_id == patient.person_id)
    states = tx.session.scalars(newest.order_by(CheckIn.opened_at.desc()).limit(3)).all()
    return sum(state == "expired" for state in states)


def _asked_lately(tx: Tx, person: Person, label: str) -> bool:
    asked = select(func.count()).where(
        Ask.person_id == person.id, Ask.label == label, Ask.asked_at > tx.now - ONE_ASK
    )
    return bool(tx.session.scalar(asked))


def _away(tx: Tx, patient: Patient) -> bool:
    """A known absence (hospital, holiday): silence is expected then."""
    return absences.covers(tx.session, patient.person_id, tx.now) is not None


def _ask(tx: Tx, person: Person, patient: Patient, label: str, rule_id: str) -> None:
    hit = Hit(
        rule_id=rule_id,
        label=label,
        tier=Tier.URGENT,
        outcome=Outcome.ASK,
        words="",
        start=0,
        end=0,
        modifiers=(),
        ask=label,
    )
    asks.put(tx, person, patient, hit, None)


def fine(tx: Tx, person: Person, ask_id: int) -> None:
    """The answer "I'm OK": the ask is answered; doses in between are asked about."""
    ask = tx.session.get(Ask, ask_id)
    if ask is None or ask.person_id != person.id:
        return
    ask.state, ask.answered_at = "no", tx.now
    missed.ask_pending(tx, person)
