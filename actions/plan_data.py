"""A plan as a dialogue holds it until it is confirmed: plain values that can be sealed as JSON.

The same shape comes from typed lines, from files, from codes and from a plan in force, so that
every way in is read back and confirmed alike.
"""

import json
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from care.amounts import Form, Product
from care.plan import (
    AsNeeded,
    Plan,
    Regimen,
    Step,
    TypedDoses,
    TypedStep,
    keep_slots,
    plan_of,
)

Data = dict[str, Any]

PLAN: Final = ("medicines", "steps", "products", "as_needed")
SAID: Final = (
    *("code", "agreed", "met", "why", "how", "by"),
    *("if_unresolved", "resumed", "goes_on", "earlier"),
)
"""What is said of a plan: where it came from, who agreed, what holds. Of no other plan."""


def forget_plan(data: Data) -> None:
    """Take a plan out of a dialogue, with everything that was said of it."""
    for name in (*PLAN, *SAID, "pending"):
        data.pop(name, None)


def under_code(data: Data, code: Data) -> Data:
    """Return a plan as one that a prescriber made into a code: `by` whom, `on` which day, `why`."""
    return data | {"code": code | {"plan": _written(data)}}


def code_of(data: Data) -> Data | None:
    """Return the code a plan came by; None for any other plan, one changed since among them."""
    code: Data = data.get("code") or {}
    return code if code.get("plan") == _written(data) else None


def _written(data: Data) -> str:
    return json.dumps([data.get(name) for name in PLAN], sort_keys=True)


def plan_of_data(data: Data, before: Plan | None = None) -> Plan:
    """Return the plan of this data; a time of day keeps the slot it had in the plan `before`.

    A new plan in the middle of a day would otherwise take a new dose for one that is known.
    """
    present = [_present(one, before) for one in data.get("medicines", []) if one["doses"]]
    plan = plan_of(present, _typed(data.get("steps")))
    return Plan(plan.present, plan.steps, _products(data), _as_needed(data))


def whole_course(data: Data) -> Plan:
    """Return the plan of this data with the steps that led to it (`earlier`) before its own."""
    return plan_of_data(data | {"steps": [*(data.get("earlier") or ()), *data.get("steps", [])]})


def earlier_of(data: Data) -> tuple[Step, ...]:
    """Return the steps that led to the present doses, where they were typed along."""
    return plan_of((), _typed(data.get("earlier"))).steps


def _typed(rows: Iterable[Data] | None) -> list[TypedStep]:
    return [
        TypedStep(
            date.fromisoformat(one["on"]),
            one["drug"],
            doses_of(one["doses"]),
            int(one.get("every") or 1),
            _how(one),
        )
        for one in rows or ()
    ]


def data_of_typed(steps: Iterable[TypedStep]) -> list[Data]:
    """Return typed steps as data."""
    return [
        {
            "on": step.starts.isoformat(),
            "drug": step.medicine,
            "doses": [[wall.isoformat(), str(mg)] for wall, mg in step.doses],
            "every": step.every,
        }
        for step in steps
    ]


def _present(one: Data, before: Plan | None) -> Regimen:
    held = (regimen for regimen in (before.present if before else ()))
    known = next((regimen for regimen in held if regimen.medicine == one["drug"]), None)
    steps = before.steps if before else ()
    return keep_slots(
        known or Regimen(one["drug"], ()),
        doses_of(one["doses"]),
        earlier=[step.regimen for step in steps if step.regimen.medicine == one["drug"]],
        how=_how(one),
    )


def doses_of(typed: Iterable[list[str]]) -> TypedDoses:
    """Return wall times and mg of a list of pairs of texts."""
    return tuple((time.fromisoformat(wall), Decimal(mg)) for wall, mg in typed)


def _how(one: Data) -> dict[time, str]:
    return {time.fromisoformat(wall): how for wall, how in (one.get("how") or {}).items()}


def _products(data: Data) -> tuple[Product, ...]:
    return tuple(
        Product(
            one["drug"],
            Form(one["form"]),
            Decimal(one["mg"]),
            int(one.get("pieces") or 1),
            Decimal(one["smallest_ml"]) if one.get("smallest_ml") else None,
        )
        for one in data.get("products") or []
    )


def _as_needed(data: Data) -> tuple[AsNeeded, ...]:
    return tuple(
        AsNeeded(one["drug"], Decimal(one["mg"]), int(one["most"]), Decimal(one["apart"]))
        for one in data.get("as_needed") or []
    )


def data_of_plan(plan: Plan) -> Data:
    """Return a plan as data: what `plan_of_data` reads."""
    medicines = [_data_of(one) for one in plan.present]
    return {"medicines": medicines, "steps": data_of_steps(plan.steps)} | details_of(plan)


def data_of_steps(steps: Iterable[Step]) -> list[Data]:
    """Return dated steps as data."""
    return [
        _data_of(step.regimen) | {"on": step.starts.isoformat(), "every": step.regimen.every}
        for step in steps
    ]


def _data_of(regimen: Regimen) -> Data:
    return {
        "drug": regimen.medicine,
        "doses": [[dose.wall.isoformat(), str(dose.mg)] for dose in regimen.doses],
        "how": {dose.wall.isoformat(): dose.how for dose in regimen.doses if dose.how},
    }


def details_of(plan: Plan) -> Data:
    """Return what is kept of a plan beside its steps: products and doses taken when needed."""
    return {
        "products": [
            {
                "drug": one.medicine,
                "form": one.form.value,
                "mg": str(one.mg),
                "pieces": one.pieces,
                "smallest_ml": str(one.smallest_ml) if one.smallest_ml else "",
            }
            for one in plan.products
        ],
        "as_needed": [
            {
                "drug": one.medicine,
                "mg": str(one.mg),
                "most": one.most_in_24h,
                "apart": str(one.least_hours_apart),
            }
            for one in plan.as_needed
        ],
    }
