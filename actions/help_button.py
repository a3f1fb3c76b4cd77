"""The help button and what follows it: the numbers at once, then one question."""

from actions import alert_words, escalate, findings, outbox, responses
from actions.tx import Tx
from care.messages import Kind
from care.tiers import Tier
from store.models import Alert, Person
from store.queries import people as query


def ask(tx: Tx, person: Person) -> None:
    """The answer "I need help now": the numbers at once, and one question with three choices."""
    patient = query.patient_of(tx.session, person)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "safety/help",
        kind=Kind.SAFETY,
        inline=[
            [words.button("help.body")],
            [words.button("help.mind")],
            [words.button("help.took")],
            [words.button("help.mistake")],
        ],
        **alert_words.safety_values(tx, person, patient),
    )


def now(tx: Tx, person: Person, what: str) -> None:
    """Help was asked for and confirmed: the fixed reply and the ladder, at once."""
    patient = query.patient_of(tx.session, person)
    finding = findings.from_label(tx, f"help_{what}", Tier.EMERGENCY, rule_id=f"help:{what}")
    if patient is None or patient.state == "left":
        values = alert_words.safety_values(tx, person, None)
        outbox.say(tx, person, finding.say, kind=Kind.SAFETY, **values)
        return
    findings.act(tx, person, patient, [finding], source="help", words=None)


def mistake(tx: Tx, person: Person) -> None:
    """The help button was tapped by mistake, before anything was sent."""
    outbox.say(tx, person, "safety/help_mistake")


def took_more_unwell(tx: Tx, person: Person) -> None:
    """After "I took more": sleepy or unwell is an emergency."""
    now(tx, person, "took")


def took_more_fine(tx: Tx, person: Person) -> None:
    """After "I took more": feeling as usual is believed, and what to watch for is said."""
    patient = query.patient_of(tx.session, person)
    outbox.say(
        tx, person, "safety/took_more_fine", **alert_words.safety_values(tx, person, patient)
    )


def called(tx: Tx, person: Person, alert_id: int) -> None:
    """The answer "I have called": kept, and told to those who know."""
    alert = tx.session.get(Alert, alert_id)
    if alert is None or alert.patient_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return
    escalate.note_event(tx, alert, "patient_called", person)
    responses.tell_told(tx, alert, "alerts/says_called")
    outbox.say(tx, person, "safety/called_thanks", **alert_words.for_patient(tx, alert))
