"""The guided builder: a prescriber's rule is entered, dates and amounts are worked out from it.

For benzodiazepines and Z-drugs only. Steady never chooses the rule; what comes out is read back
and confirmed like every other plan.
"""

from typing import Any, Final

from actions import dialogues, outbox, plan_entry, plans, rule_questions
from actions.intake_base import Data, Result
from actions.plan_data import data_of_plan, details_of
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.plan import Plan
from care.planrule import Rule, RuleCode, RuleError, RuleStep, rule_steps
from care.typed import plain
from care.typedproducts import read_products
from store.models import Dialogue, Person
from store.queries import people as query

KIND: Final = "plan_rule"
LEAVES: Final = frozenset({"never mind", "nevermind", "cancel"})
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "order": ("order", "alike"),
    "join": ("join", "joined"),
    "products": ("products", "too_small"),
}
"""What an answer leaves in the data, where that is more than its own name."""
ASKED_AGAIN: Final = {
    RuleCode.CANNOT_MAKE: "products",
    RuleCode.NO_PRODUCTS: "products",
    RuleCode.TOO_COARSE: "products",
    RuleCode.BAD_ORDER: "order",
    RuleCode.NOT_LOWER: "text",
    RuleCode.NEVER_ENDS: "text",
    RuleCode.TOO_MANY_STEPS: "text",
}
"""Which question a rule that cannot be carried out goes back to."""


def possible(tx: Tx, person: Person) -> bool:
    """Whether somebody takes a medicine for which a rule may be entered."""
    return bool(rule_questions.eligible(tx, person))


def begin(tx: Tx, person: Person) -> None:
    """Ask for the prescriber's rule; the plan in force stays until the new one is confirmed."""
    drugs = rule_questions.eligible(tx, person)
    if not drugs:
        outbox.say(tx, person, "plans/rule_none")
        return
    data: Data = {"done": []} | ({"medicine": drugs[0]} if len(drugs) == 1 else {})
    dialogue = dialogues.begin(tx, person, KIND, "whose", data)
    dialogue.screen_id = None
    _go_on(tx, person, dialogue, data)


def on_text(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Take a typed answer to the present question, "back" or "never mind"."""
    word = plain(text)
    if word in LEAVES:
        leave(tx, person)
    elif word == "back":
        back(tx, person, dialogue.step)
    else:
        data = dialogues.data_of(tx, dialogue)
        question = rule_questions.QUESTIONS[dialogue.step]
        _settle(tx, person, dialogue, question.typed(tx, person, data, text), data)


def pick(tx: Tx, person: Person, step: str, choice: str) -> None:
    """Take a tapped answer; a button of an earlier question only shows where we are."""
    dialogue = _current(tx, person, step)
    if dialogue is not None:
        data = dialogues.data_of(tx, dialogue)
        question = rule_questions.QUESTIONS[step]
        _settle(tx, person, dialogue, question.tapped(tx, person, data, choice), data)


def back(tx: Tx, person: Person, step: str) -> None:
    """Go back one question and take its answer back."""
    dialogue = _current(tx, person, step)
    if dialogue is None:
        return
    data = dialogues.data_of(tx, dialogue)
    _forget(data, step)
    if data["done"]:
        before = data["done"].pop()
        _forget(data, before)
        dialogues.move(tx, dialogue, before, data)
    show(tx, person, dialogue)


def leave(tx: Tx, person: Person) -> None:
    """Stop entering a rule; the plan stays as it was."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open:
        outbox.say(tx, person, "common/old_button")
        return
    dialogues.put_away(tx, person, dialogue)
    dialogues.close(tx, dialogue)
    outbox.say(tx, person, "plans/rule_left")


def show(tx: Tx, person: Person, dialogue: Dialogue, problem: str = "", **details: object) -> None:
    """Show the present question; `problem` names the text that says why it is asked again."""
    data = dialogues.data_of(tx, dialogue)
    question = rule_questions.QUESTIONS[dialogue.step]
    said = tx.content.text(problem, person.locale, **details) if problem else ""
    dialogues.screen(
        tx,
        person,
        dialogue,
        f"plans/rule_{dialogue.step}",
        inline=[*question.buttons(tx, person, data), *_navigation(tx, person, dialogue, data)],
        problem=said,
        **question.values(tx, person, data),
    )


def _navigation(tx: Tx, person: Person, dialogue: Dialogue, data: Data) -> Keyboard:
    words = tx.content.buttons(person.locale)
    ways = [words.button("rule.leave")]
    if data["done"]:
        ways.insert(0, words.button("rule.back", dialogue.step))
    return [ways, [words.button("help.open")]]


def _current(tx: Tx, person: Person, step: str) -> Dialogue | None:
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open:
        outbox.say(tx, person, "common/old_button")
        return None
    dialogue.touched_at = tx.now
    if dialogue.step != step:
        tx.toast = tx.content.text("onboarding/toast_elsewhere", person.locale)
        show(tx, person, dialogue)
        return None
    return dialogue


def _forget(data: Data, step: str) -> None:
    for key in KEYS.get(step, (step,)):
        data.pop(key, None)


def _settle(tx: Tx, person: Person, dialogue: Dialogue, result: Result, data: Data) -> None:
    """Act on what a question made of an answer."""
    if result.ends:
        dialogues.put_away(tx, person, dialogue)
        dialogues.close(tx, dialogue)
        outbox.say(tx, person, result.ends, **result.details)
        return
    if result.goto:
        _forget(data, result.goto)
        data["done"] = [one for one in data["done"] if one != result.goto]
    dialogues.move(tx, dialogue, result.goto or dialogue.step, data)
    if result.answer is None:
        show(tx, person, dialogue, result.problem, **result.details)
        return
    data["done"] = [*(one for one in data["done"] if one != dialogue.step), dialogue.step]
    _go_on(tx, person, dialogue, data)


def _go_on(tx: Tx, person: Person, dialogue: Dialogue, data: Data) -> None:
    """Ask the next question, or work the plan out."""
    step = next(rule_questions.open_questions(tx, person, data), None)
    if step is None:
        _work_out(tx, person, dialogue, data)
        return
    dialogues.move(tx, dialogue, step, data)
    show(tx, person, dialogue)


def _work_out(tx: Tx, person: Person, dialogue: Dialogue, data: Data) -> None:
    try:
        steps = _steps(tx, person, data)
    except RuleError as error:
        _ask_again(tx, person, dialogue, data, error)
        return
    dialogues.put_away(tx, person, dialogue)
    dialogues.close(tx, dialogue)
    finish(tx, person, _plan_data(tx, person, data, steps))


def _steps(tx: Tx, person: Person, data: Data) -> tuple[RuleStep, ...]:
    drug = tx.content.drugs[data["medicine"]]
    rule = Rule(
        rule_questions.phases_of(data),
        rule_questions.first_day(data),
        rule_questions.order_of(data),
        data.get("joined", 1),
    )
    products = read_products(data["products"], drug.id, names=drug.names)
    now = rule_questions.present(tx, person, drug.id)
    return rule_steps(rule, now, products, drug_class=drug.cls)


def _ask_again(tx: Tx, person: Person, dialogue: Dialogue, data: Data, error: RuleError) -> None:
    if error.code is RuleCode.TOO_COARSE and "joined" not in data:
        data["too_small"] = True
        step = "join"
    else:
        step = ASKED_AGAIN.get(RuleCode(error.code), "")
    if not step:
        dialogues.close(tx, dialogue)
        outbox.say(tx, person, "plans/rule_none")
        return
    _forget(data, step)
    data["done"] = [one for one in data["done"] if one != step]
    dialogues.move(tx, dialogue, step, data)
    again = rule_questions.asked_again(error)
    show(tx, person, dialogue, again.problem, **again.details)


def _plan_data(tx: Tx, person: Person, data: Data, steps: tuple[RuleStep, ...]) -> dict[str, Any]:
    """Return the whole plan: other medicines as they were, this one by the rule."""
    drug = tx.content.drugs[data["medicine"]]
    found = plans.in_force(tx, person.id)
    before = plans.going_on(tx, found[0]) if found else data_of_plan(Plan(()))
    now = Plan((rule_questions.present(tx, person, drug.id),))
    have = Plan((), (), read_products(data["products"], drug.id, names=drug.names))
    computed = [
        {
            "on": step.starts.isoformat(),
            "drug": drug.id,
            "doses": [[wall.isoformat(), str(mg)] for wall, mg in step.doses],
        }
        for step in steps
    ]
    return {
        "medicines": [*data_of_plan(now)["medicines"], *_others(before["medicines"], drug.id)],
        "steps": sorted(
            [*_others(before["steps"], drug.id), *computed], key=lambda step: str(step["on"])
        ),
        "products": [*details_of(have)["products"], *_others(before["products"], drug.id)],
        "as_needed": before["as_needed"],
    }


def _others(rows: list[Data], drug: str) -> list[Data]:
    return [row for row in rows if row["drug"] != drug]


def finish(tx: Tx, person: Person, data: Data) -> None:
    """Hand the plan over to be read back and confirmed."""
    plan_entry.review(tx, person, data)
