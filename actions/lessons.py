"""What to expect: short texts at the moment they matter, at most one unasked a day."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from actions import aftercare, outbox, plan_words, plans
from actions import help as numbers_of
from actions.tx import Tx
from bot.content.lessons import Lesson, choose, menu
from care.localtime import local, local_day
from care.messages import Kind
from care.plan import changes_on, goes_down, goes_up, next_change
from care.timeline import lesson_day
from store.models import LessonSent, Patient, Person, PlanStep, PlanVersion
from store.queries import absences
from store.queries import alerts as alert_query
from store.queries import people as query

EVENING = 17


def main_class(tx: Tx, patient_id: int) -> str:
    """The class whose texts are shown; baclofen first, since its dangers come fastest."""
    classes = numbers_of.drug_classes(tx, patient_id)
    for cls in ("baclofen", "benzodiazepine", "z_drug"):
        if cls in classes:
            return cls
    return "benzodiazepine"


def after_checkin(tx: Tx, person: Person, patient: Patient, symptoms: frozenset[str]) -> None:
    """Send one fitting text after a check-in, unless one was sent today."""
    lesson = _fitting(tx, person, patient, symptoms)
    if lesson is not None and not _sent_today(tx, person, patient):
        send(tx, person, patient, lesson, "checkin")


def _fitting(tx: Tx, person: Person, patient: Patient, symptoms: frozenset[str]) -> Lesson | None:
    found = plans.in_force(tx, patient.person_id)
    today = local_day(tx.now, person.zone or "UTC")
    days = lesson_day(found[1], today) if found else None
    return choose(
        tx.content.lessons,
        cls=main_class(tx, patient.person_id),
        days=days,
        symptoms=symptoms,
        seen=_seen(tx, patient),
        finished=aftercare.aftercare_of(tx, person) is not None,
    )


def _seen(tx: Tx, patient: Patient) -> list[str]:
    sent = select(LessonSent.lesson).where(LessonSent.patient_id == patient.person_id)
    return list(tx.session.scalars(sent.order_by(LessonSent.id)))


def _sent_today(tx: Tx, person: Person, patient: Patient) -> bool:
    today = local_day(tx.now, person.zone or "UTC")
    sent = select(LessonSent.id).where(
        LessonSent.patient_id == patient.person_id,
        LessonSent.local_day == today,
        LessonSent.why != "asked",
    )
    return tx.session.scalars(sent).first() is not None


def send(tx: Tx, person: Person, patient: Patient | None, lesson: Lesson, why: str) -> None:
    """Send a text and keep that it was sent."""
    today = local_day(tx.now, person.zone or "UTC")
    values = _values(tx, person, patient, today)
    asked = why == "asked"
    key = None if asked else f"lesson:{person.id}:{today}:{why}"
    outbox.say(
        tx, person, lesson.body, kind=Kind.QUESTION if asked else Kind.LESSON, key=key, **values
    )
    if patient is not None:
        tx.session.add(
            LessonSent(
                patient_id=patient.person_id,
                lesson=lesson.id,
                why=why,
                local_day=today,
                at=tx.now,
            )
        )


def _values(tx: Tx, person: Person, patient: Patient | None, today: date) -> dict[str, Any]:
    found = plans.in_force(tx, patient.person_id) if patient else None
    names = numbers_of.drug_names(tx, patient.person_id) if patient else []
    who = numbers_of.prescriber(tx, patient) if patient else {"prescriber": "your prescriber"}
    return {
        "drug": names[0] if names else "your medicine",
        "days": lesson_day(found[1], today) if found else None,
        "prescriber": who["prescriber"],
        "emergency": numbers_of.country_of(tx, person).emergency[0],
    }


def stepping_soon(tx: Tx) -> list[int]:
    """Return the patients whose confirmed plan has a step within two days of now (UTC)."""
    near = (tx.now.date(), tx.now.date() + timedelta(days=2))
    soon = (
        select(PlanVersion.patient_id)
        .join(PlanStep, PlanStep.plan_id == PlanVersion.id)
        .where(PlanVersion.state == "confirmed", PlanStep.starts_on.between(*near))
        .distinct()
    )
    return list(tx.session.scalars(soon))


def send_eve(tx: Tx, patient_id: int) -> None:
    """On the evening before a change: old dose, new dose, what can come."""
    patient = tx.session.get_one(Patient, patient_id)
    person = tx.session.get_one(Person, patient_id)
    there = local(tx.now, person.zone or "UTC")
    if there.hour >= EVENING and not absences.covers(tx.session, patient_id, tx.now):
        _eve(tx, person, patient, there.date())


def _eve(tx: Tx, person: Person, patient: Patient, today: date) -> None:
    found = plans.in_force(tx, patient.person_id)
    tomorrow = date.fromordinal(today.toordinal() + 1)
    changing = changes_on(found[1], tomorrow) if found else ()
    known = select(LessonSent.id).where(
        LessonSent.patient_id == person.id,
        LessonSent.why == "eve",
        LessonSent.local_day == today,
    )
    if found is None or not changing or tx.session.scalars(known).first() is not None:
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "plans/eve",
        kind=Kind.LESSON,
        key=f"eve:{person.id}:{today}",
        inline=[
            [words.button("eve.ok")],
            [words.button("plan.hold")],
            [words.button("eve.ask")],
        ],
        changes=[
            {
                "drug": tx.content.drugs[change.medicine].name,
                "doses": plan_words.line(tx, found[1], change.after)["doses"],
                "up": goes_up(change),
                "cut": goes_down(change) and tx.content.drugs[change.medicine].cls != "baclofen",
            }
            | plan_words.sizes(change)
            for change in changing
        ],
        day=tomorrow,
        unresolved=alert_query.running(tx.session, person.id) is not None,
        **numbers_of.prescriber(tx, patient),
    )
    lesson = _eve_lesson(tx, patient)
    tx.session.add(
        LessonSent(
            patient_id=person.id,
            lesson=lesson.id if lesson else "plans/eve",
            why="eve",
            local_day=today,
            at=tx.now,
        )
    )
    if lesson is not None:
        outbox.say(
            tx,
            person,
            lesson.body,
            kind=Kind.LESSON,
            key=f"eve:{person.id}:{today}:lesson",
            **_values(tx, person, patient, today),
        )


def _eve_lesson(tx: Tx, patient: Patient) -> Lesson | None:
    return choose(
        tx.content.lessons,
        cls=main_class(tx, patient.person_id),
        days=-1,
        symptoms=frozenset(),
        seen=(),
    )


def eve_ok(tx: Tx, person: Person) -> None:
    """The change was read."""
    outbox.say(tx, person, "plans/eve_ok")


def eve_ask(tx: Tx, person: Person) -> None:
    """A note to send to the prescriber before the change."""
    patient = query.patient_of(tx.session, person)
    if patient is None:
        outbox.say(tx, person, "common/old_button")
        return
    found = plans.in_force(tx, person.id)
    today = local_day(tx.now, person.zone or "UTC")
    coming = next_change(found[1], today) if found else None
    waits = found is not None and found[0].state == "held"
    outbox.say(
        tx,
        person,
        "plans/note_for_prescriber",
        name=tx.name_of(person),
        drug=tx.content.drugs[coming.medicine].name if coming else "",
        day=coming.day if coming else None,
        staying=plan_words.today(tx, found[1], today) if found and waits else [],
        **plan_words.sizes(coming) if coming else {},
        **numbers_of.prescriber(tx, patient),
    )


def show_menu(tx: Tx, person: Person) -> None:
    """/learn: the headings, and under each the texts of the patient's class."""
    patient = query.patient_of(tx.session, person)
    cls = main_class(tx, person.id) if patient else "benzodiazepine"
    words = tx.content.buttons(person.locale)
    rows = [
        [words.saying(group.title, "learn.group", group.id)]
        for group in menu(tx.content.lessons, cls)
    ]
    outbox.say(tx, person, "learn/menu", inline=rows)


def show_group(tx: Tx, person: Person, group_id: str) -> None:
    """The texts under one heading."""
    patient = query.patient_of(tx.session, person)
    cls = main_class(tx, person.id) if patient else "benzodiazepine"
    group = next((g for g in menu(tx.content.lessons, cls) if g.id == group_id), None)
    if group is None:
        outbox.say(tx, person, "common/old_button")
        return
    words = tx.content.buttons(person.locale)
    rows = [[words.saying(one.title, "learn.read", one.id)] for one in group.lessons]
    rows.append([words.button("learn.menu")])
    outbox.say(tx, person, "learn/group", inline=rows, title=group.title)


def read(tx: Tx, person: Person, lesson_id: str) -> None:
    """One text that was asked for."""
    lesson = next((one for one in tx.content.lessons if one.id == lesson_id), None)
    if lesson is None:
        outbox.say(tx, person, "common/old_button")
        return
    send(tx, person, query.patient_of(tx.session, person), lesson, "asked")


def now(tx: Tx, person: Person) -> None:
    """The answer "What helps tonight": the text that fits today best."""
    patient = query.patient_of(tx.session, person)
    lesson = _fitting(tx, person, patient, frozenset()) if patient else None
    if patient is None or lesson is None:
        show_menu(tx, person)
        return
    send(tx, person, patient, lesson, "asked")
