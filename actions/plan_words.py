"""What the texts about plans need to know: doses with their tablets, changes, who agreed."""

from datetime import date
from typing import Any

from actions.tx import Tx
from bot.content.amounts import parts_text
from care.amounts import make
from care.plan import Change, DoseTime, Plan, Regimen, next_change, regimen_on
from care.planhistory import held_since
from store.models import PlanVersion

Data = dict[str, Any]


def dose(plan: Plan, medicine: str, one: DoseTime) -> Data:
    """Return one dose of a day: when, how much, and of what it is made.

    The prescriber's own words stand first. With products known, an amount that cannot be made of
    them says so (`cannot`); without, nothing is said of tablets.
    """
    have = plan.products_of(medicine)
    parts = make(one.mg, have) if have and not one.how else None
    return {
        "wall": one.wall,
        "mg": one.mg,
        "made_of": one.how or (parts_text(parts) if parts else ""),
        "cannot": bool(have) and not one.how and parts is None,
    }


def line(tx: Tx, plan: Plan, regimen: Regimen) -> Data:
    """Return one medicine's day."""
    return {
        "drug": tx.content.drugs[regimen.medicine].name,
        "doses": [dose(plan, regimen.medicine, one) for one in regimen.doses],
        "daily": regimen.daily_mg,
        "every": regimen.every,
        "since": None,
    }


def lines(tx: Tx, plan: Plan, begun: date = date.min) -> Data:
    """Return a whole plan, line by line, as it is read back.

    First what holds after the steps up to the day `begun`, and since when, then what is to come.
    """
    held = [regimen_on(plan, drug, begun) for drug in plan.medicines]
    return {
        "present": [
            line(tx, plan, one) | {"since": held_since(plan, one.medicine, begun)}
            for one in held
            if one.doses
        ],
        "steps": [
            line(tx, plan, step.regimen) | {"on": step.starts}
            for step in plan.steps
            if step.starts > begun
        ],
        "over": sum(step.starts <= begun for step in plan.steps),
        "needed": [
            {
                "drug": tx.content.drugs[one.medicine].name,
                "mg": one.mg,
                "most": one.most_in_24h,
                "apart": one.least_hours_apart,
            }
            for one in plan.as_needed
        ],
    }


def today(tx: Tx, plan: Plan, day: date) -> list[Data]:
    """Return what holds on a day, medicine by medicine; those that ended are left out."""
    held = (regimen_on(plan, drug, day) for drug in plan.medicines)
    return [line(tx, plan, regimen) for regimen in held if regimen.doses]


def coming(tx: Tx, plan: Plan, day: date) -> Data | None:
    """Return the next change after a day, None when there is none."""
    change = next_change(plan, day)
    if change is None:
        return None
    return {
        "drug": tx.content.drugs[change.medicine].name,
        "on": change.day,
        **sizes(change),
        "left": len({step.starts for step in plan.steps if step.starts > day}),
        "last": max(step.starts for step in plan.steps),
    }


def sizes(change: Change) -> Data:
    """Return what a change leads from and to: mg of a day with doses, and every how many days."""
    return {
        "before": change.before.daily_mg,
        "before_every": change.before.every,
        "after": change.after.daily_mg,
        "every": change.after.every,
    }


def agreed(tx: Tx, row: PlanVersion) -> Data:
    """Return who confirmed a version, when and how; "patient says" wherever it is so (D9)."""
    return {
        "by": tx.vault.read(row, "confirmed_by") or "",
        "how": row.confirmed_how or "",
        "met": tx.json(row, "details").get("met", ""),
        "on": row.confirmed_on,
        "version": row.version,
        "state": row.state,
    }
