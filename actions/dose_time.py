"""After "I took it at…": reading when a dose was taken."""

from datetime import datetime, timedelta
from typing import Final

from actions import dialogues, dose_words, ledger, missed, outbox
from actions.tx import Tx
from care.doses import taken_at_valid
from care.localtime import local
from care.saidtime import resolve_on_day, resolve_said_time
from store.models import Dialogue, Dose, Person
from store.queries import people as query
from store.queries import plans as query_plans

KIND = "dose_time"
A_DAY: Final = timedelta(days=1)


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
    said = _said(tx, person, dose, text)
    if said is None:
        outbox.say(tx, person, "doses/when_unclear", **dose_words.one(tx, person, dose))
        return
    dialogues.close(tx, dialogue)
    before = missed.alarmed(tx, person)
    ledger.take(tx, person, dose, said)
    outbox.say(tx, person, "doses/thanks_taken", **dose_words.one(tx, person, dose))
    missed.reread(tx, person, before)


def _said(tx: Tx, person: Person, dose: Dose, text: str) -> datetime | None:
    """Read when a dose was taken: today's up to 24 hours back, an earlier one's on its own day."""
    here = local(tx.now, person.zone or "UTC")
    if dose.local_day >= here.date():
        said = resolve_said_time(text, here)
        return said if said is not None and taken_at_valid(tx.now, said) else None
    until = _counts_until(tx, dose)
    return resolve_on_day(text, dose.local_day, here, near=dose.due_at, until=until)


def _counts_until(tx: Tx, dose: Dose) -> datetime:
    """Until when an intake can belong to a dose: its next one's window has closed then."""
    following = query_plans.following_dose(tx.session, dose)
    return following.closes_at if following is not None else dose.due_at + A_DAY


def never_mind(tx: Tx, person: Person) -> None:
    """Stop asking for the time; the dose stays as it was."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is not None:
        dialogues.close(tx, dialogue)
    outbox.say(tx, person, "doses/never_mind")
