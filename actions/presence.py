"""Being there or not: blocked, unblocked, added to groups."""

from actions import outbox, people
from actions.tx import Tx
from care.messages import Kind
from store.models import Person
from store.queries import people as query


def blocked(tx: Tx, person: Person) -> None:
    """Somebody blocked the bot: remembered; what waits for them fails and climbs by itself."""
    people.mark_blocked(tx, person)
    for link in query.cared_for(tx.session, person.id):
        patient = tx.session.get_one(Person, link.patient_id)
        outbox.say(tx, patient, "caregivers/unreachable", kind=Kind.ALERT, name=tx.name_of(person))


def unblocked(tx: Tx, person: Person) -> None:
    """Somebody unblocked the bot: reachable again, and told so."""
    person.blocked_at = None
    outbox.say(tx, person, "common/unblocked")


def in_group(tx: Tx, person: Person, chat_id: int) -> None:
    """Added to a group or channel: say that Steady speaks in private only, and leave."""
    del person
    outbox.leave(tx, chat_id)


def noted(tx: Tx, person: Person, chat_id: int) -> None:
    """Removed from a group: nothing to do."""
    tx.audit("left_group", person, chat=bool(chat_id))
