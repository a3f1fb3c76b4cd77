"""What is left of a medicine: counted, and used up by what the ledger says was taken since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import or_, select

from actions import plans
from actions.tx import Tx
from bot.content.pharmacies import open_in
from care.amounts import Form, Product
from care.doses import DoseState
from care.localtime import local_day
from care.plan import Plan
from care.stock import Stock, counted, used
from care.supply import IsOpen, Outlook, outlook
from store.models import Dose, Medicine, Person, SupplyCount
from store.queries import plans as query

ANY_MARK: Final = Decimal(1)
STILL_OPEN: Final = (DoseState.PLANNED.value, DoseState.DUE.value)


@dataclass(frozen=True, slots=True)
class Held:
    """What is left of one medicine, and how long it lasts under the plan.

    `newest` is a row of the count it was derived from, `unconfirmed` how many doses since then
    nobody said anything about.
    """

    medicine: Medicine
    newest: SupplyCount
    stock: Stock
    seen: Outlook
    today: date
    is_open: IsOpen
    unconfirmed: int


def held(tx: Tx, person: Person, medicine: Medicine) -> Held | None:
    """Return what is left of a medicine and until when; None when nobody counted it.

    A dose that is not confirmed counts as gone here, which the ledger never says: tablets that
    may have been taken are tablets that may be missing.
    """
    found = plans.in_force(tx, person.id)
    rows = _newest(tx, medicine)
    if found is None or not rows:
        return None
    _, plan = found
    today = local_day(tx.now, person.zone or "UTC")
    doses = _gone(tx, rows[-1])
    stock = _left(rows, doses, plan.products_of(medicine.drug_id))
    still = _still_today(tx, medicine, today)
    return Held(
        medicine=medicine,
        newest=rows[-1],
        stock=stock,
        seen=outlook(plan, medicine.drug_id, stock, today, still_today=still),
        today=today,
        is_open=open_in(person.country or ""),
        unconfirmed=sum(dose.state == DoseState.UNKNOWN.value for dose in doses),
    )


def _newest(tx: Tx, medicine: Medicine) -> list[SupplyCount]:
    """Return the newest count, a row for each strength; a count is always of everything."""
    every = select(SupplyCount).where(SupplyCount.medicine_id == medicine.id)
    rows = tx.session.scalars(every.order_by(SupplyCount.id)).all()
    standing: dict[tuple[Decimal, str | None] | None, SupplyCount] = {}
    for row in rows:
        if row.at != rows[-1].at:
            continue
        if row.strength_mg is None:
            standing = {None: row}
        else:
            standing.pop(None, None)
            standing.pop((row.strength_mg, row.form), None)
            standing[row.strength_mg, row.form] = row
    return list(standing.values())


def _gone(tx: Tx, count: SupplyCount) -> list[Dose]:
    """Return the doses that were or may have been taken since, in their order.

    What was taken at the very moment of a count was not in the box any more.
    """
    unsure = (Dose.state == DoseState.UNKNOWN.value) & (Dose.due_at > count.at)
    rows = select(Dose).where(
        Dose.medicine_id == count.medicine_id, or_(Dose.taken_at > count.at, unsure)
    )
    return sorted(
        tx.session.scalars(rows), key=lambda dose: (dose.taken_at or dose.due_at, dose.id)
    )


def _left(rows: Sequence[SupplyCount], doses: Iterable[Dose], planned: Sequence[Product]) -> Stock:
    """Take the doses off what was counted; without strengths in the plan, off the total alone."""
    total = sum((row.total_mg for row in rows), Decimal(0))
    by_strength = bool(planned) and all(row.units is not None for row in rows)
    units = {_product(row, planned): row.units or Decimal(0) for row in rows} if by_strength else {}
    stock = counted(units) if by_strength else Stock(total)
    for dose in doses:
        stock = used(stock, dose.mg)
    return stock


def _product(row: SupplyCount, planned: Sequence[Product]) -> Product:
    """Return which product of the plan was counted; one it does not name is never split."""
    mg, form = row.strength_mg or Decimal(0), Form(row.form or Form.TABLET)
    known = (one for one in planned if (one.mg, one.form) == (mg, form))
    mark = ANY_MARK if form is Form.LIQUID else None
    return next(known, None) or Product(planned[0].medicine, form, mg, smallest_ml=mark)


def _still_today(tx: Tx, medicine: Medicine, today: date) -> list[Decimal]:
    """Return the doses of today that nothing is known of yet, in mg, soonest first."""
    rows = select(Dose).where(
        Dose.medicine_id == medicine.id,
        Dose.local_day == today,
        Dose.state.in_(STILL_OPEN),
        ~Dose.as_needed,
    )
    return [dose.mg for dose in tx.session.scalars(rows.order_by(Dose.due_at, Dose.id))]


def lasts_until(tx: Tx, person: Person, plan: Plan) -> dict[str, date]:
    """Return the first day each counted medicine does not cover under a plan, in force or not."""
    found: dict[str, date] = {}
    for medicine in query.medicines(tx.session, person.id):
        now = held(tx, person, medicine)
        if now is not None and medicine.drug_id in plan.medicines:
            until = outlook(plan, medicine.drug_id, now.stock, now.today).until
            found |= {medicine.drug_id: until} if until else {}
    return found
