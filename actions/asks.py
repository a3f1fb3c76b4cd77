"""Asking when the reader is not sure: one question, and silence has a meaning."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from actions import alert_words, findings, outbox
from actions.tx import Tx
from care.messages import Kind
from care.textreader import Hit
from care.tiers import Tier
from store.models import Ask, Note, Patient, Person
from store.queries import people as query

PATIENCE: Final = timedelta(minutes=10)  # D7: said in the question itself
AGAIN: Final = timedelta(minutes=30)
EVERYBODY: Final = "everybody"  # about whom a caregiver wrote is not said: see actions/heed.py
MOST_ASKS: Final = 2
SAME_TAP: Final = timedelta(minutes=2)
BATCH: Final = 200


def put(tx: Tx, person: Person, patient: Patient | None, hit: Hit, note: Note | None) -> Ask:
    """Ask "did I understand right?" about one hit; an open ask of the label is asked again."""
    sign = tx.content.signs.of(hit.label)
    over = tx.now + (PATIENCE if sign.on_silence == "flag" else AGAIN)
    ask = Ask(
        person_id=person.id,
        patient_id=None if patient is None else patient.person_id,
        note_id=None if note is None else note.id,
        label=hit.label,
        tier=hit.tier.value,
        state="open",
        on_silence=sign.on_silence,
        asked_at=tx.now,
        # Writing more of the same must not push the moment away at which silence counts.
        expires_at=min([over, *_lapse_older(tx, person, hit.label)]),
    )
    tx.session.add(ask)
    tx.session.flush()
    _say(tx, person, patient, ask)
    return ask


def hold(tx: Tx, person: Person, patient: Patient, label: str, tier: Tier) -> None:
    """Start the clock of a question that a check-in is putting: silence on it has a meaning."""
    if _held(tx, person, label):
        return
    tx.session.add(
        Ask(
            person_id=person.id,
            patient_id=patient.person_id,
            label=label,
            tier=tier.value,
            state="open",
            on_silence=tx.content.signs.of(label).on_silence,
            asked_at=tx.now,
            expires_at=tx.now + PATIENCE,
            times=0,  # put by the check-in itself, not by a message of its own
        )
    )


def waiting(tx: Tx) -> list[int]:
    """Return the asks that were set for a time which has come."""
    come = select(Ask.id).where(Ask.state == "waiting", Ask.asked_at <= tx.now)
    return list(tx.session.scalars(come.order_by(Ask.asked_at).limit(BATCH)))


def begin(tx: Tx, ask_id: int) -> None:
    """Put a question whose time has come."""
    ask = tx.session.get_one(Ask, ask_id, with_for_update=True)
    if ask.state != "waiting":
        return
    person = tx.session.get_one(Person, ask.person_id)
    _lapse_older(tx, person, ask.label)
    ask.state, ask.expires_at = "open", tx.now + PATIENCE
    _say(tx, person, query.patient_of(tx.session, person), ask)


def settle(tx: Tx, person: Person, label: str) -> None:
    """The check-in's own question was answered: its clock stops. Other asks stay open."""
    for ask in _held(tx, person, label):
        ask.state, ask.answered_at = "answered", tx.now


def answered_by_deed(tx: Tx, person: Person, label: str) -> None:
    """What was asked about has been done or saved since: the open question is answered by it."""
    open_now = select(Ask).where(
        Ask.person_id == person.id, Ask.label == label, Ask.state == "open"
    )
    for ask in tx.session.scalars(open_now):
        ask.state, ask.answered_at = "answered", tx.now


def _held(tx: Tx, person: Person, label: str) -> list[Ask]:
    held = select(Ask).where(
        Ask.person_id == person.id, Ask.label == label, Ask.state == "open", Ask.times == 0
    )
    return list(tx.session.scalars(held))


def say_again(tx: Tx, person: Person, ask: Ask) -> None:
    """Put an open question again, with its patience counted anew."""
    ask.times += 1
    ask.expires_at = tx.now + (PATIENCE if ask.on_silence == "flag" else AGAIN)
    _say(tx, person, query.patient_of(tx.session, person), ask)


def _lapse_older(tx: Tx, person: Person, label: str) -> list[datetime]:
    """Replace open asks of a label; return when they would have run out."""
    older = select(Ask).where(
        Ask.person_id == person.id, Ask.label == label, Ask.state == "open", Ask.times > 0
    )
    asks = list(tx.session.scalars(older))
    for ask in asks:
        ask.state = "replaced"
    return [ask.expires_at for ask in asks if ask.expires_at is not None]


def _say(tx: Tx, person: Person, patient: Patient | None, ask: Ask) -> None:
    words = tx.content.buttons(person.locale)
    sign = tx.content.signs.of(ask.label)
    first = _first_told(tx, patient) if ask.on_silence == "flag" else ""
    outbox.say(
        tx,
        person,
        f"asks/{sign.ask}",
        kind=Kind.SAFETY,
        inline=[
            [words.button("ask.yes", ask.id), words.button("ask.no", ask.id)],
            [words.button("ask.talk", ask.id)],
        ],
        key=f"ask:{ask.id}:{ask.times}",
        first_told=first,
        **alert_words.safety_values(tx, person, patient),
    )


def _first_told(tx: Tx, patient: Patient | None) -> str:
    if patient is None:
        return ""
    links = query.caregivers(tx.session, patient.person_id)
    return tx.name_of(tx.session.get_one(Person, links[0].person_id)) if links else ""


def open_ask(tx: Tx, person: Person) -> Ask | None:
    """Return the newest question of this kind that somebody has not answered."""
    # `times` is 0 where a check-in puts the question itself: its own buttons answer that one.
    newest = select(Ask).where(Ask.person_id == person.id, Ask.state == "open", Ask.times > 0)
    return tx.session.scalars(newest.order_by(Ask.id.desc())).first()


def answered(tx: Tx, person: Person, ask_id: int, answer: str) -> Ask | None:
    """Take an answer: yes is a flag, "talk" tells a person, no is kept and believed.

    Returns the ask when the conversation may go on with the words that led to it.
    """
    ask = tx.session.get(Ask, ask_id)
    if ask is None or ask.person_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return None
    was_open = ask.state == "open"
    if ask.state == answer and ask.answered_at and tx.now - ask.answered_at < SAME_TAP:
        return None  # the same tap twice tells nobody twice
    ask.state, ask.answered_at = answer, tx.now
    if answer == "no":
        return _no(tx, person, ask, was_open=was_open)
    # A late yes is still a yes.
    _flag(tx, person, ask, source="ask")
    return None


def _no(tx: Tx, person: Person, ask: Ask, *, was_open: bool) -> Ask | None:
    patient = query.patient_of(tx.session, person)
    outbox.say(
        tx,
        person,
        "asks/thanks_no",
        kind=Kind.SAFETY,
        inline=[[tx.content.buttons(person.locale).button("help.open")]],
        **alert_words.safety_values(tx, person, patient),
    )
    return ask if was_open else None


def _flag(tx: Tx, person: Person, ask: Ask, *, source: str) -> None:
    patient = tx.session.get(Patient, ask.patient_id) if ask.patient_id else None
    note = tx.session.get(Note, ask.note_id) if ask.note_id else None
    words = tx.vault.read(note, "words") if note else None
    finding = findings.from_label(tx, ask.label, Tier(ask.tier), rule_id=f"{source}:{ask.label}")
    if patient is None:
        values = alert_words.safety_values(tx, person, None)
        outbox.say(tx, person, finding.say, kind=Kind.SAFETY, **values)
        return
    owner = tx.session.get_one(Person, patient.person_id)
    findings.act(tx, owner, patient, [finding], source=source, words=words)


def over(tx: Tx) -> list[int]:
    """Return the asks that nobody answered in time."""
    ended = select(Ask.id).where(
        Ask.state == "open", Ask.expires_at <= tx.now, Ask.on_silence != EVERYBODY
    )
    return list(tx.session.scalars(ended.order_by(Ask.expires_at).limit(BATCH)))


def run_out(tx: Tx, ask_id: int) -> None:
    """Nobody answered: silence is a flag for the worst, and asked once more otherwise."""
    ask = tx.session.get_one(Ask, ask_id, with_for_update=True)
    if ask.state != "open" or ask.expires_at is None or ask.expires_at > tx.now:
        return
    person = tx.session.get_one(Person, ask.person_id)
    if ask.on_silence == "flag":
        ask.state = "lapsed"
        _flag(tx, person, ask, source="no_answer")
    elif ask.times < MOST_ASKS:
        ask.times += 1
        ask.expires_at = tx.now + AGAIN
        _say(tx, person, query.patient_of(tx.session, person), ask)
    else:
        # Asked twice: a person should look. The tier stays what the words were read as.
        ask.state = "lapsed"
        if ask.tier != Tier.WATCH.value:
            _flag(tx, person, ask, source="no_answer")
