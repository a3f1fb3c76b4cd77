"""Supply: what was counted, how long it lasts under the plan, and who is told in time."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select

from actions import asks, outbox
from actions import help as numbers_of
from actions.stock import Held, held
from actions.tx import Tx
from care.amounts import Product
from care.localtime import local
from care.messages import Kind
from care.supply import (
    ALARM_DAYS,
    NONE_LEFT,
    last_open_day,
    next_open_day,
    tell,
    warning,
)
from care.textreader import Hit, Outcome
from care.tiers import Tier
from store.models import Absence, Medicine, Patient, Person, SupplyCount
from store.queries import people as query

WAKING: Final = range(8, 21)  # [ENG] hours in which a pharmacy can be called
STALE: Final = timedelta(hours=24)
LABEL: Final = "no_supply"


def until(tx: Tx, person: Person, medicine_id: int) -> date | None:
    """Return the first day not covered; None when nobody counted, or it lasts to the end."""
    seen = _held(tx, person, medicine_id)
    return seen.seen.until if seen else None


def days_left(tx: Tx, person: Person, medicine_id: int) -> int | None:
    """Return for how many days from today, today included, it lasts; None as in `until`."""
    seen = _held(tx, person, medicine_id)
    return (seen.seen.until - seen.today).days if seen and seen.seen.until else None


def _held(tx: Tx, person: Person, medicine_id: int) -> Held | None:
    medicine = tx.session.get(Medicine, medicine_id)
    if medicine is None or medicine.patient_id != person.id:
        return None
    return held(tx, person, medicine)


def count(tx: Tx, person: Person, medicine_id: int, total_mg: Decimal) -> SupplyCount:
    """Keep a count of everything that is left of a medicine, in mg; the newest one stands."""
    rows = [SupplyCount(total_mg=total_mg)]
    return _keep(tx, person, medicine_id, rows)


def count_units(
    tx: Tx, person: Person, medicine_id: int, units: Mapping[Product, Decimal]
) -> SupplyCount:
    """Keep a count of everything that is left of a medicine, strength by strength."""
    rows = [
        SupplyCount(total_mg=one.mg * number, strength_mg=one.mg, form=one.form.value, units=number)
        for one, number in units.items()
    ]
    return _keep(tx, person, medicine_id, rows)


def _keep(tx: Tx, person: Person, medicine_id: int, rows: list[SupplyCount]) -> SupplyCount:
    medicine = tx.session.get_one(Medicine, medicine_id)
    before = held(tx, person, medicine)
    for row in rows:
        row.patient_id, row.medicine_id, row.at = person.id, medicine_id, tx.now
        tx.session.add(row)
        tx.session.flush()
    if before is not None:
        _take_over(tx, person, before.newest, held(tx, person, medicine))
    return rows[-1]


def _take_over(tx: Tx, person: Person, before: SupplyCount, now: Held | None) -> None:
    """What was said already is not said again; what is over is said to be over."""
    if now is None or before.warned_level is None:
        return
    level = warning(now.seen, now.today, now.is_open)
    if level is not None and level >= before.warned_level:
        now.newest.warned_level, now.newest.warned_until = level, now.seen.until
    elif level is not None:
        now.newest.warned_level = before.warned_level
        now.newest.warned_until = before.warned_until
    now.newest.warned_at = before.warned_at
    if before.warned_level <= ALARM_DAYS and (level is None or level > ALARM_DAYS):
        _tell_caregivers(tx, person, now, "caregivers/supply_ok", f"ok:{now.newest.id}")


def counted(tx: Tx) -> list[int]:
    """Return the newest count of every medicine that was ever counted."""
    newest = select(func.max(SupplyCount.id)).group_by(SupplyCount.medicine_id)
    return list(tx.session.scalars(newest))


def warn(tx: Tx, count_id: int, *, awake: bool = False) -> None:
    """Warn of a medicine that runs out: the patient at 7, 3 and 1 days, caregivers from 3 on.

    Each is said once, and again only when it got worse. With nothing left for the next dose the
    patient is asked whether that is so; yes, or no answer, is told to a person (U01, D2). What
    can wait is not said at night, unless the patient is `awake`.
    """
    row = tx.session.get_one(SupplyCount, count_id, with_for_update=True)
    person = tx.session.get_one(Person, row.patient_id)
    patient = tx.session.get_one(Patient, row.patient_id)
    now = _held(tx, person, row.medicine_id)
    if now is None or now.newest.id != row.id or patient.state != "active" or _away(tx, patient):
        return
    level = warning(now.seen, now.today, now.is_open)
    if level is None or not tell(
        level, now.seen.until, told=row.warned_level, told_until=row.warned_until
    ):
        return
    if not (awake or _good_hour(tx, person, now, level)):
        return
    row.warned_level, row.warned_until, row.warned_at = level, now.seen.until, tx.now
    if level == NONE_LEFT:
        _ask(tx, person, patient)
        return
    _tell_patient(tx, person, patient, now, level)
    if level <= ALARM_DAYS:
        _tell_caregivers(tx, person, now, "caregivers/supply_low", f"{row.id}:{level}")


def _away(tx: Tx, patient: Patient) -> bool:
    """In hospital or paused, others see to the tablets."""
    away = select(func.count()).where(
        Absence.patient_id == patient.person_id,
        Absence.starts_at <= tx.now,
        func.coalesce(Absence.ends_at, tx.now) >= tx.now,
    )
    return bool(tx.session.scalar(away))


def _good_hour(tx: Tx, person: Person, now: Held, level: int) -> bool:
    if level == NONE_LEFT and _at_once(tx, now):
        return True  # day or night (D2)
    return local(tx.now, person.zone or "UTC").hour in WAKING


def _at_once(tx: Tx, now: Held) -> bool:
    drug = tx.content.drugs[now.medicine.drug_id]
    return drug.cls == "baclofen" or drug.short_acting


def _ask(tx: Tx, person: Person, patient: Patient) -> None:
    hit = Hit(
        rule_id="U01",
        label=LABEL,
        tier=Tier.URGENT,
        outcome=Outcome.ASK,
        words="",
        start=0,
        end=0,
        modifiers=(),
        ask=LABEL,
    )
    asks.put(tx, person, patient, hit, None)


def _tell_patient(tx: Tx, person: Person, patient: Patient, now: Held, level: int) -> None:
    words = tx.content.buttons(person.locale)
    links = query.caregivers(tx.session, person.id) if level <= ALARM_DAYS else []
    outbox.say(
        tx,
        person,
        "supply/low",
        kind=Kind.REMINDER,
        key=f"supply:{now.newest.id}:{level}:{now.seen.until}",
        until=tx.now + STALE,
        inline=[
            [words.button("supply.count", now.medicine.id)],
            [words.button("supply.refill", now.medicine.id)],
            [words.button("supply.none", now.medicine.id)],
        ],
        soon=level <= ALARM_DAYS,
        told=[tx.name_of(tx.session.get_one(Person, link.person_id)) for link in links],
        urgent=numbers_of.country_of(tx, person).urgent,
        **numbers_of.prescriber(tx, patient),
        **lasting(tx, now),
    )


def _tell_caregivers(tx: Tx, person: Person, now: Held, template: str, key: str) -> None:
    for link in query.caregivers(tx.session, person.id):
        outbox.say(
            tx,
            tx.session.get_one(Person, link.person_id),
            template,
            kind=Kind.REMINDER,
            key=f"supply:{key}:{now.seen.until}:{link.id}",
            until=tx.now + STALE,
            patient=tx.name_of(person),
            **lasting(tx, now),
        )


def lasting(tx: Tx, now: Held) -> dict[str, Any]:
    """Return the values that say how long a medicine lasts.

    `full_until` is the last day that is wholly covered, `last_open` the last day with an open
    pharmacy before it runs out where that is not the day before, `opens` the next such day where
    none is left before it, today neither. `at_once`: it ends by tonight, and its next dose may not
    be left out (D2).
    """
    ends = now.seen.until
    last = last_open_day(ends, now.today, now.is_open) if ends else None
    opens = next_open_day(now.today, now.is_open)
    early = ends is not None and last is not None and last < ends - timedelta(days=1)
    return {
        "drug": tx.content.drugs[now.medicine.drug_id].name,
        "days": None if ends is None else (ends - now.today).days,
        "at_once": ends is not None and (ends - now.today).days <= 1 and _at_once(tx, now),
        "full_until": None if ends is None else ends - timedelta(days=1),
        "last_open": last if early else None,
        "opens": opens if ends and last is None and opens != now.today else None,
        "unconfirmed": now.unconfirmed,
    }
