"""Where typed words go: a home button, an open question, or a kind answer. Never silence."""

from collections.abc import Callable
from typing import Final

from actions import (
    alert_words,
    as_needed,
    asks,
    caregivers,
    checkin,
    dialogues,
    dose_time,
    findings,
    heed,
    help_button,
    lessons,
    missed,
    onboarding,
    onboarding_screen,
    outbox,
    pause,
    plan_builder,
    supply,
    supply_entry,
    supply_screen,
    today,
    travel,
    travel_clock,
)
from actions.tx import Tx
from care.messages import Kind
from care.tiers import Tier
from store.models import Dialogue, Note, Person
from store.queries import people as query

HOME = {
    "home.checkin": checkin.open_today,
    "home.today": today.show,
    "home.plan": today.show_plan,
    "home.learn": lessons.show_menu,
    "home.people": caregivers.show_people,
    "home.caring": caregivers.show_caring,
}
NOTE = "note"
CRY = frozenset({"help", "help me", "sos", "please help", "i need help"})


def on_text(tx: Tx, person: Person, text: str) -> None:
    """Answer words that carried no danger: home button, yes or no to an ask, open question."""
    if text.strip().casefold().rstrip("!.") in CRY:
        help_button.ask(tx, person)
        return
    home = _home_button(tx, person, text)
    if home == "home.help" or (home is not None and not _joining(tx, person)):
        HOME.get(home, help_button.ask)(tx, person)
        return
    ask = asks.open_ask(tx, person)
    word = text.strip().casefold().rstrip(".!")
    if ask is not None and word in {"yes", "y", "yeah", "no", "n", "nope"}:
        answer_ask(tx, person, ask.id, "yes" if word.startswith("y") else "no")
        return
    dialogue = query.open_dialogue(tx.session, person.id)
    foreign = tx.reading is not None and not tx.reading.supported
    if foreign and (dialogue is None or dialogue.kind in {checkin.KIND, NOTE}):
        _cannot_read(tx, person)
    if dialogue is not None:
        _to_dialogue(tx, person, dialogue, text)
    elif not foreign:
        _nothing_open(tx, person)


def _cannot_read(tx: Tx, person: Person) -> None:
    """Words in a language the reader does not know: say so; they are never called harmless."""
    patient = query.patient_of(tx.session, person)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "common/unsupported_language",
        inline=[[words.button("help.open")]],
        **alert_words.safety_values(tx, person, patient),
    )


def _home_button(tx: Tx, person: Person, text: str) -> str | None:
    words = tx.content.buttons(person.locale)
    plain = text.strip().casefold()
    return next(
        (label for label in ("home.help", *HOME) if words.text(label).casefold() == plain), None
    )


def _joining(tx: Tx, person: Person) -> bool:
    # The home buttons come when joining ends; until then "today" is an answer to its questions.
    dialogue = query.open_dialogue(tx.session, person.id)
    return dialogue is not None and dialogue.kind == onboarding.KIND


def _to_dialogue(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    DIALOGUES.get(dialogue.kind, _not_asked)(tx, person, dialogue, text)


def _not_asked(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    del dialogue, text
    _nothing_open(tx, person)


def _to_checkin(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    checkin.on_text(tx, person, int(dialogues.data_of(tx, dialogue)["checkin"]), text)


def _to_invitation(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    asks_name = dialogue.step == "name"
    (caregivers.on_invite_text if asks_name else _not_asked)(tx, person, dialogue, text)


def _to_supply(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    counts = dialogue.step in supply_entry.STEPS
    (supply_entry.on_text if counts else supply_screen.typed_date)(tx, person, dialogue, text)


def _to_note(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    del text
    dialogues.close(tx, dialogue)
    outbox.say(tx, person, "common/note_kept")


DIALOGUES: Final[dict[str, Callable[[Tx, Person, Dialogue, str], None]]] = {
    onboarding.KIND: onboarding.on_text,
    checkin.KIND: _to_checkin,
    dose_time.KIND: dose_time.on_text,
    plan_builder.KIND: plan_builder.on_text,
    as_needed.KIND: as_needed.on_text,
    supply_entry.KIND: _to_supply,
    travel_clock.KIND: travel.on_text,
    pause.KIND: pause.on_text,
    "invite": _to_invitation,
    NOTE: _to_note,
}
"""Who takes typed words, by the kind of the question that is open."""


def _answers_question(tx: Tx, person: Person) -> bool:
    """Answer a question that carried no danger: about a dose, a substance, or a danger sign."""
    asked = tx.reading.informs if tx.reading else ()
    if not asked:
        return False
    label = asked[0].label
    patient = query.patient_of(tx.session, person)
    words = tx.content.buttons(person.locale)
    known = label in {"dose_question", "substance_question"}
    rows = [] if known else [[words.button("happening", label)]]
    if label == "substance_question":
        rows = [[words.button("learn.read", "mixing", label="learn.mixing")]]
    outbox.say(
        tx,
        person,
        f"common/{label}" if known else "common/danger_question",
        inline=[*rows, [words.button("help.open")]],
        **alert_words.safety_values(tx, person, patient),
    )
    return True


def happening(tx: Tx, person: Person, label: str) -> None:
    """After a question about a danger sign: "it is happening now" is a flag."""
    patient = query.patient_of(tx.session, person)
    if label not in tx.content.signs.labels:
        outbox.say(tx, person, "common/old_button")
        return
    finding = findings.from_label(tx, label, Tier.EMERGENCY, rule_id=f"happening:{label}")
    if patient is None or patient.state == "left":
        values = alert_words.safety_values(tx, person, None)
        outbox.say(tx, person, finding.say, kind=Kind.SAFETY, **values)
        return
    findings.act(tx, person, patient, [finding], source="text", words=None)


def _nothing_open(tx: Tx, person: Person) -> None:
    """Nothing was asked: the words are kept, and the answer says what can be done."""
    if _answers_question(tx, person):
        return
    patient = query.patient_of(tx.session, person)
    words = tx.content.buttons(person.locale)
    cares = bool(query.cared_for(tx.session, person.id))
    joined = patient is not None and patient.state == "active"
    rows = [[words.button("help.open")]]
    if joined:
        rows.insert(0, [words.button("checkin.open")])
    elif not cares:
        rows.insert(0, [words.button("ob.resume")])
    outbox.say(
        tx,
        person,
        "common/kept" if joined else "common/hello",
        inline=rows,
        cares=cares,
        **alert_words.safety_values(tx, person, patient),
    )


def show_open(tx: Tx, person: Person) -> None:
    """Show the open question again, as a new message."""
    dialogue = query.open_dialogue(tx.session, person.id)
    if dialogue is None:
        missed.ask_pending(tx, person)
        outbox.say(tx, person, "common/nothing_open")
        return
    tx.typed = True
    if dialogue.kind == onboarding.KIND:
        onboarding_screen.show(tx, person, dialogue, again=True)
    elif dialogue.kind == checkin.KIND:
        checkin.start(tx, person, int(dialogues.data_of(tx, dialogue)["checkin"]))
    elif dialogue.kind == plan_builder.KIND:
        plan_builder.show(tx, person, dialogue)
    else:
        outbox.say(tx, person, "common/nothing_open")


def on_edited(tx: Tx, person: Person) -> None:
    """An edited message was read again; say so."""
    outbox.say(tx, person, "common/edit_read")


def on_other(tx: Tx, person: Person, what: str) -> None:
    """A sticker, photo, voice message or the like: say kindly what Steady can take."""
    patient = query.patient_of(tx.session, person)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "common/cannot_read",
        inline=[[words.button("help.open")]],
        what=what,
        **alert_words.safety_values(tx, person, patient),
    )


def on_location(tx: Tx, person: Person, latitude: float, longitude: float) -> None:
    """A shared location says where somebody is: at joining, or on a journey. It is not kept."""
    dialogue = query.open_dialogue(tx.session, person.id)
    if dialogue is not None and dialogue.kind == onboarding.KIND:
        onboarding.on_location(tx, person, dialogue, latitude, longitude)
        return
    patient = query.patient_of(tx.session, person)
    if patient is not None and patient.state == "active":
        travel.on_location(tx, person, latitude, longitude)
        return
    on_other(tx, person, "location")


def answer_ask(tx: Tx, person: Person, ask_id: int, answer: str) -> None:
    """Take an answer to "did I understand right?"; after a no the held words go on."""
    held = asks.answered(tx, person, ask_id, answer)
    if held is None:
        return
    if held.label in {"missed_doses", "silence"}:
        missed.ask_pending(tx, person)
        return
    if held.label == supply.LABEL:
        supply_screen.show(tx, person)
        return
    note = tx.session.get(Note, held.note_id) if held.note_id else None
    dialogue = query.open_dialogue(tx.session, person.id)
    text = tx.vault.read(note, "words") if note else None
    if dialogue is not None and text:
        tx.typed = True
        _to_dialogue(tx, person, dialogue, text)


def begin_note(tx: Tx, person: Person) -> None:
    """Open the way for a free note; it is read like everything else."""
    dialogues.begin(tx, person, NOTE, "write", {})
    outbox.say(tx, person, "common/write_note")


def about_whom(tx: Tx, person: Person, note_id: int, patient_id: int) -> None:
    """A caregiver of several said whom the words were about."""
    note = tx.session.get(Note, note_id)
    link = query.care_link(tx.session, patient_id, person.id)
    if note is None or note.person_id != person.id or link is None or link.state != "accepted":
        outbox.say(tx, person, "common/old_button")
        return
    heed.named(tx, note)
    heed.about(tx, person, patient_id, note)


def old_button(tx: Tx, person: Person) -> None:
    """A button nobody made, of an older version, or of somebody else."""
    outbox.say(tx, person, "common/old_button")


def unknown_command(tx: Tx, person: Person) -> None:
    """A command that does not exist: say which do."""
    words = tx.content.buttons(person.locale)
    outbox.say(tx, person, "common/unknown_command", inline=[[words.button("help.open")]])


def show_help(tx: Tx, person: Person) -> None:
    """/help: what Steady does, what it is not, and the numbers."""
    patient = query.patient_of(tx.session, person)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "common/help",
        inline=[[words.button("help.open")]],
        **alert_words.safety_values(tx, person, patient),
    )
