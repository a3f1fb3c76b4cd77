"""The check-in: one message that changes in place, every answer saved and read at once."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from actions import checkin_end, checkin_screen, dialogues, findings, outbox
from actions import help as numbers_of
from actions.facts import answers_of, facts_of
from actions.tx import Tx
from care.localtime import local_day, next_wall
from care.messages import Kind
from care.questionnaire import (
    SKIPPED,
    Question,
    Questionnaire,
    first,
    following,
    previous,
    still_asked,
    toggle,
    understand,
)
from care.redflags import evaluate
from care.tiers import Tier
from store.models import Answer, CheckIn, FindingRow, Patient, Person
from store.queries import people as people_query

KIND: Final = "checkin"
BATCH: Final = 500
LIFETIME: Final = timedelta(hours=24)
LATE: Final = timedelta(hours=6)


def form_of(tx: Tx, checkin: CheckIn) -> Questionnaire:
    """Return the questionnaire of a check-in."""
    return tx.content.questionnaires[checkin.questionnaire]


def invite_due(tx: Tx) -> int:
    """Invite everybody whose check-in time has come; return how many."""
    due = select(Patient).where(Patient.next_checkin_at <= tx.now, Patient.state == "active")
    patients = list(tx.session.scalars(due.limit(BATCH).with_for_update(skip_locked=True)))
    for patient in patients:
        _invite(tx, patient)
    return len(patients)


def _invite(tx: Tx, patient: Patient) -> None:
    person = tx.session.get_one(Person, patient.person_id)
    planned = patient.next_checkin_at or tx.now
    if patient.checkin_at is not None:
        patient.next_checkin_at = next_wall(tx.now, patient.checkin_at, person.zone or "UTC")
    if tx.now - planned > LATE:
        return  # found after an outage: no stale invitation; the next one comes in its time
    checkin = _today(tx, person, patient)
    if checkin.state != "invited":
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "checkin/invitation",
        kind=Kind.INVITATION,
        key=f"checkin:{checkin.id}:invite",
        inline=[
            [words.button("checkin.start", checkin.id)],
            [words.button("checkin.bad_day")],
            [words.button("checkin.later", checkin.id)],
        ],
        name=tx.name_of(person),
    )


def _today(tx: Tx, person: Person, patient: Patient, form: str = "") -> CheckIn:
    """Return today's check-in, made now when there is none."""
    day = local_day(tx.now, person.zone or "UTC")
    name = form or daily_form(tx, patient)
    known = tx.session.scalar(
        select(CheckIn).where(
            CheckIn.patient_id == person.id,
            CheckIn.local_day == day,
            CheckIn.questionnaire == name,
        )
    )
    if known is not None:
        return known
    checkin = CheckIn(
        patient_id=person.id,
        questionnaire=name,
        version=tx.content.questionnaires[name].version,
        local_day=day,
        state="invited",
        opened_at=tx.now,
        expires_at=_next_invitation(patient, tx.now),
    )
    tx.session.add(checkin)
    tx.session.flush()
    return checkin


def _next_invitation(patient: Patient, now: datetime) -> datetime:
    coming = patient.next_checkin_at
    return coming if coming is not None and coming > now else now + LIFETIME


def daily_form(tx: Tx, patient: Patient) -> str:
    """Return the daily questionnaire of a patient's medicines; baclofen has its own."""
    classes = numbers_of.drug_classes(tx, patient.person_id)
    return "daily_baclofen" if "baclofen" in classes else "daily_benzo"


def open_today(tx: Tx, person: Person) -> None:
    """Open today's check-in because the patient asked for it."""
    patient = people_query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        outbox.say(tx, person, "common/not_joined", **_start_button(tx, person))
        return
    start(tx, person, _today(tx, person, patient).id)


def _start_button(tx: Tx, person: Person) -> dict[str, Any]:
    return {"inline": [[tx.content.buttons(person.locale).button("ob.resume")]]}


def bad_day(tx: Tx, person: Person) -> None:
    """Open the one-question check-in; the danger question is the one it keeps (D12)."""
    patient = people_query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        outbox.say(tx, person, "common/not_joined", **_start_button(tx, person))
        return
    start(tx, person, _today(tx, person, patient, "bad_day").id)


def start(tx: Tx, person: Person, checkin_id: int) -> None:
    """Start or go on with a check-in."""
    checkin = _own(tx, person, checkin_id)
    if checkin is None:
        return
    if checkin.state == "done":
        outbox.say(tx, person, "checkin/already_done")
        return
    if checkin.state == "expired":
        outbox.say(tx, person, "checkin/expired")
        return
    checkin.state = "open"
    checkin.question = checkin.question or first(form_of(tx, checkin)).id
    dialogue = dialogues.begin(tx, person, KIND, checkin.question, {"checkin": checkin.id})
    dialogue.screen_id = _pressed_row(tx, person)
    checkin_screen.show(tx, person, dialogue, checkin)


def _pressed_row(tx: Tx, person: Person) -> int | None:
    from store.models import OutboxRow

    if tx.pressed_message is None:
        return None
    return tx.session.scalar(
        select(OutboxRow.id).where(
            OutboxRow.person_id == person.id, OutboxRow.message_id == tx.pressed_message
        )
    )


def later(tx: Tx, person: Person, checkin_id: int) -> None:
    """Not now: it stays open until the next one."""
    checkin = _own(tx, person, checkin_id)
    if checkin is not None:
        words = tx.content.buttons(person.locale)
        outbox.say(
            tx, person, "checkin/later", inline=[[words.button("checkin.start", checkin.id)]]
        )


def _own(tx: Tx, person: Person, checkin_id: int) -> CheckIn | None:
    checkin = tx.session.get(CheckIn, checkin_id)
    if checkin is None or checkin.patient_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return None
    return checkin


def _live(tx: Tx, person: Person, checkin_id: int, question_id: str) -> Question | None:
    """Return the question a button belongs to, when it may still be answered."""
    checkin = _own(tx, person, checkin_id)
    if checkin is None:
        return None
    if checkin.state in {"done", "expired"}:
        outbox.say(
            tx, person, f"checkin/{'already_done' if checkin.state == 'done' else 'expired'}"
        )
        return None
    form = form_of(tx, checkin)
    ids = {question.id for question in form.questions}
    if question_id not in ids:
        outbox.say(tx, person, "common/old_button")
        return None
    return form.question(question_id)


def answer(tx: Tx, person: Person, checkin_id: int, question_id: str, option_id: str) -> None:
    """Take a tapped answer; an earlier question's button corrects that answer."""
    question = _live(tx, person, checkin_id, question_id)
    if question is None:
        return
    if question.kind == "many" or question.option(option_id) is None:
        outbox.say(tx, person, "common/old_button")
        return
    _save(tx, person, tx.session.get_one(CheckIn, checkin_id), question, (option_id,))


def tick(tx: Tx, person: Person, checkin_id: int, question_id: str, option_id: str) -> None:
    """Tick one of several. Each tick is saved and read at once: a danger is not kept waiting."""
    question = _live(tx, person, checkin_id, question_id)
    if question is None:
        return
    if question.kind != "many" or question.option(option_id) is None:
        outbox.say(tx, person, "common/old_button")
        return
    checkin = tx.session.get_one(CheckIn, checkin_id)
    chosen = toggle(question, answers_of(tx, checkin).get(question_id, ()), option_id)
    _write(tx, person, checkin, question_id, chosen)
    checkin.question = question_id
    _show(tx, person, checkin)


def done(tx: Tx, person: Person, checkin_id: int, question_id: str) -> None:
    """Finish a tap-all-that-apply question."""
    question = _live(tx, person, checkin_id, question_id)
    if question is None:
        return
    checkin = tx.session.get_one(CheckIn, checkin_id)
    chosen = answers_of(tx, checkin).get(question_id, ())
    if not chosen:
        checkin.question = question_id
        _show(tx, person, checkin, problem="checkin/tick_one")
        return
    _save(tx, person, checkin, question, chosen)


def skip(tx: Tx, person: Person, checkin_id: int, question_id: str) -> None:
    """Leave a question out; it is kept as skipped, never as an answer."""
    question = _live(tx, person, checkin_id, question_id)
    if question is not None and question.skippable:
        _save(tx, person, tx.session.get_one(CheckIn, checkin_id), question, (SKIPPED,))


def back(tx: Tx, person: Person, checkin_id: int, question_id: str) -> None:
    """Go back one question; its answer stands until another is given."""
    question = _live(tx, person, checkin_id, question_id)
    if question is None:
        return
    checkin = tx.session.get_one(CheckIn, checkin_id)
    before = previous(form_of(tx, checkin), answers_of(tx, checkin), question_id)
    checkin.question = before.id if before else question_id
    _show(tx, person, checkin)


def on_text(tx: Tx, person: Person, checkin_id: int, text: str) -> None:
    """Take a typed answer to the present question."""
    checkin = tx.session.get_one(CheckIn, checkin_id)
    if checkin.state in {"done", "expired"} or checkin.question is None:
        outbox.say(tx, person, "checkin/expired")
        return
    question = form_of(tx, checkin).question(checkin.question)
    chosen = understand(question, text)
    if chosen is None:
        _show(tx, person, checkin, problem="checkin/not_understood")
        return
    words = text if question.kind == "text" else None
    _save(tx, person, checkin, question, chosen, words=words)


def _save(
    tx: Tx,
    person: Person,
    checkin: CheckIn,
    question: Question,
    chosen: tuple[str, ...],
    *,
    words: str | None = None,
) -> None:
    """Save an answer, read all answers for danger, and go on unless there is an emergency."""
    _write(tx, person, checkin, question.id, chosen, words=words)
    form = form_of(tx, checkin)
    _drop_orphans(tx, checkin, form)
    after = following(form, answers_of(tx, checkin), question.id)
    checkin.question = after.id if after else None
    stopped = _read(tx, person, checkin)
    if after is None:
        _finish(tx, person, checkin)
    elif not stopped:
        _show(tx, person, checkin)


def _write(
    tx: Tx,
    person: Person,
    checkin: CheckIn,
    question_id: str,
    chosen: tuple[str, ...],
    *,
    words: str | None = None,
) -> None:
    _supersede(tx, checkin, question_id)
    stored = ["text"] if words is not None else list(chosen)
    row = Answer(
        checkin_id=checkin.id,
        patient_id=person.id,
        key_owner=person.key_owner,
        question=question_id,
        options=stored,
        at=tx.now,
    )
    tx.vault.seal(row, words=words)
    tx.session.add(row)
    tx.session.flush()


def _supersede(tx: Tx, checkin: CheckIn, question_id: str) -> None:
    standing = select(Answer).where(
        Answer.checkin_id == checkin.id,
        Answer.question == question_id,
        Answer.superseded_at.is_(None),
    )
    for row in tx.session.scalars(standing):
        row.superseded_at = tx.now


def _drop_orphans(tx: Tx, checkin: CheckIn, form: Questionnaire) -> None:
    """A changed answer can leave follow-ups behind that are no longer asked."""
    answers = answers_of(tx, checkin)
    for question_id in set(answers) - set(still_asked(form, answers)):
        _supersede(tx, checkin, question_id)


def _read(tx: Tx, person: Person, checkin: CheckIn) -> bool:
    """Evaluate every rule on what is answered so far; return whether an emergency took over."""
    patient = tx.session.get_one(Patient, person.id)
    facts = facts_of(tx, patient, checkin=checkin)
    known = _known_rules(tx, checkin)
    new = [f for f in evaluate(tx.content.rules, facts) if f.rule_id not in known]
    if not new:
        return False
    top = findings.act(tx, person, patient, new, source=f"checkin:{checkin.id}"[:16], words=None)
    emergency = top is not None and top.tier is Tier.EMERGENCY
    if emergency and checkin.question is not None:
        words = tx.content.buttons(person.locale)
        outbox.say(
            tx,
            person,
            "checkin/paused",
            inline=[[words.button("checkin.start", checkin.id, label="checkin.go_on")]],
        )
    return emergency


def _known_rules(tx: Tx, checkin: CheckIn) -> set[str]:
    rows = select(FindingRow.rule_id).where(
        FindingRow.patient_id == checkin.patient_id, FindingRow.at >= checkin.opened_at
    )
    return set(tx.session.scalars(rows))


def _show(tx: Tx, person: Person, checkin: CheckIn, problem: str = "") -> None:
    data = {"checkin": checkin.id}
    dialogue = people_query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open:
        dialogue = dialogues.begin(tx, person, KIND, checkin.question or "", data)
    dialogues.move(tx, dialogue, checkin.question or "", data)
    checkin_screen.show(tx, person, dialogue, checkin, problem)


def _finish(tx: Tx, person: Person, checkin: CheckIn) -> None:
    checkin.state, checkin.done_at = "done", tx.now
    checkin_end.close(tx, person, checkin)


def expire_due(tx: Tx) -> int:
    """Let go of check-ins that the next one has overtaken; what was answered stays."""
    over = select(CheckIn).where(
        CheckIn.state.in_(("invited", "open")), CheckIn.expires_at <= tx.now
    )
    rows = list(tx.session.scalars(over.limit(BATCH).with_for_update(skip_locked=True)))
    for checkin in rows:
        checkin.state = "expired"
        dialogue = people_query.dialogue(tx.session, checkin.patient_id, KIND)
        if dialogue is not None and dialogue.open:
            dialogues.close(tx, dialogue)
    return len(rows)
