"""/pause: a hospital stay. Reminders rest, danger is still read, the dose after it is confirmed.

Clinical source: D3 and D19 of clinical.md section 9.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from actions import dialogues, outbox, plan_words, plans
from actions import help as numbers_of
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.doses import DoseState
from care.localtime import instant_of, local_day
from care.messages import Kind
from care.plan import Plan
from care.plandates import read_date
from care.typedline import PlanLineError, pieces_of
from store.models import Absence, Dialogue, Dose, Patient, Person
from store.queries import absences
from store.queries import people as query

KIND: Final = "pause"
MORNING: Final = time(9)  # [ENG] when "are you back?" is asked
ASK_AFTER: Final = timedelta(days=3)  # [ENG] when nobody knows how long it will be
LONGEST: Final = timedelta(days=92)  # [ENG] beyond it a slip in the date is likelier
Data = dict[str, Any]


def begin(tx: Tx, person: Person) -> None:
    """/pause: ask until when, or show what is paused, or what is still to be settled."""
    if _patient(tx, person) is None:
        outbox.say(tx, person, "common/not_joined")
        return
    away = absences.covers(tx.session, person.id, tx.now)
    if away is not None:
        words = tx.content.buttons(person.locale)
        rows = [[words.button("pause.back")], [words.button("pause.longer")]]
        back_on = local_day(away.ends_at, person.zone or "UTC") if away.ends_at else None
        inline = [*rows, [words.button("pause.card")]]
        outbox.say(tx, person, "pause/now", inline=inline, back_on=back_on)
    elif _stay(tx, person) is not None:
        _ask_back(tx, person)
    elif absences.unsettled(tx.session, person.id, tx.now):
        settle(tx, person)
    else:
        _ask(tx, person, "pause/ask")


def _patient(tx: Tx, person: Person) -> Patient | None:
    patient = query.patient_of(tx.session, person)
    return patient if patient is not None and patient.state == "active" else None


def _ask(tx: Tx, person: Person, template: str) -> None:
    dialogues.begin(tx, person, KIND, "until", {})
    words = tx.content.buttons(person.locale)
    rows = [[words.button("pause.unknown")]]
    if template == "pause/ask":
        rows.append([words.button("pause.never")])
    outbox.say(tx, person, template, inline=rows)


def on_text(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Read the day of coming home."""
    today = local_day(tx.now, person.zone or "UTC")
    day = _read_day(text, today)
    if day is None or day - today > LONGEST:
        example = today + timedelta(days=5)
        outbox.say(tx, person, "pause/which_day", typed=text[:40], example=example)
        return
    dialogues.close(tx, dialogue)
    _start(tx, person, day)


def _read_day(text: str, today: date) -> date | None:
    """A day after today; None when it is none or reads two ways (D30)."""
    if text.strip().casefold() == "tomorrow":
        return today + timedelta(days=1)
    try:
        found, rest = read_date(pieces_of(text.strip().removeprefix("until "))[0], today)
    except PlanLineError:
        return None
    return None if rest.trimmed().text else found


def unknown(tx: Tx, person: Person) -> None:
    """The answer "I don't know": asked again in three days."""
    if not _closes(tx, person):
        return
    _start(tx, person, None)


def never(tx: Tx, person: Person) -> None:
    """The answer "I am not in hospital": nothing is paused."""
    if not _closes(tx, person):
        return
    patient = tx.session.get_one(Patient, person.id)
    outbox.say(tx, person, "pause/never", **numbers_of.prescriber(tx, patient))


def _closes(tx: Tx, person: Person) -> bool:
    """Close the question "until when?"; False, with a kind answer, when it was not open."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open:
        outbox.say(tx, person, "common/old_button")
        return False
    dialogues.close(tx, dialogue)
    return True


def _start(tx: Tx, person: Person, until: date | None) -> None:
    zone = person.zone or "UTC"
    asked = until or local_day(tx.now, zone) + ASK_AFTER
    stay = _stay(tx, person) or _new_stay(tx, person)
    stay.ends_at, stay.asked_at = instant_of(asked, MORNING, zone), None
    tx.session.flush()
    tx.audit("paused", person, absence=stay.id, until=stay.ends_at.isoformat())
    _quieten(tx, person)
    told = _tell(tx, person, until)
    words = tx.content.buttons(person.locale)
    outbox.say(tx, person, "pause/started", back_on=until, asked=asked, told=told)
    card(tx, person, inline=[[words.button("pause.back")]])


def _new_stay(tx: Tx, person: Person) -> Absence:
    """A stay from now on; what an earlier one left to settle is settled after this one."""
    earlier = select(Absence).where(Absence.patient_id == person.id, Absence.closed_at.is_(None))
    for old in tx.session.scalars(earlier):
        old.closed_at = tx.now
    stay = Absence(patient_id=person.id, kind="hospital", starts_at=tx.now)
    tx.session.add(stay)
    return stay


def _stay(tx: Tx, person: Person) -> Absence | None:
    """The stay that nobody said is over."""
    found = select(Absence).where(
        Absence.patient_id == person.id,
        Absence.kind == "hospital",
        Absence.closed_at.is_(None),
        Absence.starts_at <= tx.now,
    )
    return tx.session.scalars(found.order_by(Absence.id.desc())).first()


def _quieten(tx: Tx, person: Person) -> None:
    """Take back the reminders that wait, of doses that are open now."""
    open_now = select(Dose).where(
        Dose.patient_id == person.id, Dose.state == DoseState.DUE.value, Dose.next_at.is_not(None)
    )
    for dose in tx.session.scalars(open_now):
        dose.next_at, dose.snoozed_until = dose.closes_at, None
        outbox.clear(tx, dose_id=dose.id)


def _tell(tx: Tx, person: Person, until: date | None) -> list[str]:
    """Tell caregivers that silence is expected; where, only those who may see words."""
    names = []
    for link in query.caregivers(tx.session, person.id):
        other = tx.session.get_one(Person, link.person_id)
        names.append(tx.name_of(other))
        outbox.say(
            tx,
            other,
            "pause/told",
            kind=Kind.ALERT,
            name=tx.name_of(person),
            shared=link.shares_words,
            back_on=until,
        )
    return names


def card(tx: Tx, person: Person, *, inline: Keyboard | None = None) -> None:
    """The card to show the ward (D19): the doses as the plan states them, whom to call."""
    patient = _patient(tx, person)
    if patient is None:
        outbox.say(tx, person, "common/old_button")
        return
    found = plans.in_force(tx, person.id)
    outbox.say(
        tx,
        person,
        "pause/card",
        inline=inline,
        lines=_lines(tx, person),
        needed=plan_words.lines(tx, _plan(tx, person))["needed"],
        confirmed=found is not None and found[0].state != "stated",
        how=(found[0].confirmed_how or "") if found else "",
        **numbers_of.prescriber(tx, patient),
    )


def _plan(tx: Tx, person: Person) -> Plan:
    found = plans.in_force(tx, person.id)
    return found[1] if found else Plan(())


def _lines(tx: Tx, person: Person) -> list[Data]:
    return plan_words.today(tx, _plan(tx, person), local_day(tx.now, person.zone or "UTC"))


# Coming back


def due(tx: Tx) -> list[int]:
    """Return the stays that are over and to be asked about."""
    return absences.to_ask(tx.session, tx.now)


def ask_back(tx: Tx, absence_id: int) -> None:
    """Ask whether somebody is back, and after that which dose they were sent home with."""
    stay = tx.session.get_one(Absence, absence_id, with_for_update=True)
    if stay.id not in due(tx):
        return
    person = tx.session.get_one(Person, stay.patient_id)
    stay.asked_at = tx.now
    if stay.kind == "hospital":
        _ask_back(tx, person)
    elif absences.unsettled(tx.session, person.id, tx.now):
        settle(tx, person)
    else:
        stay.closed_at = tx.now  # a plan was entered since


def _ask_back(tx: Tx, person: Person) -> None:
    words = tx.content.buttons(person.locale)
    rows = [[words.button("pause.back")], [words.button("pause.longer")]]
    outbox.say(tx, person, "pause/back", kind=Kind.REMINDER, inline=rows)


def longer(tx: Tx, person: Person) -> None:
    """The answer "not yet", or in hospital again: until when now?"""
    if _patient(tx, person) is None:
        outbox.say(tx, person, "common/old_button")
        return
    _ask(tx, person, "pause/longer" if _stay(tx, person) else "pause/ask")


def back(tx: Tx, person: Person) -> None:
    """The answer "I'm back": reminders go on, without amounts until the dose is confirmed."""
    stay = _stay(tx, person)
    if stay is None:
        outbox.say(tx, person, "common/old_button")
        return
    ends: datetime = min(stay.ends_at or tx.now, tx.now)
    stay.kind, stay.ends_at, stay.asked_at = "returned", ends, tx.now
    tx.session.flush()
    tx.audit("returned", person, absence=stay.id)
    for link in query.caregivers(tx.session, person.id):
        other = tx.session.get_one(Person, link.person_id)
        outbox.say(tx, other, "pause/told_back", kind=Kind.ALERT, name=tx.name_of(person))
    settle(tx, person)


def settle(tx: Tx, person: Person) -> None:
    """Ask whether the plan is what the hospital told them to take (D19)."""
    if absences.unsettled(tx.session, person.id, tx.now) is None:
        outbox.say(tx, person, "common/old_button")
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "pause/discharge",
        kind=Kind.REMINDER,
        inline=[
            [words.button("pause.same")],
            [words.button("pause.other")],
            [words.button("pause.longer", label="pause.again")],
        ],
        present=_lines(tx, person),
        needed=plan_words.lines(tx, _plan(tx, person))["needed"],
        steps=[],
    )


def same(tx: Tx, person: Person) -> None:
    """The answer "yes, exactly this": amounts are named again."""
    stay = absences.unsettled(tx.session, person.id, tx.now)
    if stay is None:
        outbox.say(tx, person, "common/old_button")
        return
    stay.kind, stay.closed_at = "returned", tx.now
    tx.audit("discharge_confirmed", person, absence=stay.id)
    outbox.say(tx, person, "pause/settled")


def other(tx: Tx, person: Person) -> None:
    """The answer "no, or not sure": no amount, and the call to make (D3)."""
    patient = _patient(tx, person)
    if patient is None or absences.unsettled(tx.session, person.id, tx.now) is None:
        outbox.say(tx, person, "common/old_button")
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "pause/other",
        inline=[[words.button("plan.new")], [words.button("pause.settle")]],
        urgent=numbers_of.country_of(tx, person).urgent,
        **numbers_of.prescriber(tx, patient),
    )
