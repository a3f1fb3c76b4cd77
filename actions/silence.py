"""Too quiet: doses not confirmed, nothing heard. The patient is asked once more first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from actions import asks, findings, missed, plans
from actions.aftercare import aftercare_of
from actions.doseclock import clocks_of
from actions.tx import Tx
from care.aftercare import Rhythm
from care.localtime import local_day
from care.redflags import Finding
from care.textreader import Hit, Outcome
from care.tiers import Tier
from care.timeline import days_since_change
from store.models import Ask, CheckIn, Patient, Person
from store.queries import absences
from store.queries import alerts as alert_query

LOOK_EVERY: Final = timedelta(minutes=15)
IN_A_ROW: Final = 2  # check-ins, U21
LONG: Final = timedelta(hours=48)  # U21
SHORT: Final = timedelta(hours=24)  # U21, after a red flag or a step
RECENT: Final = timedelta(hours=72)
ONE_ASK: Final = timedelta(hours=24)


def doses_missed(
    tx: Tx, person: Person, patient: Patient, found: Sequence[Finding], *, anew: bool = False
) -> None:
    """Doses are missing (U02): ask the patient once more; no answer tells a person.

    Asked once a day for what was known then. A medicine whose clock called later is asked about
    all the same, and so is what is `anew` the case by a correction.
    """
    top = found[0]
    if _away(tx, patient) or (not anew and _asked_already(tx, person)):
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
    found = missed.found_in(tx, patient)
    if found:
        doses_missed(tx, person, patient, found)
    elif _too_quiet(tx, person, patient) and not _asked_lately(tx, person, "silence"):
        _ask(tx, person, patient, "silence", "U21")


def _too_quiet(tx: Tx, person: Person, patient: Patient) -> bool:
    heard: datetime = person.last_seen_at or patient.created_at
    back = absences.last_end(tx.session, person.id, tx.now)
    heard = max(heard, back) if back else heard
    quiet = tx.now - heard
    after = aftercare_of(tx, person)
    today = local_day(tx.now, person.zone or "UTC")
    if after is None:
        found = plans.in_force(tx, person.id)
        stepped = days_since_change(found[1], today) if found else None
    else:
        stepped = (today - after.zero).days
    flagged = alert_query.unresolved(tx.session, patient.person_id, RECENT, tx.now)
    if flagged or (stepped is not None and stepped <= RECENT.days):
        return quiet >= SHORT
    if after is None:
        unheard = quiet >= SHORT and _checkins_missed(tx, patient) >= IN_A_ROW
        return quiet >= LONG or (unheard and _missed(tx, person))
    return _too_quiet_after(tx, patient, after.rhythm(today), quiet)


def _too_quiet_after(tx: Tx, patient: Patient, rhythm: Rhythm, quiet: timedelta) -> bool:
    """After zero no dose can be missing: check-ins alone are counted, as often as they come."""
    if rhythm is Rhythm.OVER:
        return False
    in_a_row = quiet >= SHORT and _checkins_missed(tx, patient) >= IN_A_ROW
    return in_a_row or (rhythm is Rhythm.DAILY and quiet >= LONG)


def _missed(tx: Tx, person: Person) -> bool:
    return any(clock.unconfirmed for clock in clocks_of(tx, person).values())


def _checkins_missed(tx: Tx, patient: Patient) -> int:
    newest = select(CheckIn.state).where(CheckIn.patient_id == patient.person_id)
    states = tx.session.scalars(newest.order_by(CheckIn.opened_at.desc()).limit(3)).all()
    return sum(state == "expired" for state in states)


def _asked_already(tx: Tx, person: Person) -> bool:
    """Whether the patient was asked today, and every medicine that calls now called then too."""
    newest = select(func.max(Ask.asked_at)).where(
        Ask.person_id == person.id,
        Ask.label == "missed_doses",
        Ask.asked_at > tx.now - ONE_ASK,
    )
    asked = tx.session.scalar(newest)
    since = [clock.alarmed_since for clock in clocks_of(tx, person).values()]
    return asked is not None and all(at <= asked for at in since if at is not None)


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
