"""What must hold in every run, whatever people do and whatever breaks.

Each invariant is a function whose first line says it in one sentence. It returns what it found
wrong, in words, nothing when it holds. It trusts the simulation's own knowledge (what was
prescribed, what was tapped, what passed the wire), and asks the database only what became of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from simulation.evidence import Evidence
from simulation.patients import Patient
from simulation.phone import Screen
from store.models import (
    Alert,
    Answer,
    CareLink,
    CheckIn,
    Dose,
    DoseEvent,
    FindingRow,
    InboxRow,
    OutboxRow,
)

Invariant = Callable[[Evidence], list[str]]

ENDED: Final = frozenset({"taken", "skipped", "unknown"})
GRACE: Final = timedelta(minutes=5)
CLAIMS: Final = ("dose.taken", "dose.sure", "dose.all", "dose.was")
NEEDED: Final = ("needed.now", "needed.sure")


def every_planned_dose_once(seen: Evidence) -> list[str]:
    """Every planned dose is there exactly once, and has an end once its window is past."""
    return [line for one in seen.cohort.patients for line in _doses_of(seen, one)]


def _doses_of(seen: Evidence, patient: Patient) -> Iterator[str]:
    rows = seen.doses(patient)
    counted = Counter(
        (drug, dose.local_day, dose.wall) for dose, drug in rows if not dose.as_needed
    )
    for due in seen.planned(patient):
        times = counted[due.key]
        if due.at <= seen.now - GRACE and times != 1:
            yield f"{patient.name}: {due.drug} of {due.day} {due.wall} is there {times} times"
    for dose, drug in rows:
        if dose.closes_at < seen.now - GRACE and dose.state not in ENDED:
            yield f"{patient.name}: {drug} of {dose.local_day} {dose.wall} is still {dose.state}"


def nothing_invented(seen: Evidence) -> list[str]:
    """Every dose has the amount that was prescribed, and one taken was said so by its patient."""
    return [line for one in seen.cohort.patients for line in _inventions(seen, one)]


def _inventions(seen: Evidence, patient: Patient) -> Iterator[str]:
    answers = patient.life.answers
    for dose, drug in seen.doses(patient):
        course = next((c for c in answers.courses if c.drug == drug), None)
        prescribed = course.on(dose.local_day, answers.joined) if course else {}
        what = (
            f"{patient.name}: dose {dose.id}, {dose.mg} mg {drug} of {dose.local_day} {dose.wall}"
        )
        if not dose.as_needed and prescribed.get(dose.wall) != dose.mg:
            yield f"{what} was never prescribed"
        if dose.state == "taken":
            for event in _taken(seen, dose):
                if not _said(seen, patient, dose, event.at):
                    yield f"{what} is recorded as taken, and {patient.name} never said so"


def _taken(seen: Evidence, dose: Dose) -> list[DoseEvent]:
    query = select(DoseEvent).where(DoseEvent.dose_id == dose.id, DoseEvent.kind == "taken")
    events = list(seen.session.scalars(query))
    # A dose that is taken without any event of it is an invention too.
    return events or [DoseEvent(dose_id=0, at=dose.due_at - timedelta(days=1))]


def _said(seen: Evidence, patient: Patient, dose: Dose, by: datetime) -> bool:
    """Whether a tap, or a time typed after asking to type one, stands behind an intake."""
    asked = False
    for deed in patient.phone.deeds:
        if deed.at > by:
            return False
        if deed.kind == "tap":
            if _claims(seen, deed.said, dose):
                return True
            asked = asked or deed.said in _asking(dose)
        elif asked and deed.kind == "text" and any(map(str.isdigit, deed.said)):
            return True
    return False


def _asking(dose: Dose) -> set[str]:
    """The buttons after which a typed time stands for this dose."""
    needed = {f"needed.when:{dose.medicine_id}"} if dose.as_needed else set()
    return {f"dose.when:{dose.id}", f"dose.was:{dose.id}:later"} | needed


def _claims(seen: Evidence, token: str, dose: Dose) -> bool:
    verb, *args = token.split(":")
    if verb in NEEDED:
        return dose.as_needed and int(args[0]) == dose.medicine_id
    if verb not in CLAIMS or (verb == "dose.was" and args[1:] != ["then"]):
        return False
    if int(args[0]) == dose.id:
        return True
    other = seen.session.get(Dose, int(args[0])) if verb == "dose.all" else None
    return other is not None and other.due_at == dose.due_at


def every_emergency_answered(seen: Evidence) -> list[str]:
    """Every emergency is an alert that somebody took on or ended, or that went up to its end."""
    return [*_findings(seen), *_ladders(seen), *_cries(seen)]


def _findings(seen: Evidence) -> Iterator[str]:
    alerts = set(seen.session.scalars(select(Alert.id)))
    emergencies = select(FindingRow).where(FindingRow.tier == "emergency")
    for finding in seen.session.scalars(emergencies.order_by(FindingRow.id)):
        if finding.alert_id not in alerts:
            yield f"{seen.name_of(finding.patient_id)}: {finding.rule_id} has no alert"


def _ladders(seen: Evidence) -> Iterator[str]:
    for alert in seen.session.scalars(select(Alert).order_by(Alert.id)):
        what = f"alert {alert.id} of {seen.name_of(alert.patient_id)}"
        if alert.state == "open":
            ended = alert.next_rung_at is None and alert.rung >= len(alert.ladder)
            if not ended and (alert.next_rung_at is None or alert.next_rung_at < seen.now - GRACE):
                yield f"{what} stands still at rung {alert.rung} of {len(alert.ladder)}"
        if alert.tier == "emergency" and not _told_somebody(seen, alert):
            yield f"{what} was told to nobody"


def _told_somebody(seen: Evidence, alert: Alert) -> bool:
    """Whether a message of this alert arrived, is on its way, or nobody can be reached."""
    rows = list(seen.session.scalars(select(OutboxRow).where(OutboxRow.alert_id == alert.id)))
    if not rows:
        return False
    waiting = any(row.state in {"ready", "sending"} for row in rows)
    sent = any(row.state == "sent" for row in rows)
    return sent or (waiting and not seen.final) or all(row.state == "failed" for row in rows)


def _cries(seen: Evidence) -> Iterator[str]:
    heard = set(seen.witness.delivered.values())
    for patient in seen.cohort.patients:
        cries = [d for d in patient.phone.deeds if d.at in patient.cries and d.ref in heard]
        texts = select(FindingRow).where(
            FindingRow.patient_id == seen.id_of(patient),
            FindingRow.tier == "emergency",
            FindingRow.source == "text",
        )
        found = len({row.at for row in seen.session.scalars(texts)})
        if found < len(cries):
            yield f"{patient.name}: wrote of an emergency {len(cries)} times, read {found} times"


def no_answer_lost(seen: Evidence) -> list[str]:
    """Everything somebody tapped or wrote reached the bot, was dealt with, and stands once."""
    return [*_arrived(seen), *_dealt_with(seen), *_standing(seen), *_kept(seen)]


def _arrived(seen: Evidence) -> Iterator[str]:
    heard = set(seen.witness.delivered.values())
    if seen.lossy:
        return
    for one in seen.cohort.everybody():
        for deed in one.phone.deeds:
            if deed.ref and deed.ref not in heard:
                yield f"{one.name}: {deed.label or 'words'} at {deed.at:%d %b %H:%M} never arrived"


def _dealt_with(seen: Evidence) -> Iterator[str]:
    rows = {row.update_id: row for row in seen.session.scalars(select(InboxRow))}
    for update_id in sorted(seen.witness.delivered):
        state = rows[update_id].state if update_id in rows else "lost"
        if state not in {"done", "parked"}:
            yield f"update {update_id} is {state}"


def _standing(seen: Evidence) -> Iterator[str]:
    answers = list(seen.session.scalars(select(Answer).order_by(Answer.id)))
    given = {(one.checkin_id, one.question) for one in answers}
    standing = Counter((a.checkin_id, a.question) for a in answers if a.superseded_at is None)
    for checkin, question in sorted(given):
        if standing[checkin, question] != 1:
            times = standing[checkin, question]
            yield f"check-in {checkin}: {times} answers stand for {question}"


def _kept(seen: Evidence) -> Iterator[str]:
    heard = set(seen.witness.delivered.values())
    for patient in seen.cohort.patients:
        for deed in patient.phone.deeds:
            if deed.kind != "tap" or deed.ref not in heard:
                continue
            verb, *args = deed.said.split(":")
            lost = (verb == "dose.taken" and not _dose_kept(seen, patient, int(args[0]))) or (
                verb == "ci.pick" and not _answer_kept(seen, deed.at, args)
            )
            if lost:
                yield f"{patient.name}: [{deed.label}] at {deed.at:%d %b %H:%M} left no trace"


def _dose_kept(seen: Evidence, patient: Patient, dose_id: int) -> bool:
    """Whether "Taken" is in the ledger, or was asked back about before it is written there."""
    query = select(DoseEvent.id).where(DoseEvent.dose_id == dose_id, DoseEvent.kind == "taken")
    if seen.session.scalars(query).first() is not None:
        return True
    asked = {f"dose.sure:{dose_id}", f"dose.same:{dose_id}"}
    return any(
        isinstance(what, Screen) and not asked.isdisjoint(what.tokens)
        for _, what in patient.phone.seen
    )


def _answer_kept(seen: Evidence, at: datetime, args: list[str]) -> bool:
    """Whether a tapped answer is written down, unless its check-in was over by then."""
    checkin = seen.session.get(CheckIn, int(args[0]))
    if checkin is None:
        return False
    over = min(checkin.done_at or checkin.expires_at, checkin.expires_at)
    query = select(Answer).where(Answer.checkin_id == checkin.id, Answer.question == args[1])
    given = any(args[2] in answer.options for answer in seen.session.scalars(query))
    return given or over <= at + GRACE


def nobody_elses_chat(seen: Evidence) -> list[str]:
    """Words of a patient are seen by the patient, and by those they chose to share them with."""
    return [line for one in seen.cohort.patients for line in _leaks(seen, one)]


def _leaks(seen: Evidence, patient: Patient) -> Iterator[str]:
    sharing = select(CareLink.person_id).where(
        CareLink.patient_id == seen.id_of(patient),
        CareLink.accepted_at.is_not(None),
        CareLink.shares_words,
    )
    chosen = set(seen.session.scalars(sharing))
    may_read = {patient.user_id} | {user for user, one in seen.people.items() if one in chosen}
    may_know = may_read | {one.user_id for one in [*patient.life.helpers, seen.cohort.operator]}
    named = re.compile(rf"\b{patient.name}\b")
    for said in seen.witness.said:
        if patient.life.marker in said.text and said.chat_id not in may_read:
            yield f"words of {patient.name} went to chat {said.chat_id} at {said.at}"
        if said.chat_id not in may_know and named.search(said.text):
            yield f"the name of {patient.name} went to chat {said.chat_id} at {said.at}"


INVARIANTS: Final[tuple[Invariant, ...]] = (
    every_planned_dose_once,
    nothing_invented,
    every_emergency_answered,
    no_answer_lost,
    nobody_elses_chat,
)


def sentence(invariant: Invariant) -> str:
    """What an invariant claims, in one sentence."""
    return (invariant.__doc__ or "").strip().splitlines()[0]
