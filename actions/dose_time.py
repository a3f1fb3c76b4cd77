"""After "I took it at…": reading when a dose was taken."""

from actions import dialogues, dose_words, ledger, outbox
from actions.tx import Tx
from care.doses import resolve_said_time, taken_at_valid
from care.localtime import local
from store.models import Dialogue, Dose, Person
from store.queries import people as query

KIND = "dose_time"


def open_for(tx: Tx, person: Person, dose_id: int) -> None:
    """Ask when one of somebody's own doses was taken."""
    dose = ledger.own(tx, person, dose_id)
    if dose is not None:
        ask(tx, person, dose)


def ask(tx: Tx, person: Person, dose: Dose) -> None:
    """Ask when a dose was taken."""
    dialogues.begin(tx, person, KIND, "when", {"dose": dose.id})
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "doses/when",
        inline=[[words.button("dose.nevermind")]],
        **dose_words.one(tx, person, dose),
    )


def on_text(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Record the typed time; ask again when it is unclear, to come, or over a day ago."""
    dose = tx.session.get(Dose, int(dialogues.data_of(tx, dialogue)["dose"]))
    if dose is None or dose.patient_id != person.id:
        dialogues.close(tx, dialogue)
        outbox.say(tx, person, "common/old_button")
        return
    said = resolve_said_time(text, local(tx.now, person.zone or "UTC"))
    if said is None or not taken_at_valid(tx.now, said):
        outbox.say(tx, person, "doses/when_unclear", **dose_words.one(tx, person, dose))
        return
    dialogues.close(tx, dialogue)
    ledger.take(tx, person, dose, said)
    outbox.say(tx, person, "doses/thanks_taken", **dose_words.one(tx, person, dose))


def never_mind(tx: Tx, person: Person) -> None:
    """Stop asking for the time; the dose stays as it was."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is not None:
        dialogues.close(tx, dialogue)
    outbox.say(tx, person, "doses/never_mind")
