"""Entering a plan anew after joining: every way in ends in the same read-back."""

from typing import Any

from actions import (
    dialogues,
    onboarding,
    onboarding_screen,
    outbox,
    plan_review,
    plans,
    rule_questions,
)
from actions.tx import Tx
from care.localtime import local_day
from store.models import Person
from store.queries import people as query

Data = dict[str, Any]


def ways(tx: Tx, person: Person) -> None:
    """Say how a new plan can be given: typed, a file, a code, the prescriber's rule."""
    patient = query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        onboarding.start(tx, person)
        return
    words = tx.content.buttons(person.locale)
    rule = bool(rule_questions.eligible(tx, person))
    rows = [[words.button("plan.type")], *([[words.button("plan.rule")]] if rule else [])]
    outbox.say(tx, person, "plans/ways", inline=rows, rule=rule)


def begin(tx: Tx, person: Person) -> None:
    """Ask for the medicines and times again; the plan in force stays until it is read back."""
    patient = query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        onboarding.start(tx, person)
        return
    _open(tx, person, "medicine", {"medicines": []})


def begin_confirm(tx: Tx, person: Person) -> None:
    """Read the stated plan back once more, to be confirmed after the visit (D9)."""
    stated = plans.stated_data(tx, person.id)
    if stated is None:
        outbox.say(tx, person, "common/old_button")
        return
    review(tx, person, stated)


def review(tx: Tx, person: Person, data: Data) -> None:
    """Read a plan back, however it came in, and ask whether the prescriber agreed to exactly it.

    `data` is what `plan_data.plan_of_data` reads; `code` in it says that a prescriber made it.
    While joining it is read back once the other questions are answered.
    """
    joining = query.dialogue(tx.session, person.id, onboarding.KIND)
    if joining is not None and joining.open and not dialogues.data_of(tx, joining).get("only_plan"):
        onboarding.take_plan(tx, person, data)
        return
    _open(tx, person, "confirm", data)


def _open(tx: Tx, person: Person, step: str, data: Data) -> None:
    whole = {"answers": _answered(), "only_plan": True} | data
    dialogue = dialogues.begin(tx, person, onboarding.KIND, step, whole)
    dialogue.screen_id = None
    if step == "confirm":
        whole["read_on"] = local_day(tx.now, person.zone or "UTC").isoformat()
        dialogues.move(tx, dialogue, step, whole)
        plan_review.show(tx, person, whole)
    onboarding_screen.show(tx, person, dialogue)


def _answered() -> dict[str, list[str]]:
    # Language and consent count as answered; the other questions apply or not by themselves.
    return {"language": ["en"], "consent": ["agree"]}
