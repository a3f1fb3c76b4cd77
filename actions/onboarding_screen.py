"""The screen of joining: the question, its choices, Back, Skip, Finish later, help."""

from typing import Any, Final

from actions import (
    dialogues,
    intake,
    intake_person,
    outbox,
)
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.questionnaire import Question, previous, progress
from store.models import Dialogue, Person

Data = dict[str, Any]
PLAN_BEGINS: Final = "medicine"


def show(
    tx: Tx,
    person: Person,
    dialogue: Dialogue,
    problem: str = "",
    *,
    again: bool = False,
    **details: object,
) -> None:
    """Show the present question; `problem` names the text that says why it is asked again."""
    if again:
        dialogue.screen_id = None
    data = dialogues.data_of(tx, dialogue)
    question = tx.content.questionnaires["intake"].question(dialogue.step)
    at, of = progress(tx.content.questionnaires["intake"], data["answers"], question.id)
    template = f"onboarding/{question.id}"
    known = tx.content.renderer.has(template, person.locale)
    special = intake.SPECIAL.get(question.id)
    values = special.values(tx, person, data) if special else {}
    rows = special.buttons(tx, person, data) if special else _options(tx, question, data)
    dialogues.screen(
        tx,
        person,
        dialogue,
        template if known else "onboarding/question",
        inline=[*rows, *_navigation(tx, person, data, question, at)],
        text=question.text,
        at=at,
        of=0 if data.get("only_plan") else of,
        problem=_problem(tx, person, problem, details),
        **values,
    )
    _offer_location(tx, person, dialogue, data)


def before(tx: Tx, data: Data, step: str) -> Question | None:
    """Return the question that Back leads to; None where there is nothing to go back to.

    What was agreed to is not asked again, and a plan entered anew begins with its medicines.
    """
    if data.get("only_plan") and step == PLAN_BEGINS:
        return None
    found = previous(tx.content.questionnaires["intake"], data["answers"], step)
    return None if found is None or found.id in {"language", "consent"} else found


def _offer_location(tx: Tx, person: Person, dialogue: Dialogue, data: Data) -> None:
    """Offer to share the place, once; a message cannot hold both kinds of buttons."""
    if (
        dialogue.step != "zone"
        or data.get("offered")
        or intake_person.has_candidate(tx, person, data)
    ):
        return
    data["offered"] = True
    dialogues.move(tx, dialogue, dialogue.step, data)
    label = tx.content.buttons(person.locale).text("ob.share_location")
    rows = [[{"text": label, "request": "location"}]]
    outbox.say(tx, person, "onboarding/share_location", reply={"rows": rows})


def _problem(tx: Tx, person: Person, problem: str, details: dict[str, object]) -> str:
    if not problem:
        return ""
    return tx.content.text(problem, person.locale, **details)


def _options(tx: Tx, question: Question, data: Data) -> Keyboard:
    words = tx.content.buttons("en")
    chosen = data["answers"].get(question.id, ())
    many = question.kind == "many"
    verb = "ob.toggle" if many else "ob.pick"
    rows = [
        [
            words.saying(
                ("[x] " if many and option.id in chosen else "") + option.label,
                verb,
                question.id,
                option.id,
            )
        ]
        for option in question.options
    ]
    if many:
        rows.append([words.button("ob.done", question.id)])
    return rows


def _navigation(tx: Tx, person: Person, data: Data, question: Question, at: int) -> Keyboard:
    words = tx.content.buttons(person.locale)
    row = []
    if before(tx, data, question.id) is not None:
        row.append(words.button("ob.back", question.id))
    if question.skippable:
        row.append(words.button("ob.skip", question.id))
    if at > 2:  # noqa: PLR2004 (language and consent come before anything can be kept)
        row.append(words.button("ob.later"))
    return [row, [words.button("help.open")]] if row else [[words.button("help.open")]]
