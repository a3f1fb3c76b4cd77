"""Every text is read before anything else happens to it; what was read is acted on here."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from actions import alert_words, asks, escalate, findings, outbox
from actions.inbound import Inbound
from actions.tx import Tx
from care.messages import Kind
from care.textreader import Outcome, Reading
from care.tiers import Tier
from store.models import Ask, CareLink, Note, Patient, Person
from store.queries import people as query

NAME_WITHIN: Final = timedelta(minutes=3)


def heed(tx: Tx, person: Person, inbound: Inbound) -> bool:
    """Keep what somebody wrote and act on its reading; return whether that took the update over.

    A flag of an emergency and an ask take over. An urgent flag is answered, and the words then
    still reach the question that was open.
    """
    if inbound.reading is None:
        return False
    patient = query.patient_of(tx.session, person)
    note = _keep(tx, person, patient, inbound, inbound.reading)
    if inbound.reading.outcome is Outcome.CLEAR:
        return False
    if patient is not None and patient.state != "left":
        return _own(tx, person, patient, inbound, note)
    links = query.cared_for(tx.session, person.id)
    if links:
        return _about_others(tx, person, links, inbound, note)
    return _stranger(tx, person, inbound.reading, note)


def _keep(
    tx: Tx, person: Person, patient: Patient | None, inbound: Inbound, reading: Reading
) -> Note:
    note = Note(
        person_id=person.id,
        patient_id=None if patient is None else patient.person_id,
        key_owner=person.key_owner,
        inbox_seq=inbound.seq,
        kind="edit" if inbound.kind == "edited_message" else "text",
        outcome=reading.outcome.value,
        tier=reading.tier.value,
        labels=list(reading.labels),
        reader_version=reading.lexicon_version[:32],
        at=tx.now,
    )
    tx.vault.seal(note, words=inbound.text, because=reading.because)
    tx.session.add(note)
    tx.session.flush()
    return note


def _own(tx: Tx, person: Person, patient: Patient, inbound: Inbound, note: Note) -> bool:
    reading = inbound.reading
    if reading is None:
        return False
    if reading.flagged:
        found = findings.from_hits(tx, reading.flagged, reading.lexicon_version)
        top = findings.act(tx, person, patient, found, source="text", words=inbound.text)
        if top is not None and top.tier is Tier.EMERGENCY:
            return True
    if reading.asks:
        asks.put(tx, person, patient, max(reading.asks, key=lambda hit: hit.tier.rank), note)
        return True
    return False


def _about_others(
    tx: Tx, person: Person, links: list[CareLink], inbound: Inbound, note: Note
) -> bool:
    """A caregiver's words are read as the patient's would be, and answered with first aid (U22)."""
    reading = inbound.reading
    if reading is None:
        return False
    if len(links) > 1:
        _ask_who(tx, person, links, note)
        return True
    about(tx, person, links[0].patient_id, note)
    return True


def _ask_who(tx: Tx, person: Person, links: list[CareLink], note: Note) -> None:
    words = tx.content.buttons(person.locale)
    rows = [
        [
            words.saying(
                tx.name_of(tx.session.get_one(Person, link.patient_id)),
                "about.who",
                note.id,
                link.patient_id,
            )
        ]
        for link in links
    ]
    values = alert_words.safety_values(tx, person, None)
    outbox.say(tx, person, "caregivers/about_whom", kind=Kind.SAFETY, inline=rows, **values)
    tx.session.add(
        Ask(
            person_id=person.id,
            note_id=note.id,
            label=note.labels[0] if note.labels else "unreadable",
            tier=note.tier,
            state="open",
            on_silence=asks.EVERYBODY,
            asked_at=tx.now,
            expires_at=tx.now + NAME_WITHIN,
            times=0,
        )
    )


def unnamed(tx: Tx) -> list[int]:
    """Return the words of caregivers of several that nobody put a name to in time."""
    over = select(Ask.id).where(
        Ask.state == "open", Ask.on_silence == asks.EVERYBODY, Ask.expires_at <= tx.now
    )
    return list(tx.session.scalars(over))


def for_everybody(tx: Tx, ask_id: int) -> None:
    """No name came: somebody is in danger, so each patient's people are asked to look."""
    ask = tx.session.get_one(Ask, ask_id, with_for_update=True)
    note = tx.session.get(Note, ask.note_id) if ask.note_id else None
    if ask.state != "open" or note is None:
        return
    ask.state = "lapsed"
    person = tx.session.get_one(Person, ask.person_id)
    for link in query.cared_for(tx.session, person.id):
        about(tx, person, link.patient_id, note)


def named(tx: Tx, note: Note) -> None:
    """A name came: the clock of these words stops."""
    waiting = select(Ask).where(Ask.note_id == note.id, Ask.on_silence == asks.EVERYBODY)
    for ask in tx.session.scalars(waiting):
        ask.state, ask.answered_at = "answered", tx.now


def about(tx: Tx, person: Person, patient_id: int, note: Note) -> None:
    """Act on a caregiver's words about one patient: first aid to the writer, alert to the rest."""
    patient = tx.session.get_one(Patient, patient_id)
    label = note.labels[0] if note.labels else "unreadable"
    tier = Tier(note.tier) if note.tier != Tier.NONE.value else Tier.URGENT
    finding = findings.from_label(tx, label, tier, rule_id=f"caregiver:{label}")
    words = tx.vault.read(note, "words")
    alert = escalate.open_alert(tx, patient, finding, words, author=person.id)
    findings.keep(tx, patient, [finding], source="caregiver", words=words, alert=alert)
    outbox.say(
        tx,
        person,
        "alerts/first_aid",
        kind=Kind.SAFETY,
        inline=[[tx.content.buttons(person.locale).button("alert.ack", alert.id)]],
        about=outbox.About(alert.key_owner),
        **alert_words.for_caregiver(tx, alert, person),
    )
    # The writer knows already; the mark lets them press "I'm on it" all the same.
    escalate.note_event(tx, alert, "reported", person)


def _stranger(tx: Tx, person: Person, reading: Reading, note: Note) -> bool:
    """Somebody unregistered in danger gets the numbers at once; nobody else can be told."""
    values = alert_words.safety_values(tx, person, None)
    hit = max(reading.flagged or reading.asks, key=lambda one: one.tier.rank)
    sign = tx.content.signs.of(hit.label)
    if reading.flagged:
        outbox.say(tx, person, sign.say, kind=Kind.SAFETY, **values)
        return hit.tier is Tier.EMERGENCY
    asks.put(tx, person, None, hit, note)
    return True
