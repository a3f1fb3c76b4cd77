"""The numbers and names that every safety text needs."""

from typing import Any

from sqlalchemy import select

from actions.tx import Tx
from bot.content.countries import UNKNOWN, Country
from store.models import Medicine, Patient, Person


def country_of(tx: Tx, person: Person) -> Country:
    """Return somebody's country; the generic one until they told us (never guessed)."""
    return tx.content.countries.get(person.country or "", UNKNOWN)


def numbers(tx: Tx, person: Person) -> dict[str, Any]:
    """Return the template values for emergency and crisis numbers of a person's country."""
    country = country_of(tx, person)
    return {
        "emergency": country.emergency[0],
        "crisis": country.crisis[0] if country.crisis else None,
        "urgent": country.urgent,
    }


def drug_ids(tx: Tx, patient_id: int) -> list[str]:
    """Return the drug ids of a patient's medicines, in the order they were entered."""
    query = select(Medicine.drug_id).where(Medicine.patient_id == patient_id).order_by(Medicine.id)
    return list(tx.session.scalars(query))


def drug_names(tx: Tx, patient_id: int) -> list[str]:
    """Return the names of a patient's medicines."""
    query = select(Medicine).where(Medicine.patient_id == patient_id).order_by(Medicine.id)
    return [tx.content.drugs[medicine.drug_id].name for medicine in tx.session.scalars(query)]


def drug_classes(tx: Tx, patient_id: int) -> frozenset[str]:
    """Return the classes of a patient's medicines, `short_half_life` added where one is."""
    query = select(Medicine.drug_id).where(Medicine.patient_id == patient_id)
    drugs = [tx.content.drugs[drug_id] for drug_id in tx.session.scalars(query)]
    short = {"short_half_life"} if any(drug.short_acting for drug in drugs) else set()
    return frozenset({drug.cls for drug in drugs} | short)


def prescriber(tx: Tx, patient: Patient) -> dict[str, Any]:
    """Return the prescriber's name and phone as far as they are known."""
    intake = tx.json(patient, "intake")
    name, phone = intake.get("prescriber") or "", intake.get("prescriber_phone") or ""
    return {"prescriber": name or "your prescriber", "prescriber_phone": phone}
