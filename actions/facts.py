"""What is known about a patient at one moment, for the red-flag rules."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from actions import help as numbers_of
from actions import plans
from actions.doseclock import Clock, clocks_of
from actions.tx import Tx
from care.dayscore import answer_baseline, baseline
from care.localtime import local_day
from care.redflags import Facts, Intake
from care.timeline import days_since_change
from care.vitals import vitals_in
from store.models import Answer, CheckIn, Patient, Person, VitalReading

HISTORY_DAYS: Final = 7
BASELINE_CHECKINS: Final = 14
OWN_USUAL: Final = ("stiffness", "spasm")
VITALS_FRESH: Final = timedelta(minutes=30)
Answers = dict[str, tuple[str, ...]]


def facts_of(tx: Tx, patient: Patient, *, checkin: CheckIn | None = None) -> Facts:
    """Return the facts of now; with a check-in, its answers are today's."""
    person = tx.session.get_one(Person, patient.person_id)
    answers = answers_of(tx, checkin) if checkin else {}
    today = local_day(tx.now, person.zone or "UTC")
    found = plans.in_force(tx, patient.person_id)
    return Facts(
        answers=answers,
        history=_history(tx, patient, checkin.local_day if checkin else today),
        vitals=_vitals(tx, patient) | vitals_in(answers),
        profile=frozenset(tx.json(patient, "intake").get("risks") or ()) - {"none"},
        classes=numbers_of.drug_classes(tx, patient.person_id),
        days_since_step=days_since_change(found[1], today) if found else None,
        intakes=tuple(_intake(tx, clock) for clock in clocks_of(tx, person).values()),
        score=checkin.score if checkin else None,
        baseline=baseline(scores(tx, patient)),
        baselines=_baselines(tx, patient),
    )


def answers_of(tx: Tx, checkin: CheckIn) -> Answers:
    """Return the answers that stand of a check-in."""
    query_answers = select(Answer).where(
        Answer.checkin_id == checkin.id, Answer.superseded_at.is_(None)
    )
    rows = tx.session.scalars(query_answers.order_by(Answer.id))
    return {row.question: tuple(row.options) for row in rows}


def _history(
    tx: Tx, patient: Patient, today: date
) -> tuple[Mapping[str, tuple[str, ...]] | None, ...]:
    """Return the days before, newest first; None for a day without a check-in, never a zero."""
    rows = tx.session.scalars(
        select(CheckIn).where(
            CheckIn.patient_id == patient.person_id,
            CheckIn.local_day < today,
            CheckIn.local_day >= today - timedelta(days=HISTORY_DAYS),
        )
    )
    by_day = {row.local_day: answers_of(tx, row) for row in rows}
    days = (today - timedelta(days=n) for n in range(1, HISTORY_DAYS + 1))
    return tuple(by_day.get(day) or None for day in days)


def _vitals(tx: Tx, patient: Patient) -> dict[str, Decimal]:
    fresh = select(VitalReading).where(
        VitalReading.patient_id == patient.person_id, VitalReading.at > tx.now - VITALS_FRESH
    )
    rows = tx.session.scalars(fresh.order_by(VitalReading.id))
    return {row.kind: row.value for row in rows}


def _baselines(tx: Tx, patient: Patient) -> dict[str, Decimal]:
    """Return the patient's own usual answers, once there are seven days of them."""
    # The baseline is that of the first seven days, so the first fortnight holds all of it.
    rows = select(CheckIn).where(CheckIn.patient_id == patient.person_id)
    first = rows.order_by(CheckIn.local_day).limit(BASELINE_CHECKINS)
    days = [answers_of(tx, row) for row in tx.session.scalars(first)]
    own = {name: answer_baseline(days, name) for name in OWN_USUAL}
    return {name: value for name, value in own.items() if value is not None}


def _intake(tx: Tx, clock: Clock) -> Intake:
    drug = clock.drug
    short = {"short_half_life"} if drug.short_acting else set()
    return Intake(
        classes=frozenset({drug.cls} | short),
        missed_in_a_row=clock.unconfirmed,
        hours_since_intake=None if clock.last is None else _hours(tx.now - clock.last),
        longest_gap_hours=_hours(clock.longest_gap),
    )


def _hours(length: timedelta) -> Decimal:
    return Decimal(int(length.total_seconds())) / 3600


def scores(tx: Tx, patient: Patient) -> list[int | None]:
    """Return the day scores of finished check-ins, oldest first."""
    rows = select(CheckIn.score).where(
        CheckIn.patient_id == patient.person_id, CheckIn.state == "done"
    )
    return list(tx.session.scalars(rows.order_by(CheckIn.local_day)))
