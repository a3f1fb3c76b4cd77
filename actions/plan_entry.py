"""Entering a plan anew after joining: the same questions, the same read-back."""

from actions import dialogues, onboarding, onboarding_screen, outbox, plans
from actions.tx import Tx
from store.models import Person
from store.queries import people as query


def begin(tx: Tx, person: Person) -> None:
    """Ask for the medicines and times again; the plan in force stays until it is read back."""
    patient = query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        onboarding.start(tx, person)
        return
    data = {"answers": _answered(tx), "medicines": [], "only_plan": True}
    dialogue = dialogues.begin(tx, person, onboarding.KIND, "medicine", data)
    dialogue.screen_id = None
    onboarding_screen.show(tx, person, dialogue)


def begin_confirm(tx: Tx, person: Person) -> None:
    """Read the stated plan back once more, to be confirmed after the visit (D9)."""
    stated = plans.stated_data(tx, person.id)
    if stated is None:
        outbox.say(tx, person, "common/old_button")
        return
    data = {"answers": _answered(tx), "only_plan": True} | stated
    dialogue = dialogues.begin(tx, person, onboarding.KIND, "confirm", data)
    dialogue.screen_id = None
    onboarding_screen.show(tx, person, dialogue)


def _answered(tx: Tx) -> dict[str, list[str]]:
    # Language and consent count as answered; the other questions apply or not by themselves.
    del tx
    return {"language": ["en"], "consent": ["agree"]}
