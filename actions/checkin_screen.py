"""The screen of a check-in: question, progress, answers, Back, Skip, help."""

from actions import dialogues
from actions.facts import answers_of
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.questionnaire import Question, first, progress
from store.models import CheckIn, Dialogue, Person
from store.queries import people as query


def show(tx: Tx, person: Person, dialogue: Dialogue, checkin: CheckIn, problem: str = "") -> None:
    """Show the present question in the one message of this check-in."""
    form = tx.content.questionnaires[checkin.questionnaire]
    question = form.question(checkin.question or first(form).id)
    answers = answers_of(tx, checkin)
    at, of = progress(form, answers, question.id)
    chosen = answers.get(question.id, ())
    dialogues.screen(
        tx,
        person,
        dialogue,
        "checkin/question",
        inline=[
            *_options(tx, person, checkin, question, chosen),
            *_navigation(tx, person, checkin, question, at),
        ],
        text=question.text,
        intro=form.intro if at == 1 else "",
        at=at,
        of=of,
        many=question.kind == "many",
        typed=question.kind in {"text", "number"},
        chosen=[o.label for o in question.options if o.id in chosen],
        first_told=_first_told(tx, person) if question.id == "thoughts_now" else "",
        problem=tx.content.text(problem, person.locale) if problem else "",
    )


def _first_told(tx: Tx, person: Person) -> str:
    """Who is told when the question about suicide stays unanswered: said before it counts (D7)."""
    links = query.caregivers(tx.session, person.id)
    return tx.name_of(tx.session.get_one(Person, links[0].person_id)) if links else ""


def _options(
    tx: Tx, person: Person, checkin: CheckIn, question: Question, chosen: tuple[str, ...]
) -> Keyboard:
    words = tx.content.buttons(person.locale)
    many = question.kind == "many"
    verb = "ci.tick" if many else "ci.pick"
    buttons = [
        words.saying(
            ("[x] " if many and option.id in chosen else "") + option.label,
            verb,
            checkin.id,
            question.id,
            option.id,
        )
        for option in question.options
    ]
    short = not many and all(len(option.label) <= 10 for option in question.options)  # noqa: PLR2004 (fits three to a row on a phone)
    width = 3 if short else 1
    rows = [buttons[start : start + width] for start in range(0, len(buttons), width)]
    if many:
        rows.append([words.button("ci.done", checkin.id, question.id)])
    return rows


def _navigation(tx: Tx, person: Person, checkin: CheckIn, question: Question, at: int) -> Keyboard:
    words = tx.content.buttons(person.locale)
    row = [words.button("ci.back", checkin.id, question.id)] if at > 1 else []
    if question.skippable:
        row.append(words.button("ci.skip", checkin.id, question.id))
    return [*([row] if row else []), [words.button("help.open")]]
