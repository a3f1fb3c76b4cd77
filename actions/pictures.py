"""/picture: dose and day score on the same days. The sender draws it from these numbers."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from actions import invitations, outbox, plans
from actions.tx import Tx
from care.dayscore import highest_score
from care.localtime import local_day
from care.plan import changes, regimen_on
from store.models import CheckIn, Patient, Person

DAYS: Final = 14


def show(tx: Tx, person: Person) -> None:
    """Send the picture of the last two weeks, as far as there is a plan."""
    found = plans.in_force(tx, person.id)
    if found is None:
        words = tx.content.buttons(person.locale)
        outbox.say(tx, person, "common/not_joined", inline=[[words.button("ob.resume")]])
        return
    _, plan = found
    patient = tx.session.get_one(Patient, person.id)
    today = local_day(tx.now, person.zone or "UTC")
    first = max(today - timedelta(days=DAYS - 1), patient.day_one or today)
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    rows = select(CheckIn.local_day, CheckIn.score).where(
        CheckIn.patient_id == person.id, CheckIn.score.is_not(None)
    )
    scores = dict(tx.session.execute(rows).all())
    form = tx.content.questionnaires[invitations.daily_form(tx, patient)]
    outbox.picture(
        tx,
        person,
        {
            "picture": "trend",
            "days": [day.isoformat() for day in days],
            "doses": [
                str(sum(regimen_on(plan, drug, day).daily_mg for drug in plan.medicines))
                for day in days
            ],
            "scores": [scores.get(day) for day in days],
            "changes": [c.day.isoformat() for c in changes(plan) if first <= c.day <= today],
            "highest": highest_score(form),
        },
        "learn/picture",
        several=len(plan.medicines) > 1,
    )
