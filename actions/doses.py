"""Doses: reminded of, recorded, never invented. Late taps belong to their own dose."""

from datetime import datetime, timedelta
from typing import Final

from actions import dose_words, findings, outbox
from actions.facts import facts_of
from actions.outbox import About
from actions.tx import Tx
from care.doses import (
    ActionKind,
    DosePolicy,
    DoseState,
    Guard,
    double_dose,
    later_allowed,
    missed_guidance,
    next_action,
    policy_for,
    remind_times,
    shortest_gap,
)
from care.messages import Kind
from care.plan import regimen_on
from care.redflags import evaluate
from care.tiers import Tier
from store.models import Dose, DoseEvent, Medicine, Patient, Person
from store.queries import plans as query

BATCH: Final = 500
SAME_TAP: Final = timedelta(minutes=2)
RECENT: Final = 12
REASONS: Final = ("unwell", "ran_out", "told", "dont_want", "other")


def remind_due(tx: Tx) -> int:
    """Look at every dose that needs something now; return how many were looked at.

    One message for all medicines due at the same minute. A dose whose window passed becomes
    unknown and is asked about, never reminded of.
    """
    due = query.doses_due(tx.session, tx.now, BATCH)
    seen: set[int] = set()
    for dose in due:
        if dose.id not in seen:
            group = [one for one in query.together(tx.session, dose) if one.next_at is not None]
            seen |= {one.id for one in group}
            _look_at(tx, [one for one in group if one.next_at and one.next_at <= tx.now])
    return len(due)


def _look_at(tx: Tx, group: list[Dose]) -> None:
    actions = [(dose, _next(tx, dose)) for dose in group]
    closing = [dose for dose, act in actions if act.kind is ActionKind.CLOSE_AS_UNKNOWN]
    remind = [dose for dose, act in actions if act.kind is ActionKind.REMIND]
    for dose, act in actions:
        if act.kind is ActionKind.REMIND:
            dose.reminders, dose.snoozed_until = act.number, None
            dose.state = DoseState.DUE.value
        dose.next_at = _wake_at(tx, dose)
    if remind:
        _remind(tx, remind)
    if closing:
        _close(tx, closing)


def _next(tx: Tx, dose: Dose) -> "dose_words.Action":
    return next_action(
        state=DoseState(dose.state),
        due=dose.due_at,
        policy=_policy(tx, dose),
        now=tx.now,
        reminders_sent=dose.reminders,
        snoozed_until=dose.snoozed_until,
    )


def _policy(tx: Tx, dose: Dose) -> DosePolicy:
    """The policy the dose was laid out with; its window is the one written on the dose."""
    drug = dose_words.drug_of(tx, dose)
    made = policy_for(
        short_acting=drug.short_acting, baclofen=drug.cls == "baclofen", gap_to_next=None
    )
    return DosePolicy(made.repeats, dose.closes_at - dose.due_at, made.ask_at_close)


def _wake_at(tx: Tx, dose: Dose) -> datetime | None:
    """When an open dose next needs something: the next repeat, the snooze, or its closing."""
    if dose.state not in {DoseState.PLANNED.value, DoseState.DUE.value}:
        return None
    if dose.snoozed_until is not None:
        return min(dose.snoozed_until, dose.closes_at)
    coming = [at for at in remind_times(dose.due_at, _policy(tx, dose)) if at > tx.now]
    return min([*coming, dose.closes_at])


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
        _event(tx, dose, "reminded")
        dose.message_id = row.id


def _close(tx: Tx, doses: list[Dose]) -> None:
    """The window passed: what is known is that nothing is known. Ask now where it matters."""
    person = tx.session.get_one(Person, doses[0].patient_id)
    for dose in doses:
        dose.state, dose.next_at = DoseState.UNKNOWN.value, None
        _event(tx, dose, "unknown")
        outbox.clear(tx, dose_id=dose.id)
    for dose in doses:
        if _policy(tx, dose).ask_at_close:
            ask_about(tx, person, dose)
    check_missed(tx, person)


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


def ask_pending(tx: Tx, person: Person) -> None:
    """At a contact: ask about the oldest unconfirmed dose that nobody was asked about."""
    pending = query.unasked(tx.session, person.id)
    if pending:
        ask_about(tx, person, pending[-1])
        # One question at a time; older ones stay unknown and can be mended from /today.
        for dose in pending[:-1]:
            dose.asked_at = tx.now


def own(tx: Tx, person: Person, dose_id: int) -> Dose | None:
    """Return a dose of this person; anybody else's button gets a kind answer."""
    dose = tx.session.get(Dose, dose_id)
    if dose is None or dose.patient_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return None
    return dose


def record(tx: Tx, person: Person, dose_id: int) -> None:
    """ "Taken": recorded at once, or asked first when it may be a second one."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    if dose.taken_at is not None and tx.now - _recorded_at(tx, dose) < SAME_TAP:
        tx.toast = tx.content.text(
            "doses/toast_already", person.locale, **dose_words.one(tx, person, dose)
        )
        return
    guard = double_dose(dose.taken_at, _others(tx, dose), tx.now, closest=_closest(tx, dose))
    if guard is Guard.SAME_DOSE:
        _ask_same(tx, person, dose)
    elif guard is Guard.TOO_CLOSE:
        _ask_close(tx, person, dose)
    else:
        take(tx, person, dose, tx.now)


def record_all(tx: Tx, person: Person, dose_id: int) -> None:
    """ "All taken": every dose due at the same minute that is still open."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    for one in query.together(tx.session, dose):
        if one.state in dose_words.OPEN:
            record(tx, person, one.id)


def sure(tx: Tx, person: Person, dose_id: int) -> None:
    """ "Yes, I took this one too": the truth is recorded, whatever the guard thought."""
    dose = own(tx, person, dose_id)
    if dose is not None:
        take(tx, person, dose, tx.now)


def _recorded_at(tx: Tx, dose: Dose) -> datetime:
    newest = [event.at for event in dose_words.events(tx, dose) if event.kind == "taken"]
    return newest[-1] if newest else dose.due_at


def _others(tx: Tx, dose: Dose) -> list[datetime]:
    rows = query.newest(tx.session, dose.patient_id, tx.now + timedelta(days=1), RECENT)
    return [
        one.taken_at
        for one in rows
        if one.id != dose.id and one.medicine_id == dose.medicine_id and one.taken_at
    ]


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


def take(tx: Tx, person: Person, dose: Dose, at: datetime) -> None:
    """Record an intake at `at` (UTC) and show it where the reminder stood."""
    dose.state, dose.taken_at = DoseState.TAKEN.value, at
    dose.next_at = dose.snoozed_until = None
    dose.asked_at = dose.asked_at or tx.now
    _event(tx, dose, "taken", said_at=at)
    outbox.clear(tx, dose_id=dose.id)
    dose_words.show(tx, person, dose)


def same(tx: Tx, person: Person, dose_id: int) -> None:
    """ "No, the same one": nothing changes."""
    dose = own(tx, person, dose_id)
    if dose is not None:
        outbox.say(tx, person, "doses/same_kept", **dose_words.one(tx, person, dose))


def more(tx: Tx, person: Person, dose_id: int) -> None:
    """ "I took more": recorded as it is, read for danger, answered without scolding."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    _event(tx, dose, "more")
    patient = tx.session.get_one(Patient, person.id)
    finding = findings.from_label(tx, "double_dose", Tier.URGENT, rule_id="U04")
    findings.keep(tx, patient, [finding], source="dose", words=None, alert=None)
    words = tx.content.buttons(person.locale)
    from actions.alert_words import safety_values

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
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    if dose.state not in {DoseState.TAKEN.value, DoseState.SKIPPED.value}:
        outbox.say(tx, person, "common/old_button")
        return
    _event(tx, dose, "undone")
    dose.taken_at = None
    open_still = tx.now < dose.closes_at
    dose.state = DoseState.DUE.value if open_still else DoseState.UNKNOWN.value
    dose.next_at = _wake_at(tx, dose)
    dose_words.show(tx, person, dose)


def offer_later(tx: Tx, person: Person, dose_id: int) -> None:
    """ "Later": offer 15, 30 or 60 minutes, only as far as the window goes."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    policy = _policy(tx, dose)
    choices = [m for m in (15, 30, 60) if later_allowed(dose.due_at, policy, tx.now, m)]
    open_still = dose.state in {DoseState.PLANNED.value, DoseState.DUE.value}
    if not choices or not open_still:
        outbox.say(tx, person, "doses/later_over", **dose_words.one(tx, person, dose))
        return
    words = tx.content.buttons(person.locale)
    rows = [[words.button("dose.snooze", dose.id, m, minutes=m)] for m in choices]
    outbox.say(tx, person, "doses/later", inline=rows, **dose_words.one(tx, person, dose))


def snooze(tx: Tx, person: Person, dose_id: int, minutes: int) -> None:
    """Remind again in `minutes`, never across the dose's window."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    open_still = dose.state in {DoseState.PLANNED.value, DoseState.DUE.value}
    if not open_still or not later_allowed(dose.due_at, _policy(tx, dose), tx.now, minutes):
        outbox.say(tx, person, "doses/later_over", **dose_words.one(tx, person, dose))
        return
    for one in query.together(tx.session, dose):
        if one.state in {DoseState.PLANNED.value, DoseState.DUE.value}:
            one.snoozed_until = tx.now + timedelta(minutes=minutes)
            one.next_at = _wake_at(tx, one)
            _event(tx, one, "later")
    again = dose_words.at(tx, person, tx.now + timedelta(minutes=minutes))
    outbox.say(tx, person, "doses/snoozed", at=again, **dose_words.one(tx, person, dose))


def offer_skip(tx: Tx, person: Person, dose_id: int) -> None:
    """ "Not taking it": ask why, which is also the confirmation (D17)."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    words = tx.content.buttons(person.locale)
    rows = [[words.button("dose.why", dose.id, r, label=f"dose.why_{r}")] for r in REASONS]
    rows.append([words.button("dose.keep", dose.id)])
    outbox.say(tx, person, "doses/why", inline=rows, **dose_words.one(tx, person, dose))


def skip(tx: Tx, person: Person, dose_id: int, reason: str) -> None:
    """Record that a dose is not taken, with the reason; running out is a red flag (U01)."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    if reason not in REASONS:
        outbox.say(tx, person, "common/old_button")
        return
    dose.state, dose.taken_at = DoseState.SKIPPED.value, None
    dose.next_at = dose.snoozed_until = None
    dose.asked_at = dose.asked_at or tx.now
    _event(tx, dose, f"skip_{reason}")
    outbox.clear(tx, dose_id=dose.id)
    dose_words.show(tx, person, dose)
    if reason == "ran_out":
        patient = tx.session.get_one(Patient, person.id)
        finding = findings.from_label(tx, "stopped_abruptly", Tier.URGENT, rule_id="U01")
        findings.act(tx, person, patient, [finding], source="dose", words=None)
    elif reason != "told":
        guide(tx, person, dose)
    check_missed(tx, person)


def keep(tx: Tx, person: Person, dose_id: int) -> None:
    """ "Go back": nothing was recorded."""
    dose = own(tx, person, dose_id)
    if dose is not None:
        outbox.say(tx, person, "doses/kept_open", **dose_words.one(tx, person, dose))


def was(tx: Tx, person: Person, dose_id: int, answer: str) -> None:
    """Take the answer to "did you take it?"."""
    dose = own(tx, person, dose_id)
    if dose is None:
        return
    if answer == "then":
        take(tx, person, dose, dose.due_at)
        outbox.say(tx, person, "doses/thanks_taken", **dose_words.one(tx, person, dose))
    elif answer == "later":
        from actions import dose_time

        dose_time.ask(tx, person, dose)
    elif answer == "no":
        dose.state, dose.next_at = DoseState.SKIPPED.value, None
        _event(tx, dose, "skip_forgot")
        guide(tx, person, dose)
        check_missed(tx, person)
    elif answer == "unsure":
        _event(tx, dose, "unsure")
        guide(tx, person, dose)
        check_missed(tx, person)
    else:
        outbox.say(tx, person, "common/old_button")


def guide(tx: Tx, person: Person, dose: Dose) -> None:
    """Say what to do about a missed dose: the drug's own sourced rule, never an amount (D3)."""
    patient = tx.session.get_one(Patient, person.id)
    following = query.following_dose(tx.session, dose)
    drug = dose_words.drug_of(tx, dose)
    guidance = missed_guidance(
        baclofen=drug.missed_rule == "baclofen",
        unconfirmed=max(1, facts_of(tx, patient).missed_in_a_row),
        to_next=following.due_at - tx.now if following and following.due_at > tx.now else None,
    )
    from actions.alert_words import safety_values

    outbox.say(
        tx,
        person,
        f"doses/guide_{guidance.value}",
        **safety_values(tx, person, patient) | dose_words.one(tx, person, dose),
    )


def check_missed(tx: Tx, person: Person) -> None:
    """Read the ledger for danger: doses missed in a row, no intake for too long (U02)."""
    patient = tx.session.get_one(Patient, person.id)
    facts = facts_of(tx, patient)
    found = [f for f in evaluate(tx.content.rules, facts) if f.tier is not Tier.WATCH]
    if found:
        from actions import silence

        silence.doses_missed(tx, person, patient, found)


def _event(tx: Tx, dose: Dose, kind: str, said_at: datetime | None = None) -> None:
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
