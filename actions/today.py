"""/today and /plan: what is planned, what is confirmed, what changes next."""

from datetime import date

from sqlalchemy import select

from actions import aftercare, dose_words, outbox, plan_words, plans
from actions import help as numbers_of
from actions.tx import Tx
from care.localtime import local_day
from care.plan import Plan
from store.models import Dose, Person, PlanVersion
from store.queries import people as query


def show(tx: Tx, person: Person) -> None:
    """Today's doses with their state, each with buttons while it is open."""
    if query.patient_of(tx.session, person) is None:
        _not_joined(tx, person)
        return
    today = local_day(tx.now, person.zone or "UTC")
    planned = select(Dose).where(Dose.patient_id == person.id, Dose.local_day == today)
    doses = list(tx.session.scalars(planned.order_by(Dose.due_at, Dose.id)))
    words = tx.content.buttons(person.locale)
    after = aftercare.aftercare_of(tx, person)
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
        inline=[*rows, [words.button("week.open")], [words.button("help.open")]],
        after=aftercare.values(tx, person, after) if after else None,
        doses=[dose_words.one(tx, person, dose) for dose in doses],
        day=today,
    )


def show_plan(tx: Tx, person: Person) -> None:
    """The plan in force: today's doses, the next change, what remains, and who confirmed it."""
    found = plans.in_force(tx, person.id)
    patient = query.patient_of(tx.session, person)
    if found is None or patient is None:
        _not_joined(tx, person)
        return
    row, plan = found
    today = local_day(tx.now, person.zone or "UTC")
    lines = plan_words.today(tx, plan, today)
    coming = plan_words.coming(tx, plan, today)
    outbox.say(
        tx,
        person,
        "plans/plan",
        inline=_plan_buttons(tx, person, row, plan, today),
        lines=lines,
        needed=plan_words.lines(tx, plan)["needed"],
        coming=coming,
        ended=not lines and not coming,
        held_on=row.held_on,
        **plan_words.agreed(tx, row),
        **numbers_of.prescriber(tx, patient),
    )


def _plan_buttons(
    tx: Tx, person: Person, row: PlanVersion, plan: Plan, today: date
) -> list[list[dict[str, str]]]:
    del plan, today
    words = tx.content.buttons(person.locale)
    rows = [[words.button("plan.confirm")]] if row.state == "stated" else []
    return [*rows, [words.button("plan.new")]]


def _not_joined(tx: Tx, person: Person) -> None:
    words = tx.content.buttons(person.locale)
    outbox.say(tx, person, "common/not_joined", inline=[[words.button("ob.resume")]])
