"""Supply: what was counted, reduced by what was taken, warned about in time."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from actions import help as numbers_of
from actions import outbox, plans
from actions.tx import Tx
from care.localtime import local_day
from care.messages import Kind
from care.supply import WARN_DAYS, days_left
from store.models import Dose, Medicine, Person, SupplyCount

ONCE_IN: Final = timedelta(hours=48)


def count(tx: Tx, person: Person, medicine_id: int, total_mg: Decimal) -> SupplyCount:
    """Keep a count of what is left of a medicine, in mg."""
    row = SupplyCount(patient_id=person.id, medicine_id=medicine_id, total_mg=total_mg, at=tx.now)
    tx.session.add(row)
    tx.session.flush()
    return row


def left(tx: Tx, row: SupplyCount) -> Decimal:
    """Return what is left of a counted medicine: the count less every confirmed intake since."""
    taken = select(Dose.mg).where(
        Dose.medicine_id == row.medicine_id, Dose.taken_at.is_not(None), Dose.taken_at > row.at
    )
    return row.total_mg - sum(tx.session.scalars(taken), Decimal(0))


def counted(tx: Tx) -> list[int]:
    """Return the newest count of every medicine that was ever counted."""
    newest = select(func.max(SupplyCount.id)).group_by(SupplyCount.medicine_id)
    return list(tx.session.scalars(newest))


def warn(tx: Tx, count_id: int) -> None:
    """Warn of a medicine that lasts seven days or less, once in two days."""
    row = tx.session.get_one(SupplyCount, count_id, with_for_update=True)
    if row.warned_at is not None and tx.now - row.warned_at < ONCE_IN:
        return
    found = plans.in_force(tx, row.patient_id)
    person = tx.session.get_one(Person, row.patient_id)
    medicine = tx.session.get_one(Medicine, row.medicine_id)
    today = local_day(tx.now, person.zone or "UTC")
    days = days_left(found[1], medicine.drug_id, left(tx, row), today) if found else None
    if days is None or days > WARN_DAYS:
        return
    row.warned_at = tx.now
    outbox.say(
        tx,
        person,
        "doses/supply_low",
        kind=Kind.REMINDER,
        key=f"supply:{row.id}:{today}",
        days=days,
        drug=tx.content.drugs[medicine.drug_id].name,
        urgent=numbers_of.country_of(tx, person).urgent,
    )
