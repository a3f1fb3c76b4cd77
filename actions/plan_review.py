"""The read-back of a plan: every line in words, the picture, and what the checks found."""

import logging
from datetime import date
from typing import Any, Final

from actions import help as numbers_of
from actions import outbox, plan_words, plans
from actions.plan_data import code_of, data_of_plan, earlier_of, plan_of_data, whole_course
from actions.plan_facts import as_lived, facts_for
from actions.tx import Tx
from bot.content.plan_checks import screen_values
from care.holding import none_passed
from care.localtime import local_day
from care.plan import Plan
from care.plan_checks import PATIENT_CHECKS, PATIENT_SAYS, Level, PlanFinding, check_plan, lifts
from reports.plan_chart import plan_recipe
from store.models import Person
from store.queries import people as query

log = logging.getLogger(__name__)

PLAN_CODE: Final = "plan code"

Data = dict[str, Any]

ON_SCREEN: Final = 8
"""How many steps the question itself shows; a longer plan is read back in pages before it."""
A_PAGE: Final = 25


def show(tx: Tx, person: Person, data: Data) -> None:
    """Before the question: the picture, the whole of a long plan, what the checks found."""
    picture(tx, person, plan_of_data(data))
    _pages(tx, person, data)
    _say_checks(tx, person, data)


def _all_lines(tx: Tx, person: Person, data: Data) -> Data:
    begun = plans.begun(tx, person, plan_of_data(data))
    return plan_words.lines(tx, whole_course(data), begun)


def _pages(tx: Tx, person: Person, data: Data) -> None:
    lines = _all_lines(tx, person, data)["steps"]
    if len(lines) > ON_SCREEN:
        for start in range(0, len(lines), A_PAGE):
            page = lines[start : start + A_PAGE]
            outbox.say(
                tx,
                person,
                "plans/page",
                steps=page,
                first=start + 1,
                last=start + len(page),
                count=len(lines),
            )


def picture(tx: Tx, person: Person, plan: Plan) -> None:
    """Send the picture of a plan that has changes."""
    if plan.steps:
        today = local_day(tx.now, person.zone or "UTC")
        ends = _ends(tx, plan, today)
        outbox.picture(tx, person, recipe(tx, plan, today), "plans/picture", **ends)


def recipe(tx: Tx, plan: Plan, today: date) -> Data:
    """Return what the sender draws the picture of a plan from."""
    names = {drug: tx.content.drugs[drug].name for drug in plan.medicines}
    return plan_recipe(plan, names, today)


def _ends(tx: Tx, plan: Plan, today: date) -> Data:
    coming = [step for step in plan.steps if step.starts >= today]
    first, last = (coming or plan.steps)[0], plan.steps[-1]
    return {
        "count": len(coming),
        "first": first.starts,
        "last": last.starts,
        "drug": tx.content.drugs[last.regimen.medicine].name,
        "daily": last.regimen.daily_mg,
        "every": last.regimen.every,
    }


def read_back(tx: Tx, person: Person, data: Data) -> Data:
    """Return the lines of the question: of a long plan only its beginning and its end."""
    lines = _all_lines(tx, person, data)
    steps = lines["steps"]
    hidden = max(0, len(steps) - ON_SCREEN)
    if hidden:
        steps = [*steps[: ON_SCREEN - 2], *steps[-2:]]
    return lines | {"steps": steps, "hidden": hidden}


def findings(tx: Tx, person: Person, data: Data) -> tuple[PlanFinding, ...]:
    """Return what the checks P01-P20 find in a plan, for this patient."""
    plan = as_lived(tx, person, plan_of_data(data))
    made = code_of(data) is not None
    facts = facts_for(tx, person, plan, prescriber_made=made, earlier=earlier_of(data))
    found = check_plan(plan, facts)
    for one in found:
        if one.unchecked:
            log.error("plan check broke", extra={"action": "check_broke", "check": one.check})
    return found


def _say_checks(tx: Tx, person: Person, data: Data) -> None:
    # Of a code the prescriber was shown what the plan itself raises; the patient was not there.
    code = code_of(data)
    found = [
        one for one in findings(tx, person, data) if one.check in PATIENT_CHECKS or code is None
    ]
    if not found:
        return
    patient = query.patient_of(tx.session, person)
    known = numbers_of.prescriber(tx, patient)["prescriber"] if patient else "your prescriber"
    by = str(code["by"]) if code else known
    page, more = 0, True
    while more:
        values: Data = screen_values(found, tx.content.drugs, by, page=page)
        outbox.say(tx, person, "plans/checks", **values)
        page, more = page + 1, bool(values["more"])


def stuck(tx: Tx, person: Person, data: Data) -> bool:
    """Whether only something a prescriber made can start this plan (P01, P05; D9)."""
    how = PLAN_CODE if code_of(data) else PATIENT_SAYS
    return not all(lifts(one, how) for one in findings(tx, person, data))


def blocked(tx: Tx, person: Person, data: Data) -> bool:
    """Whether the plan starts only with the prescriber's reason on record.

    A check that could not run has cleared nothing.
    """
    return any(one.level is Level.BLOCK or one.unchecked for one in findings(tx, person, data))


def moved_on(tx: Tx, person: Person, data: Data) -> bool:
    """Move the steps later whose days passed since the plan was read back; whether any did.

    Several steps would begin at once otherwise. The dates a prescriber wrote into a code stay.
    """
    today = local_day(tx.now, person.zone or "UTC")
    since = data.get("read_on")
    if since is None or code_of(data):
        return False
    plan = plan_of_data(data)
    later = none_passed(plan, date.fromisoformat(since), today)
    data["read_on"] = today.isoformat()
    if later != plan:
        data |= data_of_plan(later) | {"resumed": True}
    return later != plan
