"""/today and /plan: what is planned, what is confirmed, what changes next."""

from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, select

from actions import aftercare, dose_words, holding, outbox, plan_review, plan_words, plans
from actions import help as numbers_of
from actions.tx import Tx
from care.localtime import instant_of, local_day
from care.plan import Plan
from store.models import Dose, Person, PlanVersion
from store.queries import absences
from store.queries import people as query
from store.queries import plans as plan_query

MOST_VERSIONS: Final = 30


def show(tx: Tx, person: Person) -> None:
    """Today's doses with their state, each with buttons while it is open."""
    if query.patient_of(tx.session, person) is None:
        _not_joined(tx, person)
        return
    today = local_day(tx.now, person.zone or "UTC")
    planned = select(Dose).where(Dose.patient_id == person.id, _due_on(today, person.zone or "UTC"))
    doses = list(tx.session.scalars(planned.order_by(Dose.due_at, Dose.id)))
    words = tx.content.buttons(person.locale)
    # An as-needed dose that was taken back is no dose of the day.
    doses = [dose for dose in doses if not dose.as_needed or dose.taken_at is not None]
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
    found = plans.in_force(tx, person.id)
    if found is not None and found[1].as_needed:
        rows.append([words.button("needed.open")])
    outbox.say(
        tx,
        person,
        "doses/today",
        inline=[*rows, [words.button("week.open")], [words.button("help.open")]],
        after=aftercare.values(tx, person, after) if after else None,
        doses=[dose_words.one(tx, person, dose) for dose in doses],
        day=today,
        unsettled=absences.unsettled(tx.session, person.id, tx.now) is not None,
    )


def _due_on(day: date, zone: str) -> ColumnElement[bool]:
    """The hours of a day as they are here: after travel a date can stand on doses of two."""
    begins = instant_of(day, time.min, zone)
    ends = instant_of(day + timedelta(days=1), time.min, zone)
    return and_(Dose.due_at >= begins, Dose.due_at < ends)


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
    after = aftercare.aftercare_of(tx, person)
    outbox.say(
        tx,
        person,
        "plans/plan",
        inline=_plan_buttons(tx, person, row, plan, today),
        lines=lines,
        needed=plan_words.lines(tx, plan)["needed"],
        coming=coming,
        ended=not lines and not coming,
        after=aftercare.values(tx, person, after) if after else None,
        held_on=row.held_on,
        unsettled=absences.unsettled(tx.session, person.id, tx.now) is not None,
        waits=plan_query.waiting(tx.session, person.id) is not None,
        **plan_words.agreed(tx, row),
        **numbers_of.prescriber(tx, patient),
    )


def _plan_buttons(
    tx: Tx, person: Person, row: PlanVersion, plan: Plan, today: date
) -> list[list[dict[str, str]]]:
    words = tx.content.buttons(person.locale)
    rows = holding.plan_buttons(tx, person, row, plan, today)
    if plan.steps:
        rows.append([words.button("plan.picture")])
    return [
        *rows,
        [words.button("eve.ask"), words.button("plan.history")],
        [words.button("plan.new")],
    ]


def show_picture(tx: Tx, person: Person) -> None:
    """The whole plan as a picture: dose over time, each step, today."""
    found = plans.in_force(tx, person.id)
    if found is None:
        _not_joined(tx, person)
        return
    if not found[1].steps:
        # Nothing changes in it: in words it says as much.
        show_plan(tx, person)
        return
    plan_review.picture(tx, person, found[1])


def show_history(tx: Tx, person: Person) -> None:
    """Every version of the plan: when, what it was, who agreed."""
    versions = plan_query.versions(tx.session, person.id)
    if not versions:
        _not_joined(tx, person)
        return
    zone = person.zone or "UTC"
    outbox.say(
        tx,
        person,
        "plans/history",
        versions=[
            plan_words.agreed(tx, row)
            | {
                "made": local_day(row.created_at, zone),
                "began": _began(row),
                "now": row.state in plan_query.CURRENT,
            }
            for row in versions[-MOST_VERSIONS:]
        ],
    )


def _began(row: PlanVersion) -> str:
    if row.held_on is not None:
        return "held"
    return "confirmed" if row.confirmed_on is not None else "stated"


def _not_joined(tx: Tx, person: Person) -> None:
    words = tx.content.buttons(person.locale)
    outbox.say(tx, person, "common/not_joined", inline=[[words.button("ob.resume")]])
