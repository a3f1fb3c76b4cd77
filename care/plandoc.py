"""The plan document: one written form of a plan, for files, codes and what is kept.

Strict on purpose: what is not understood is refused with its place, never dropped or guessed.
docs/plan-format.md describes it; medicine names are turned into ids by whoever calls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum

from care import planparts as parts
from care.amounts import Form, Product
from care.plan import AsNeeded, Plan, Regimen, TypedStep, keep_slots, mg_text, plan_of
from care.planparts import Data, PlanDocumentError, Table, TimedDoses

__all__ = [
    "MOST_STEPS",
    "PlanDocument",
    "PlanDocumentError",
    "Unresolved",
    "read_document",
    "write_document",
]

VERSION = 1
MOST_STEPS = 1000
_MOST_MEDICINES = 10  # [ENG] more at once is a typing error
_MOST_DAYS = 31  # [ENG] rest days longer than a month are a typing error
_MOST_PRODUCTS = 20
_MOST_TIMES_NEEDED = 24
_MOST_HOURS = Decimal(168)


class Unresolved(StrEnum):
    """What the prescriber wants when a cut falls due while an alert is unresolved (D1)."""

    STAY = "stay"
    GO_AHEAD = "go_ahead"


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan as it is written down, with who stands for it. `prescriber` may be empty.

    Without `if_unresolved` no amount is prompted until the patient presses one (D1).
    """

    plan: Plan
    prescriber: str = ""
    if_unresolved: Unresolved | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a document says of one medicine."""

    medicine: str
    now: TimedDoses
    steps: tuple[TypedStep, ...]
    products: tuple[Product, ...]
    as_needed: AsNeeded | None


def read_document(
    data: object,
    drug_id: Callable[[str], str | None],
    *,
    most_mg: Mapping[str, Decimal] | None = None,
) -> PlanDocument:
    """The plan of a parsed YAML or JSON document.

    `drug_id` gives our id of a typed medicine name, or None. Amounts come as text, whole numbers
    or Decimal; a float is refused, because it has lost what was written. One wall time of a
    medicine has one slot from start to end, given in the order of the clock. `most_mg` is by drug
    id: more a day is taken for a slip of a key; without it the limit is 500 mg.

    Raises:
        PlanDocumentError: at the first place that is not understood.
    """
    table = Table(data, ())
    table.only("steady_plan", "prescriber", "if_unresolved", "medicines")
    if table.number("steady_plan", most=10**6) != VERSION:
        raise table.error("steady_plan", f"{VERSION}, the version of the format")
    entries = _entries(table, drug_id, most_mg or {})
    present = [_present(one) for one in entries if one.now]
    plan = plan_of(present, (step for one in entries for step in one.steps))
    return PlanDocument(
        Plan(
            plan.present,
            plan.steps,
            tuple(product for one in entries for product in one.products),
            tuple(one.as_needed for one in entries if one.as_needed),
        ),
        table.text("prescriber") if table.has("prescriber") else "",
        Unresolved(table.choice("if_unresolved", list(Unresolved)))
        if table.has("if_unresolved")
        else None,
    )


def _present(entry: _Entry) -> Regimen:
    doses = tuple((wall, mg) for wall, mg, _ in entry.now)
    how = {wall: words for wall, _, words in entry.now}
    return keep_slots(Regimen(entry.medicine, ()), doses, how=how)


def _entries(
    table: Table, drug_id: Callable[[str], str | None], limits: Mapping[str, Decimal]
) -> list[_Entry]:
    entries: list[_Entry] = []
    steps = 0
    for one in table.tables("medicines", most=_MOST_MEDICINES):
        entry = _entry(one, _medicine(one, drug_id), limits, MOST_STEPS - steps)
        if entry.medicine in (known.medicine for known in entries):
            raise one.error("medicine", "each medicine once, with all of its steps")
        steps += len(entry.steps)
        entries.append(entry)
    return entries


def _medicine(table: Table, drug_id: Callable[[str], str | None]) -> str:
    medicine = drug_id(table.text("medicine"))
    if medicine is None:
        raise table.error("medicine", "the name of a medicine that Steady follows")
    return medicine


def _entry(table: Table, medicine: str, limits: Mapping[str, Decimal], most_steps: int) -> _Entry:
    table.only("medicine", "products", "now", "steps", "as_needed")
    most = limits.get(medicine, parts.MOST_MG)
    entry = _Entry(
        medicine,
        _doses(table, "now", most) if table.has("now") and table.rows("now") else (),
        _steps(table, medicine, most, most_steps) if table.has("steps") else (),
        _products(table, medicine) if table.has("products") else (),
        _as_needed(table.table("as_needed"), medicine) if table.has("as_needed") else None,
    )
    if not (entry.now or entry.steps or entry.as_needed):
        raise table.error("now", "what is taken now, or steps, or as_needed")
    return entry


def _doses(table: Table, key: str, most: Decimal) -> TimedDoses:
    doses: list[tuple[time, Decimal, str]] = []
    for one in table.tables(key, most=parts.MOST_DOSES):
        one.only("at", "mg", "how")
        wall = one.wall("at")
        if wall in (known for known, _, _ in doses):
            raise one.error("at", "each time once")
        how = one.text("how") if one.has("how") else ""
        doses.append((wall, one.amount("mg", zero="more than 0 mg; an end is stop: true"), how))
        total = sum(mg for _, mg, _ in doses)
        if total > most:
            found = f"{mg_text(Decimal(total))} mg a day"
            raise one.error("mg", f"at most {mg_text(most)} mg a day", found=found)
    return tuple(sorted(doses))


def _steps(table: Table, medicine: str, most_mg: Decimal, most: int) -> tuple[TypedStep, ...]:
    steps: list[TypedStep] = []
    for one in table.tables("steps", most=MOST_STEPS):
        if len(steps) == most:
            raise one.error(None, f"at most {MOST_STEPS} steps in a plan")
        step = _step(one, medicine, most_mg)
        if steps and step.starts == steps[-1].starts:
            raise one.error("from", "one step a day for each medicine")
        if steps and step.starts < steps[-1].starts:
            raise one.error("from", f"a date after {steps[-1].starts}, the step before it")
        steps.append(step)
    return tuple(steps)


def _step(table: Table, medicine: str, most: Decimal) -> TypedStep:
    table.only("from", "every", "doses", "stop")
    starts = table.day("from")
    if table.has("stop"):
        if not table.flag("stop"):
            raise table.error("stop", "true, or doses in its place")
        for key in ("doses", "every"):
            if table.has(key):
                raise table.error(key, f"either stop or {key}")
        return TypedStep(starts, medicine, ())
    every = table.number("every", most=_MOST_DAYS) if table.has("every") else 1
    doses = _doses(table, "doses", most)
    if not doses:
        raise table.error("doses", "at least one dose, or stop: true")
    how = {wall: words for wall, _, words in doses if words}
    return TypedStep(starts, medicine, tuple((wall, mg) for wall, mg, _ in doses), every, how)


def _products(table: Table, medicine: str) -> tuple[Product, ...]:
    products = tuple(
        _product(one, medicine) for one in table.tables("products", most=_MOST_PRODUCTS)
    )
    for number, one in enumerate(products):
        if one in products[:number]:
            raise table.error("products", "each product once", number)
    return products


def _product(table: Table, medicine: str) -> Product:
    form = Form(table.choice("form", list(Form)))
    if form is Form.LIQUID:
        table.only("form", "mg_per_ml", "smallest_ml")
        mark = table.amount("smallest_ml", unit="ml")
        return Product(medicine, form, table.amount("mg_per_ml"), smallest_ml=mark)
    table.only("form", "mg", "pieces")
    pieces = int(table.choice("pieces", ["1", "2", "4"])) if table.has("pieces") else 1
    if pieces > 1 and form is not Form.TABLET:
        raise table.error("pieces", "only a scored tablet is split: leave pieces out")
    return Product(medicine, form, table.amount("mg"), pieces)


def _as_needed(table: Table, medicine: str) -> AsNeeded:
    table.only("mg", "most_in_24h", "least_hours_apart")
    hours = table.amount("least_hours_apart", unit="hours", least_zero=True)
    if hours > _MOST_HOURS:
        raise table.error("least_hours_apart", f"at most {_MOST_HOURS} hours")
    most = table.number("most_in_24h", most=_MOST_TIMES_NEEDED)
    return AsNeeded(medicine, table.amount("mg"), most, hours)


def write_document(document: PlanDocument) -> Data:
    """The document ready for JSON or YAML: ISO dates, "HH:MM", amounts as text.

    `read_document` makes the same plan of it. Medicines are written by their id.

    Raises:
        ValueError: when a medicine has two as-needed doses, which the format cannot hold.
    """
    plan = document.plan
    needed = [one.medicine for one in plan.as_needed]
    if len(set(needed)) < len(needed):
        raise ValueError("a medicine has one as-needed dose at most")
    named = dict.fromkeys((*plan.medicines, *needed, *(one.medicine for one in plan.products)))
    data: Data = {"steady_plan": VERSION}
    if document.prescriber:
        data["prescriber"] = document.prescriber
    if document.if_unresolved:
        data["if_unresolved"] = document.if_unresolved.value
    return data | {"medicines": [_medicine_data(plan, one) for one in named]}


def _medicine_data(plan: Plan, medicine: str) -> Data:
    data: Data = {"medicine": medicine}
    if products := plan.products_of(medicine):
        data["products"] = [_product_data(one) for one in products]
    for regimen in plan.present:
        if regimen.medicine == medicine:
            data["now"] = _doses_data(regimen)
    steps = [step for step in plan.steps if step.regimen.medicine == medicine]
    if steps:
        data["steps"] = [
            {"from": step.starts.isoformat()} | _step_data(step.regimen) for step in steps
        ]
    for one in plan.as_needed:
        if one.medicine == medicine:
            data["as_needed"] = {
                "mg": mg_text(one.mg),
                "most_in_24h": one.most_in_24h,
                "least_hours_apart": mg_text(one.least_hours_apart),
            }
    return data


def _step_data(regimen: Regimen) -> Data:
    if not regimen.doses:
        return {"stop": True}
    every: Data = {"every": regimen.every} if regimen.every > 1 else {}
    return every | {"doses": _doses_data(regimen)}


def _doses_data(regimen: Regimen) -> list[Data]:
    return [
        {"at": f"{dose.wall:%H:%M}", "mg": mg_text(dose.mg)}
        | ({"how": dose.how} if dose.how else {})
        for dose in regimen.doses
    ]


def _product_data(one: Product) -> Data:
    if one.smallest_ml is not None:
        mark = mg_text(one.smallest_ml)
        return {"form": one.form.value, "mg_per_ml": mg_text(one.mg), "smallest_ml": mark}
    data: Data = {"form": one.form.value, "mg": mg_text(one.mg)}
    return data | ({"pieces": one.pieces} if one.pieces > 1 else {})
