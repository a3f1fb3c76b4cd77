"""After the last dose: what is said on the day of zero, and how long the check-ins go on."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from actions import help as numbers_of
from actions import lessons, outbox, plans
from actions.tx import Tx
from bot.content.lessons import Lesson
from care.aftercare import Aftercare, Rhythm, aftercare
from care.localtime import local, local_day
from care.messages import Kind
from store.models import LessonSent, Patient, Person, PlanDose, PlanStep, PlanVersion

MORNING: Final = 9  # nobody is woken for it
SAID_ZERO: Final = "zero"
SAID_OVER: Final = "over"
A_DAY: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=200)  # a little over six months
LATE: Final = timedelta(days=7)  # found after an outage, it is still worth saying


def aftercare_of(tx: Tx, person: Person) -> Aftercare | None:
    """Return the time after zero that today lies in; None while doses are planned."""
    found = plans.in_force(tx, person.id)
    if found is None:
        return None
    plan = found[1]
    classes = {drug: tx.content.drugs[drug].cls for drug in plan.medicines}
    return aftercare(plan, classes, local_day(tx.now, person.zone or "UTC"))


def values(tx: Tx, person: Person, after: Aftercare) -> dict[str, Any]:
    """Return what the texts about the time after zero need: who stopped what when, and until when.

    `stopped` holds the drug's name and the day, for "I stopped {drug} on {date}" (D11).
    """
    stopped = sorted(after.stopped.items(), key=lambda pair: pair[1])
    return {
        "stopped": [(tx.content.drugs[drug].name, since) for drug, since in stopped],
        "weekly_from": after.weekly_from,
        "over_from": after.over_from,
        "rhythm": after.rhythm(local_day(tx.now, person.zone or "UTC")).value,
    }


def due(tx: Tx) -> list[int]:
    """Return the patients who may have reached zero lately, or the end of what comes after."""
    ended = (
        select(PlanVersion.patient_id)
        .join(PlanStep, PlanStep.plan_id == PlanVersion.id)
        .join(Patient, Patient.person_id == PlanVersion.patient_id)
        .where(
            Patient.state == "active",
            PlanVersion.state.in_(("confirmed", "held")),
            PlanStep.starts_on.between(tx.now.date() - LONGEST, tx.now.date() + A_DAY),
            ~select(PlanDose.id).where(PlanDose.step_id == PlanStep.id).exists(),
        )
        .distinct()
    )
    return list(tx.session.scalars(ended))


def speak(tx: Tx, patient_id: int) -> None:
    """Say once that the plan has reached its end, and once that the questions stop."""
    tx.session.get_one(Patient, patient_id, with_for_update=True)  # two workers take turns
    person = tx.session.get_one(Person, patient_id)
    here = local(tx.now, person.zone or "UTC")
    after = aftercare_of(tx, person)
    if after is None or here.hour < MORNING:
        return
    if here.date() - after.zero < LATE:
        _once(tx, person, SAID_ZERO, after)
    if after.rhythm(here.date()) is Rhythm.OVER and here.date() - after.over_from < LATE:
        _once(tx, person, SAID_OVER, after)


def _once(tx: Tx, person: Person, what: str, after: Aftercare) -> None:
    said = select(LessonSent.id).where(
        LessonSent.patient_id == person.id,
        LessonSent.why == what,
        LessonSent.local_day >= after.zero,
    )
    if tx.session.scalars(said).first() is not None:
        return
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        f"aftercare/{what}",
        kind=Kind.LESSON,
        key=f"aftercare:{person.id}:{after.zero}:{what}",
        inline=[[words.button("help.open")]],
        **values(tx, person, after) | numbers_of.numbers(tx, person),
    )
    patient = tx.session.get_one(Patient, person.id)
    card = _card(tx, patient) if what == SAID_ZERO else None
    if card is not None:
        lessons.send(tx, person, patient, card, SAID_ZERO)
        return
    today = local_day(tx.now, person.zone or "UTC")
    row = LessonSent(
        patient_id=person.id, lesson=f"aftercare/{what}", why=what, local_day=today, at=tx.now
    )
    tx.session.add(row)


def _card(tx: Tx, patient: Patient) -> Lesson | None:
    """Return the card about old tablets and the first days (D20)."""
    cls = lessons.main_class(tx, patient.person_id)
    held = (one for one in tx.content.lessons if one.stage == "after_zero" and cls in one.classes)
    return next(held, None)


def asks_today(tx: Tx, person: Person) -> bool:
    """Whether a check-in is offered today: always before zero, then as the schedule says."""
    after = aftercare_of(tx, person)
    return after is None or after.asks_on(local_day(tx.now, person.zone or "UTC"))
