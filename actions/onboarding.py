"""Joining: one question a screen, every answer saved at once, resumable after days."""

from typing import Any, Final

from actions import (
    caregivers,
    dialogues,
    intake,
    intake_base,
    intake_person,
    onboarding_screen,
    outbox,
    plan_review,
    plans,
    profile,
    today,
)
from actions.plan_data import code_of, forget_plan
from actions.tx import Tx
from care.localtime import local_day
from care.questionnaire import (
    SKIPPED,
    Question,
    Questionnaire,
    first,
    following,
    toggle,
    understand,
)
from store.models import Dialogue, Patient, Person
from store.queries import people as query

KIND = "onboarding"
PLAN_QUESTIONS: Final = frozenset({"medicine", "doses", "more", "steps"})
"""What a plan that came as a file or a code answers by itself."""
ANSWERED: Final = (["yes"], ["not_yet"])
"""Answers to the read-back with which joining went on to its last questions."""
# Names and numbers stand in safety messages, which Telegram refuses beyond 4096 characters.
LONGEST_ANSWER: Final = 300
Data = dict[str, Any]


def _form(tx: Tx) -> Questionnaire:
    return tx.content.questionnaires["intake"]


def start(tx: Tx, person: Person) -> None:
    """Answer /start: begin, go on where it was left, or greet somebody who has joined."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    patient = query.patient_of(tx.session, person)
    if dialogue is not None and dialogue.open:
        dialogue.touched_at = tx.now
        outbox.say(tx, person, "onboarding/welcome_back", reply="remove")
        onboarding_screen.show(tx, person, dialogue, again=True)
    elif patient is not None and patient.state == "active":
        outbox.say(tx, person, "common/menu", **_menu_values(tx, person))
    else:
        begin(tx, person)


def begin(tx: Tx, person: Person) -> None:
    """Start joining from the first question."""
    dialogue = dialogues.begin(tx, person, KIND, first(_form(tx)).id, {"answers": {}})
    onboarding_screen.show(tx, person, dialogue)


def take_plan(tx: Tx, person: Person, plan: Data) -> None:
    """Take a plan that came as a file or a code while joining, or before it: joining begins.

    It answers the questions about medicines, doses and changes; the others are asked all the
    same, since the checks need them, and then the plan is read back.
    """
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open:
        dialogue = dialogues.begin(tx, person, KIND, first(_form(tx)).id, {"answers": {}})
    data = dialogues.data_of(tx, dialogue)
    step = dialogue.step
    if step in {*PLAN_QUESTIONS, "confirm"}:
        data.pop("pending", None)
    pending = {"pending": data["pending"]} if "pending" in data else {}
    forget_plan(data)
    data |= plan | pending | {"filed": True}
    if step in PLAN_QUESTIONS:
        after = _after(tx, data, step)
        step = after.id if after else step
    elif data["answers"].get("confirm") in ANSWERED:
        step = "confirm"
    dialogues.move(tx, dialogue, step, data)
    dialogue.screen_id = None
    if step == "confirm":
        plan_review.show(tx, person, data)
    else:
        outbox.say(tx, person, "plans/taken_up", code=code_of(data) is not None)
    onboarding_screen.show(tx, person, dialogue)


def _after(tx: Tx, data: Data, step: str) -> Question | None:
    """Return the question after `step`, passing those that a plan has answered."""
    found = following(_form(tx), data["answers"], step)
    while found is not None and data.get("filed") and found.id in PLAN_QUESTIONS:
        found = following(_form(tx), data["answers"], found.id)
    return found


def _menu_values(tx: Tx, person: Person) -> Data:
    return {"name": tx.name_of(person)}


def on_text(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Take a typed answer to the present question."""
    data = dialogues.data_of(tx, dialogue)
    question = _form(tx).question(dialogue.step)
    special = intake.SPECIAL.get(question.id)
    if special is not None:
        _settle(tx, person, dialogue, special.typed(tx, person, data, text), data)
        return
    answer = understand(question, text)
    if answer is None:
        onboarding_screen.show(tx, person, dialogue, "onboarding/not_understood")
        return
    if len(answer[0]) > LONGEST_ANSWER:
        onboarding_screen.show(tx, person, dialogue, "onboarding/too_long")
        return
    _take(tx, person, dialogue, data, answer)


def on_location(
    tx: Tx, person: Person, dialogue: Dialogue, latitude: float, longitude: float
) -> None:
    """Take a shared location as the answer to the time zone question; it is not kept."""
    data = dialogues.data_of(tx, dialogue)
    if dialogue.step != "zone":
        onboarding_screen.show(tx, person, dialogue, "onboarding/no_location_needed")
        return
    _settle(tx, person, dialogue, intake_person.located(data, latitude, longitude), data)


def pick(tx: Tx, person: Person, step: str, choice: str) -> None:
    """Take a tapped answer; a button of an earlier question only shows where we are."""
    dialogue = _current(tx, person, step)
    if dialogue is None:
        return
    data = dialogues.data_of(tx, dialogue)
    special = intake.SPECIAL.get(step)
    if special is not None:
        _settle(tx, person, dialogue, special.tapped(tx, person, data, choice), data)
        return
    if _form(tx).question(step).option(choice) is None:
        onboarding_screen.show(tx, person, dialogue)
        return
    _take(tx, person, dialogue, data, (choice,))


def tick(tx: Tx, person: Person, step: str, choice: str) -> None:
    """Tick or untick one of several answers."""
    dialogue = _current(tx, person, step)
    if dialogue is None:
        return
    data = dialogues.data_of(tx, dialogue)
    question = _form(tx).question(step)
    if question.option(choice) is not None:
        chosen = tuple(data["answers"].get(step, ()))
        data["answers"][step] = list(toggle(question, chosen, choice))
        dialogues.move(tx, dialogue, step, data)
    onboarding_screen.show(tx, person, dialogue)


def done(tx: Tx, person: Person, step: str) -> None:
    """Finish a tap-all-that-apply question; nothing ticked is not an answer."""
    dialogue = _current(tx, person, step)
    if dialogue is None:
        return
    data = dialogues.data_of(tx, dialogue)
    chosen = tuple(data["answers"].get(step, ()))
    if not chosen:
        onboarding_screen.show(tx, person, dialogue, "onboarding/tick_one")
        return
    _take(tx, person, dialogue, data, chosen)


def skip(tx: Tx, person: Person, step: str) -> None:
    """Leave a question out, where that is safe."""
    dialogue = _current(tx, person, step)
    if dialogue is None:
        return
    data = dialogues.data_of(tx, dialogue)
    if not _form(tx).question(step).skippable:
        onboarding_screen.show(tx, person, dialogue)
        return
    _take(tx, person, dialogue, data, (SKIPPED,))


def back(tx: Tx, person: Person, step: str) -> None:
    """Go back one question; what was answered stays until it is answered again."""
    dialogue = _current(tx, person, step)
    if dialogue is None:
        return
    data = dialogues.data_of(tx, dialogue)
    data.pop("pending", None)
    before = onboarding_screen.before(tx, data, step)
    if before is not None:
        dialogues.move(tx, dialogue, before.id, data)
    onboarding_screen.show(tx, person, dialogue)


def later(tx: Tx, person: Person) -> None:
    """Stop for now. Everything answered so far is kept."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open:
        outbox.say(tx, person, "common/old_button")
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "onboarding/later",
        reply="remove",
        inline=[[words.button("ob.resume")]],
        reminders=plans.in_force(tx, person.id) is not None,
    )


def resume(tx: Tx, person: Person) -> None:
    """Go on with joining where it was left."""
    start(tx, person)


def _current(tx: Tx, person: Person, step: str) -> Dialogue | None:
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open:
        outbox.say(tx, person, "common/old_button")
        return None
    dialogue.touched_at = tx.now
    if dialogue.step != step:
        tx.toast = tx.content.text("onboarding/toast_elsewhere", person.locale)
        onboarding_screen.show(tx, person, dialogue)
        return None
    return dialogue


def _settle(
    tx: Tx, person: Person, dialogue: Dialogue, result: intake_base.Result, data: Data
) -> None:
    """Act on what a special question made of an answer."""
    if result.ends:
        dialogues.close(tx, dialogue)
        outbox.say(tx, person, result.ends, reply="remove", **result.details)
        return
    dialogues.move(tx, dialogue, dialogue.step, data)
    if result.answer is None:
        onboarding_screen.show(tx, person, dialogue, result.problem, **result.details)
        return
    data.pop("pending", None)
    _take(tx, person, dialogue, data, (result.answer,), goto=result.goto)


def _take(
    tx: Tx,
    person: Person,
    dialogue: Dialogue,
    data: Data,
    answer: tuple[str, ...],
    *,
    goto: str = "",
) -> None:
    """Save an answer and go on to the next question, or finish."""
    data["answers"][dialogue.step] = list(answer)
    if dialogue.step == "zone" and data.pop("offered", None):
        outbox.say(tx, person, "onboarding/zone_kept", reply="remove")
    _keep(tx, person, dialogue.step, answer)
    if dialogue.step == "confirm" and answer[0] != "wrong":
        plans.adopt(tx, person, data)
        if data.get("only_plan"):
            dialogues.close(tx, dialogue)
            today.show_plan(tx, person)
            return
    if goto:
        data.pop("filed", None)
    after = _form(tx).question(goto) if goto else _after(tx, data, dialogue.step)
    if after is None:
        _finish(tx, person, dialogue)
        return
    if after.id == "confirm" and data.get("only_plan"):
        data["read_on"] = local_day(tx.now, person.zone or "UTC").isoformat()
    dialogues.move(tx, dialogue, after.id, data)
    if after.id == "confirm":
        plan_review.show(tx, person, data)
    onboarding_screen.show(tx, person, dialogue)


def _keep(tx: Tx, person: Person, step: str, answer: tuple[str, ...]) -> None:
    """Write a plain answer to the patient's intake record at once."""
    patient = query.patient_of(tx.session, person)
    if patient is None or step in intake.SPECIAL:
        return
    record = tx.json(patient, "intake")
    if answer == (SKIPPED,) or (answer == ("none",) and step != "risks"):
        record.pop(step, None)
    else:
        record[step] = list(answer) if step == "risks" else answer[0]
    tx.vault.seal_json(patient, "intake", record)


def _finish(tx: Tx, person: Person, dialogue: Dialogue) -> None:
    patient: Patient | None = query.patient_of(tx.session, person)
    dialogues.put_away(tx, person, dialogue)
    dialogues.close(tx, dialogue)
    if patient is None:
        outbox.say(tx, person, "common/sorry_start", reply="remove")
        return
    tx.audit("onboarded", person)
    profile.give_menu(tx, person)
    alone = not query.caregivers(tx.session, person.id)
    outbox.say(
        tx,
        person,
        "onboarding/finished",
        reply=caregivers.home_keyboard(tx, person),
        alone=alone and not caregivers.invited(tx, person.id),
        checkin_at=patient.checkin_at,
    )
