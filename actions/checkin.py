"""The check-in: one message that changes in place, every answer saved and read at once."""

from typing import Any, Final

from sqlalchemy import select

from actions import asks, checkin_end, checkin_screen, dialogues, findings, invitations, outbox
from actions.facts import answers_of, facts_of
from actions.tx import Tx
from care.questionnaire import (
    SKIPPED,
    Question,
    Questionnaire,
    asked,
    first,
    following,
    previous,
    still_asked,
    toggle,
    understand,
)
from care.redflags import Finding, evaluate
from care.tiers import Tier
from store.models import Answer, CheckIn, FindingRow, OutboxRow, Patient, Person
from store.queries import people as people_query

KIND: Final = "checkin"
UNANSWERED: Final = "E08_unanswered"


def form_of(tx: Tx, checkin: CheckIn) -> Questionnaire:
    """Return the questionnaire of a check-in."""
    return tx.content.questionnaires[checkin.questionnaire]


def open_today(tx: Tx, person: Person) -> None:
    """Open today's check-in because the patient asked for it."""
    patient = people_query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        outbox.say(tx, person, "common/not_joined", **_start_button(tx, person))
        return
    start(tx, person, invitations.today_of(tx, person, patient).id)


def _start_button(tx: Tx, person: Person) -> dict[str, Any]:
    return {"inline": [[tx.content.buttons(person.locale).button("ob.resume")]]}


def bad_day(tx: Tx, person: Person) -> None:
    """Open the one-question check-in; the danger question is the one it keeps (D12)."""
    patient = people_query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        outbox.say(tx, person, "common/not_joined", **_start_button(tx, person))
        return
    start(tx, person, invitations.today_of(tx, person, patient, "bad_day").id)


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
    # A follow-up is gone once the answer that led to it was changed; its old button stays.
    live = asked(form_of(tx, checkin), answers_of(tx, checkin))
    question = next((one for one in live if one.id == question_id), None)
    if question is None:
        outbox.say(tx, person, "common/old_button")
    return question


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
    if question is None:
        return
    if not question.skippable:
        outbox.say(tx, person, "common/old_button")
        return
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
    found = [f for f in evaluate(tx.content.rules, facts) if f.rule_id not in known]
    new = _hold_unanswered(tx, person, patient, found)
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


def _hold_unanswered(
    tx: Tx, person: Person, patient: Patient, found: list[Finding]
) -> list[Finding]:
    """Give the question about suicide its ten minutes before silence on it is a flag (D7).

    "Yes" to thoughts asks at once whether there is a plan. The patient is there and answering;
    what would be an emergency unanswered waits for that one answer, with a clock running.
    """
    held = [finding for finding in found if finding.rule_id == UNANSWERED]
    if held:
        asks.hold(tx, person, patient, "suicide", Tier.EMERGENCY)
    else:
        asks.settle(tx, person, "suicide")
    return [finding for finding in found if finding.rule_id != UNANSWERED]


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
