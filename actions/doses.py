"""Doses: reminded of, recorded, never invented. Late taps belong to their own dose."""

from datetime import datetime, timedelta
from typing import Final

from actions import dose_time, dose_words, findings, ledger, missed, outbox
from actions.alert_words import safety_values
from actions.tx import Tx
from care.doses import (
    DoseState,
    Guard,
    double_dose,
    later_allowed,
    long_past,
    shortest_gap,
)
from care.messages import Kind
from care.plan import regimen_on
from care.tiers import Tier
from store.models import Dose, Medicine, Patient, Person
from store.queries import plans as query

SAME_TAP: Final = timedelta(minutes=2)
RECENT: Final = timedelta(days=1)
LATEST: Final = 12
SNOOZES: Final = (15, 30, 60)
REASONS: Final = ("forgot", "unwell", "ran_out", "told", "dont_want", "other")
NEAR: Final = timedelta(hours=2)


def record(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "Taken": recorded at once, or asked first when it may be a second one."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    if dose.taken_at is not None and tx.now - ledger.recorded_at(tx, dose) < SAME_TAP:
        tx.toast = tx.content.text(
            "doses/toast_already", person.locale, **dose_words.one(tx, person, dose)
        )
        return
    if dose.taken_at is None and long_past(dose.due_at, dose.closes_at, tx.now):
        _ask_when(tx, person, dose)
        return
    _record(tx, person, dose)


def _record(tx: Tx, person: Person, dose: Dose) -> None:
    guard = double_dose(dose.taken_at, _others(tx, dose), tx.now, closest=_closest(tx, dose))
    if guard is Guard.SAME_DOSE:
        _ask_same(tx, person, dose)
    elif guard is Guard.TOO_CLOSE:
        _ask_close(tx, person, dose)
    else:
        _take_now(tx, person, dose)


def _take_now(tx: Tx, person: Person, dose: Dose) -> None:
    before = missed.alarmed(tx, person)
    ledger.take(tx, person, dose, tx.now)
    missed.reread(tx, person, before)


def just_now(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "No, just now" to an old "Taken": it belongs to the dose that is nearest to now.

    When nothing near is open, it may be one more than planned, and that is asked.
    """
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    near = [
        one
        for one in query.newest(tx.session, person.id, tx.now + NEAR, LATEST)
        if one.medicine_id == dose.medicine_id and not one.as_needed
    ]
    still_open = [one for one in near if one.state in dose_words.OPEN and _is_near(tx, one)]
    if still_open:
        _record(tx, person, min(still_open, key=lambda one: abs(one.due_at - tx.now)))
    elif (taken := next((one for one in near if one.taken_at is not None), None)) is not None:
        _ask_same(tx, person, taken)
    else:
        outbox.say(tx, person, "doses/kept_open", **dose_words.one(tx, person, dose))


def _is_near(tx: Tx, dose: Dose) -> bool:
    return tx.now - dose.due_at < timedelta(days=1)


def _ask_when(tx: Tx, person: Person, dose: Dose) -> None:
    """A reminder of long ago is answered: ask whether it was then, at another time, or now."""
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "doses/ask_when",
        inline=[
            [words.button("dose.was", dose.id, "then", label="dose.was_then")],
            [words.button("dose.when", dose.id, label="dose.another_time")],
            [words.button("dose.now", dose.id)],
        ],
        **dose_words.one(tx, person, dose),
    )


def record_all(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "All taken": every dose due at the same minute that is still open.

    Pressed once more, it is answered as "Taken" pressed once more would be.
    """
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    still_open = [one for one in query.together(tx.session, dose) if one.state in dose_words.OPEN]
    for one in still_open or [dose]:
        record(tx, person, one.id)


def sure(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "Yes, I took this one too": the truth is recorded, whatever the guard thought."""
    dose = ledger.own(tx, person, dose_id)
    if dose is not None:
        _take_now(tx, person, dose)


def _others(tx: Tx, dose: Dose) -> list[datetime]:
    return query.intakes(tx.session, dose.medicine_id, tx.now - RECENT, but=dose.id)


def _closest(tx: Tx, dose: Dose) -> timedelta:
    """The least time between two intakes that is nothing to ask about: 2 h, or the plan's own."""
    plan = dose_words.plan_of(tx, dose.patient_id)
    medicine = tx.session.get_one(Medicine, dose.medicine_id)
    regimen = regimen_on(plan, medicine.drug_id, dose.local_day) if plan else None
    usual = timedelta(hours=2)
    return min(usual, shortest_gap(regimen)) if regimen and regimen.doses else usual


def _ask_same(tx: Tx, person: Person, dose: Dose) -> None:
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "doses/ask_same",
        inline=[[words.button("dose.same", dose.id)], [words.button("dose.more", dose.id)]],
        **dose_words.one(tx, person, dose),
    )


def _ask_close(tx: Tx, person: Person, dose: Dose) -> None:
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "doses/ask_close",
        inline=[[words.button("dose.sure", dose.id)], [words.button("dose.not", dose.id)]],
        last=dose_words.at(tx, person, max(_others(tx, dose))),
        **dose_words.one(tx, person, dose),
    )


def same(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "No, the same one": nothing changes."""
    dose = ledger.own(tx, person, dose_id)
    if dose is not None:
        outbox.say(tx, person, "doses/same_kept", **dose_words.one(tx, person, dose))


def more(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "I took more": recorded as it is, read for danger, answered without scolding."""
    dose = ledger.own(tx, person, dose_id)
    if dose is not None:
        took_more(tx, person, dose)


def took_more(tx: Tx, person: Person, dose: Dose) -> None:
    """More was taken than the plan has: kept, read for danger (U04), asked about again (D16)."""
    ledger.note_event(tx, dose, "more")
    patient = tx.session.get_one(Patient, person.id)
    finding = findings.from_label(tx, "double_dose", Tier.URGENT, rule_id="U04")
    findings.keep(tx, patient, [finding], source="dose", words=None, alert=None)
    findings.ask_again_later(tx, person, patient)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "safety/took_more",
        kind=Kind.SAFETY,
        inline=[[words.button("more.unwell")], [words.button("more.fine")]],
        **safety_values(tx, person, patient),
    )


def undo(tx: Tx, person: Person, dose_id: int) -> None:
    """Take a record back; the entry stays in the ledger, the dose is open or unknown again."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    if dose.state not in {DoseState.TAKEN.value, DoseState.SKIPPED.value}:
        outbox.say(tx, person, "common/old_button")
        return
    take_back(tx, person, dose)
    dose_words.show(tx, person, dose)


def take_back(tx: Tx, person: Person, dose: Dose) -> None:
    """Open an answered dose again, or leave it unknown once its window has passed."""
    before = missed.alarmed(tx, person)
    ledger.note_event(tx, dose, "undone")
    dose.taken_at = None
    open_still = tx.now < dose.closes_at
    dose.state = DoseState.DUE.value if open_still else DoseState.UNKNOWN.value
    if dose.as_needed:  # nobody waits for it: taken back is not taken
        dose.state = DoseState.SKIPPED.value
    dose.next_at = ledger.wake_at(tx, dose)
    missed.reread(tx, person, before)


def offer_later(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "Later": offer 15, 30 or 60 minutes, only as far as the window goes."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    policy = ledger.policy_of(tx, dose)
    choices = [m for m in SNOOZES if later_allowed(dose.due_at, policy, tx.now, m)]
    open_still = dose.state in {DoseState.PLANNED.value, DoseState.DUE.value}
    if not choices or not open_still:
        outbox.say(tx, person, "doses/later_over", **dose_words.one(tx, person, dose))
        return
    words = tx.content.buttons(person.locale)
    rows = [[words.button("dose.snooze", dose.id, m, minutes=m)] for m in choices]
    outbox.say(tx, person, "doses/later", inline=rows, **dose_words.one(tx, person, dose))


def snooze(tx: Tx, person: Person, dose_id: int, minutes: int) -> None:
    """Remind again in `minutes`, never across the dose's window."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    open_still = dose.state in {DoseState.PLANNED.value, DoseState.DUE.value}
    policy = ledger.policy_of(tx, dose)
    known = open_still and minutes in SNOOZES
    if not known or not later_allowed(dose.due_at, policy, tx.now, minutes):
        outbox.say(tx, person, "doses/later_over", **dose_words.one(tx, person, dose))
        return
    for one in query.together(tx.session, dose):
        if one.state in {DoseState.PLANNED.value, DoseState.DUE.value}:
            one.snoozed_until = tx.now + timedelta(minutes=minutes)
            one.next_at = ledger.wake_at(tx, one)
            ledger.note_event(tx, one, "later")
    again = dose_words.at(tx, person, tx.now + timedelta(minutes=minutes))
    outbox.say(tx, person, "doses/snoozed", at=again, **dose_words.one(tx, person, dose))


def offer_skip(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "Not taking it": ask why, which is also the confirmation (D17)."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    words = tx.content.buttons(person.locale)
    # That it was forgotten can only be said of a time that has passed.
    reasons = [r for r in REASONS if r != "forgot" or tx.now >= dose.closes_at]
    rows = [[words.button("dose.why", dose.id, r, label=f"dose.why_{r}")] for r in reasons]
    rows.append([words.button("dose.keep", dose.id)])
    outbox.say(tx, person, "doses/why", inline=rows, **dose_words.one(tx, person, dose))


def skip(tx: Tx, person: Person, dose_id: int, reason: str) -> None:
    """Record that a dose is not taken, with the reason; running out is a red flag (U01)."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    if reason not in REASONS:
        outbox.say(tx, person, "common/old_button")
        return
    before = missed.alarmed(tx, person)
    ledger.leave_out(tx, dose, DoseState.SKIPPED, f"skip_{reason}")
    dose_words.show(tx, person, dose)
    if _overtaken(tx, dose):
        # What to do about it now is a matter of the doses since.
        outbox.say(tx, person, "doses/saved_not_taken", **dose_words.one(tx, person, dose))
    elif reason == "ran_out":
        patient = tx.session.get_one(Patient, person.id)
        finding = findings.from_label(tx, "stopped_abruptly", Tier.URGENT, rule_id="U01")
        findings.act(tx, person, patient, [finding], source="dose", words=None)
    elif reason != "told":
        missed.guide(tx, person, dose)
    missed.reread(tx, person, before)


def _overtaken(tx: Tx, dose: Dose) -> bool:
    """Whether the next dose of the medicine has been due since."""
    following = query.following_dose(tx.session, dose)
    return following is not None and following.due_at <= tx.now


def keep(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "Go back": nothing was recorded."""
    dose = ledger.own(tx, person, dose_id)
    if dose is not None:
        outbox.say(tx, person, "doses/kept_open", **dose_words.one(tx, person, dose))


def was(tx: Tx, person: Person, dose_id: int, answer: str) -> None:
    """Take the answer to "did you take it?"."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    if answer == "then":
        before = missed.alarmed(tx, person)
        ledger.take(tx, person, dose, dose.due_at)
        outbox.say(tx, person, "doses/thanks_taken", **dose_words.one(tx, person, dose))
        missed.reread(tx, person, before)
    elif answer == "later":
        dose_time.ask(tx, person, dose)
    elif answer == "no":
        _was_not(tx, person, dose, DoseState.SKIPPED, "skip_forgot")
    elif answer == "unsure":
        _was_not(tx, person, dose, DoseState.UNKNOWN, "unsure")
    else:
        outbox.say(tx, person, "common/old_button")


def _was_not(tx: Tx, person: Person, dose: Dose, state: DoseState, kind: str) -> None:
    before = missed.alarmed(tx, person)
    ledger.leave_out(tx, dose, state, kind)
    missed.guide(tx, person, dose)
    missed.reread(tx, person, before)
