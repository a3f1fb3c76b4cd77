"""Each invariant holds for what was lived, and breaks when the facts are bent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from simulation.evidence import Evidence
from simulation.invariants import (
    INVARIANTS,
    Invariant,
    every_emergency_answered,
    every_planned_dose_once,
    no_answer_lost,
    nobody_elses_chat,
    nothing_invented,
    sentence,
)
from simulation.witness import Said
from store.models import Alert, Answer, CareLink, Dose, DoseEvent, FindingRow, InboxRow, OutboxRow


def the_taken_dose(seen: Evidence) -> Dose:
    return seen.session.scalars(select(Dose).where(Dose.state == "taken").limit(1)).one()


def the_emergency(seen: Evidence) -> Alert:
    found = select(Alert).where(Alert.tier == "emergency", ~Alert.drill).limit(1)
    return seen.session.scalars(found).one()


@contextmanager
def whispered(seen: Evidence, chat_id: int, text: str) -> Iterator[None]:
    said = seen.witness.said
    said.append(Said(seen.now.isoformat(), chat_id, text))
    try:
        yield
    finally:
        said.pop()


@pytest.mark.parametrize("invariant", INVARIANTS, ids=sentence)
def test_it_holds_for_what_was_lived(invariant: Invariant, seen: Evidence) -> None:
    assert invariant(seen) == []


def test_the_morning_had_everything_the_invariants_are_about(seen: Evidence) -> None:
    assert the_taken_dose(seen)
    assert the_emergency(seen)
    assert seen.session.scalars(select(Answer)).first() is None  # the check-in is in the evening
    patient = seen.cohort.patients[0]
    written = [deed.said for deed in patient.phone.deeds if patient.life.marker in deed.said]
    assert len(written) == len(patient.cries) == 1


def test_a_planned_dose_that_is_not_there_is_found(seen: Evidence) -> None:
    dose = the_taken_dose(seen)
    seen.session.execute(delete(Dose).where(Dose.id == dose.id))
    (line,) = every_planned_dose_once(seen)
    assert line.endswith("is there 0 times")


def test_a_dose_left_open_after_its_window_is_found(seen: Evidence) -> None:
    dose = the_taken_dose(seen)
    dose.state, dose.closes_at = "due", seen.now - timedelta(hours=1)
    seen.session.flush()
    assert any(line.endswith("is still due") for line in every_planned_dose_once(seen))


def test_an_amount_nobody_prescribed_is_found(seen: Evidence) -> None:
    dose = the_taken_dose(seen)
    dose.mg += Decimal("0.5")
    seen.session.flush()
    (line,) = nothing_invented(seen)
    assert line.endswith("was never prescribed")


def test_an_intake_nobody_told_of_is_found(seen: Evidence) -> None:
    coming = seen.session.scalars(select(Dose).where(Dose.state == "planned").limit(1)).one()
    coming.state, coming.taken_at = "taken", seen.now
    seen.session.flush()
    (line,) = nothing_invented(seen)
    assert "never said so" in line


def test_a_dose_when_needed_that_nobody_told_of_is_found(seen: Evidence) -> None:
    extra = seen.session.scalars(select(Dose).where(Dose.state == "planned").limit(1)).one()
    extra.as_needed, extra.state, extra.taken_at = True, "taken", seen.now
    extra.mg += 1  # the amount is the plan's for when it is needed, not of a time of day
    seen.session.flush()
    (line,) = nothing_invented(seen)
    assert "never said so" in line


def test_an_intake_dated_before_it_was_told_is_found(seen: Evidence) -> None:
    dose = the_taken_dose(seen)
    early = seen.now - timedelta(days=1)
    taken = (DoseEvent.dose_id == dose.id, DoseEvent.kind == "taken")
    seen.session.execute(update(DoseEvent).where(*taken).values(at=early))
    assert any("never said so" in line for line in nothing_invented(seen))


def test_an_emergency_without_an_alert_is_found(seen: Evidence) -> None:
    seen.session.execute(update(FindingRow).values(alert_id=None))
    assert any(line.endswith("has no alert") for line in every_emergency_answered(seen))


def test_a_ladder_that_stands_still_is_found(seen: Evidence) -> None:
    alert = the_emergency(seen)
    alert.state, alert.next_rung_at = "open", seen.now - timedelta(hours=1)
    seen.session.flush()
    (line,) = every_emergency_answered(seen)
    assert "stands still" in line


def test_an_alert_nobody_was_told_of_is_found(seen: Evidence) -> None:
    alert = the_emergency(seen)
    seen.session.execute(delete(OutboxRow).where(OutboxRow.alert_id == alert.id))
    (line,) = every_emergency_answered(seen)
    assert line.endswith("was told to nobody")


def test_an_emergency_that_was_read_over_is_found(seen: Evidence) -> None:
    seen.session.execute(delete(FindingRow).where(FindingRow.source == "text"))
    (line,) = every_emergency_answered(seen)
    assert line.endswith("wrote of an emergency 1 times, read 0 times")


def test_an_update_that_was_dropped_is_found(seen: Evidence) -> None:
    newest = max(seen.witness.delivered)
    seen.session.execute(delete(InboxRow).where(InboxRow.update_id == newest))
    assert no_answer_lost(seen) == [f"update {newest} is lost"]


def test_an_update_left_lying_is_found(seen: Evidence) -> None:
    newest = max(seen.witness.delivered)
    seen.session.execute(update(InboxRow).where(InboxRow.update_id == newest).values(state="taken"))
    assert no_answer_lost(seen) == [f"update {newest} is taken"]


def test_a_tap_that_never_arrived_is_found(seen: Evidence) -> None:
    newest = max(seen.witness.delivered)
    ref = seen.witness.delivered[newest]
    seen.witness.delivered[newest] = ""
    try:
        (line,) = no_answer_lost(seen)
    finally:
        seen.witness.delivered[newest] = ref
    assert line.endswith("never arrived")


def test_a_taken_tap_that_left_no_trace_is_found(seen: Evidence) -> None:
    seen.session.execute(delete(DoseEvent).where(DoseEvent.kind == "taken"))
    assert any(line.endswith("left no trace") for line in no_answer_lost(seen))


def test_words_in_a_strangers_chat_are_found(seen: Evidence) -> None:
    marker = seen.cohort.patients[0].life.marker
    with whispered(seen, seen.cohort.operator.user_id, f"They wrote: {marker}"):
        (line,) = nobody_elses_chat(seen)
    assert line.startswith("words of")


def test_words_shown_to_a_caregiver_without_leave_are_found(seen: Evidence) -> None:
    patient = seen.cohort.patients[0]
    seen.session.execute(update(CareLink).values(shares_words=False))
    with whispered(seen, patient.life.helpers[0].user_id, f"They wrote: {patient.life.marker}"):
        assert nobody_elses_chat(seen)


def test_a_name_in_a_strangers_chat_is_found(seen: Evidence) -> None:
    with whispered(seen, 1, f"{seen.cohort.patients[0].name} is not well"):
        (line,) = nobody_elses_chat(seen)
    assert line.startswith("the name of")
