"""The read-back of a plan: every line in words, the picture, and what the checks found."""

from datetime import date
from typing import Any, Final

from actions import outbox, plan_words
from actions.plan_data import plan_of_data
from actions.tx import Tx
from care.localtime import local_day
from care.plan import Plan
from store.models import Person

Data = dict[str, Any]

ON_SCREEN: Final = 8
"""How many steps the question itself shows; a longer plan is read back in pages before it."""
A_PAGE: Final = 25


def show(tx: Tx, person: Person, data: Data) -> None:
    """Send the picture of a plan with changes, and the whole of a long one, before the question."""
    plan = plan_of_data(data)
    if not plan.steps:
        return
    picture(tx, person, plan)
    lines = plan_words.lines(tx, plan)["steps"]
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
        outbox.picture(tx, person, recipe(tx, plan, today), "plans/picture", **_ends(tx, plan))


def recipe(tx: Tx, plan: Plan, today: date) -> Data:
    """Return what the sender draws the picture of a plan from."""
    names = {drug: tx.content.drugs[drug].name for drug in plan.medicines}
    return plan_recipe(plan, names, today)


def _ends(tx: Tx, plan: Plan) -> Data:
    first, last = plan.steps[0], plan.steps[-1]
    return {
        "count": len(plan.steps),
        "first": first.starts,
        "last": last.starts,
        "drug": tx.content.drugs[last.regimen.medicine].name,
        "daily": last.regimen.daily_mg,
    }


def read_back(tx: Tx, data: Data) -> Data:
    """Return the lines of the question: of a long plan only its beginning and its end."""
    lines = plan_words.lines(tx, plan_of_data(data))
    steps = lines["steps"]
    hidden = max(0, len(steps) - ON_SCREEN)
    if hidden:
        steps = [*steps[: ON_SCREEN - 2], *steps[-2:]]
    return lines | {"steps": steps, "hidden": hidden}
