"""/today and /plan: what is planned, what is confirmed, what changes next."""

from datetime import date, time, timedelta

from sqlalchemy import ColumnElement, and_, select

from actions import dose_words, outbox, plans
from actions.tx import Tx
from care.localtime import instant_of, local_day
from care.plan import next_change, regimen_on
from store.models import Dose, Person
from store.queries import people as query


def show(tx: Tx, person: Person) -> None:
    """Today's doses with their state, each with buttons while it is open."""
    if query.patient_of(tx.session, person) is None:
        _not_joined(tx, person)
        return
    today = local_day(tx.now, person.zone or "UTC")
    planned = select(Dose).where(Dose.patient_id == person.id, _due_on(today, person.zone or "UTC"))
    doses = list(tx.session.scalars(planned.order_by(Dose.due_at, Dose.id)))
    words = tx.content.buttons(person.locale)
    open_now = [d for d in doses if d.state in dose_words.OPEN and d.due_at <= tx.now]
    rows = [
        [
            words.button(
                "dose.taken",
                dose.id,
                label="dose.taken_at_one",
                drug=dose_words.drug_of(tx, dose).name,
                wall=f"{dose.wall:%H:%M}",
            )
        ]
        for dose in open_now
    ]
    outbox.say(
        tx,
        person,
        "doses/today",
        inline=[*rows, [words.button("help.open")]],
        doses=[dose_words.one(tx, person, dose) for dose in doses],
        day=today,
    )


def _due_on(day: date, zone: str) -> ColumnElement[bool]:
    """The hours of a day as they are here: after travel a date can stand on doses of two."""
    begins = instant_of(day, time.min, zone)
    ends = instant_of(day + timedelta(days=1), time.min, zone)
    return and_(Dose.due_at >= begins, Dose.due_at < ends)


def show_plan(tx: Tx, person: Person) -> None:
    """The plan in force: today's doses, the next change, and who confirmed it."""
    found = plans.in_force(tx, person.id)
    if found is None:
        _not_joined(tx, person)
        return
    row, plan = found
    today = local_day(tx.now, person.zone or "UTC")
    coming = next_change(plan, today)
    words = tx.content.buttons(person.locale)
    rows = [] if row.state == "confirmed" else [[words.button("plan.confirm")]]
    outbox.say(
        tx,
        person,
        "plans/plan",
        inline=[*rows, [words.button("plan.new")]],
        lines=[
            {
                "drug": tx.content.drugs[drug].name,
                "doses": [(d.wall, d.mg) for d in regimen_on(plan, drug, today).doses],
                "daily": regimen_on(plan, drug, today).daily_mg,
            }
            for drug in plan.medicines
        ],
        steps=[
            {
                "on": step.starts,
                "drug": tx.content.drugs[step.regimen.medicine].name,
                "daily": step.regimen.daily_mg,
                "doses": [(d.wall, d.mg) for d in step.regimen.doses],
            }
            for step in plan.steps
            if step.starts > today
        ],
        coming=coming.day if coming else None,
        confirmed=row.state == "confirmed",
        by=tx.vault.read(row, "confirmed_by") or "",
        how=row.confirmed_how or "",
        on=row.confirmed_on,
        version=row.version,
    )


def _not_joined(tx: Tx, person: Person) -> None:
    words = tx.content.buttons(person.locale)
    outbox.say(tx, person, "common/not_joined", inline=[[words.button("ob.resume")]])
