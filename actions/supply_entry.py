"""Counting what is left: asked, read, read back, and kept only then."""

from decimal import Decimal
from typing import Final

from actions import dialogues, findings, outbox, plans, supply
from actions.plans import Data
from actions.stock import Held, held
from actions.tx import Tx
from bot.content.amounts import kind_text, units_text
from care.amounts import Form, Product
from care.supply import NONE_LEFT
from care.tiers import Tier
from care.typedsupply import Counted, SupplyError, read_supply
from store.models import Dialogue, Medicine, Patient, Person
from store.queries import people as people_query

KIND: Final = "supply"
STEPS: Final = ("count", "refill")


def count(tx: Tx, person: Person, medicine_id: int) -> None:
    """Ask how much there is of a medicine."""
    _begin(tx, person, medicine_id, "count")


def refill(tx: Tx, person: Person, medicine_id: int) -> None:
    """Ask how much came; without a count to add it to, ask for everything."""
    medicine = _own(tx, person, medicine_id)
    now = held(tx, person, medicine) if medicine else None
    _begin(tx, person, medicine_id, "refill" if _can_add(tx, person, medicine, now) else "count")


def _can_add(tx: Tx, person: Person, medicine: Medicine | None, now: Held | None) -> bool:
    if medicine is None or now is None:
        return False
    return bool(now.stock.units) or not _planned(tx, person, medicine)


def none_left(tx: Tx, person: Person, medicine_id: int) -> None:
    """The answer "I have none left": counted as that, and a red flag (U01, D2)."""
    medicine = _own(tx, person, medicine_id)
    if medicine is None:
        return
    now = held(tx, person, medicine)
    if now is not None and now.stock.units:
        nothing = dict.fromkeys(now.stock.units, Decimal(0))
        row = supply.count_units(tx, person, medicine.id, nothing)
    else:
        row = supply.count(tx, person, medicine.id, Decimal(0))
    # Said by the patient: the sweep need not ask the same.
    row.warned_level, row.warned_at = NONE_LEFT, tx.now
    patient = tx.session.get_one(Patient, person.id)
    finding = findings.from_label(tx, "stopped_abruptly", Tier.URGENT, rule_id="U01")
    findings.act(tx, person, patient, [finding], source="supply", words=None)


def _own(tx: Tx, person: Person, medicine_id: int) -> Medicine | None:
    medicine = tx.session.get(Medicine, medicine_id)
    if medicine is None or medicine.patient_id != person.id:
        outbox.say(tx, person, "common/old_button")
        return None
    return medicine


def _begin(tx: Tx, person: Person, medicine_id: int, step: str) -> None:
    medicine = _own(tx, person, medicine_id)
    if medicine is None:
        return
    dialogues.begin(tx, person, KIND, step, {"medicine": medicine.id})
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "supply/ask",
        inline=[[words.button("supply.never_mind")]],
        what=step,
        **_naming(tx, person, medicine),
    )


def _naming(tx: Tx, person: Person, medicine: Medicine) -> Data:
    """Return the medicine and its strengths, strongest two for the example."""
    strengths = _strengths(tx, person, medicine)
    solid = [one.mg for one in strengths if one.form is not Form.LIQUID]
    return {
        "drug": tx.content.drugs[medicine.drug_id].name,
        "strengths": sorted(set(solid), reverse=True)[:2],
        "liquid": any(one.form is Form.LIQUID for one in strengths),
    }


def _planned(tx: Tx, person: Person, medicine: Medicine) -> tuple[Product, ...]:
    found = plans.in_force(tx, person.id)
    return found[1].products_of(medicine.drug_id) if found else ()


def _strengths(tx: Tx, person: Person, medicine: Medicine) -> tuple[Product, ...]:
    """Return the strengths a count can be of: those of the plan, else those the drug comes in."""
    drug = tx.content.drugs[medicine.drug_id]
    tablets = tuple(Product(drug.id, Form.TABLET, mg) for mg in drug.strengths_mg)
    slow = tuple(Product(drug.id, Form.MODIFIED_RELEASE, mg) for mg in drug.extended_release_mg)
    return _planned(tx, person, medicine) or tablets + slow


def on_text(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Read a typed count or refill; what is unclear is asked again, never guessed."""
    data = dialogues.data_of(tx, dialogue)
    medicine = tx.session.get_one(Medicine, int(data["medicine"]))
    planned = _planned(tx, person, medicine)
    try:
        read = read_supply(
            text,
            _strengths(tx, person, medicine),
            liquid_of="" if planned else medicine.drug_id,
        )
    except SupplyError as error:
        outbox.say(
            tx,
            person,
            "supply/unclear",
            code=error.code.value,
            found=error.found,
            **_naming(tx, person, medicine),
        )
        return
    data["read"] = [[one.product.form.value, str(one.product.mg), str(one.units)] for one in read]
    dialogues.move(tx, dialogue, dialogue.step, data)
    _read_back(tx, person, dialogue.step, medicine, read)


def _read_back(
    tx: Tx, person: Person, step: str, medicine: Medicine, read: tuple[Counted, ...]
) -> None:
    units, total = _after(tx, person, step, medicine, read)
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "supply/read_back",
        inline=[
            [words.button("supply.yes")],
            [words.button(f"supply.{step}", medicine.id, label="supply.again")],
        ],
        what=step,
        drug=tx.content.drugs[medicine.drug_id].name,
        typed=[units_text(one.product, one.units) for one in read],
        units=[units_text(one, number) for one, number in units.items()],
        total=total,
        missing=[kind_text(one) for one in _uncounted(tx, person, medicine, units)],
    )


def _uncounted(
    tx: Tx, person: Person, medicine: Medicine, units: dict[Product, Decimal]
) -> list[Product]:
    """Return the strengths of the plan that nobody ever counted: said, never taken for none."""
    planned = _planned(tx, person, medicine)
    return [one for one in planned if units and one not in units]


def _after(
    tx: Tx, person: Person, step: str, medicine: Medicine, read: tuple[Counted, ...]
) -> tuple[dict[Product, Decimal], Decimal]:
    """Return what there is then: by strength where the plan names them, and in all.

    A strength that was not named keeps its older figure; a refill adds to the figures of now.
    """
    now = held(tx, person, medicine)
    by_strength = bool(_planned(tx, person, medicine))
    units = dict(now.stock.units) if now and by_strength else {}
    for one in read:
        had = units.get(one.product, Decimal(0)) if step == "refill" else Decimal(0)
        units[one.product] = had + one.units
    if by_strength:
        return units, sum((one.mg * number for one, number in units.items()), Decimal(0))
    had = now.stock.total_mg if now and step == "refill" else Decimal(0)
    return {}, had + sum((one.product.mg * one.units for one in read), Decimal(0))


def yes(tx: Tx, person: Person) -> None:
    """The answer "Yes, that is right": kept, and warned of at once where it is little."""
    dialogue = people_query.dialogue(tx.session, person.id, KIND)
    data = dialogues.data_of(tx, dialogue) if dialogue is not None and dialogue.open else {}
    if dialogue is None or dialogue.step not in STEPS or not data.get("read"):
        outbox.say(tx, person, "supply/nothing_to_save")
        return
    medicine = tx.session.get_one(Medicine, int(data["medicine"]))
    read = tuple(
        Counted(_product(tx, person, medicine, Form(form), Decimal(mg)), Decimal(units))
        for form, mg, units in data["read"]
    )
    units, total = _after(tx, person, dialogue.step, medicine, read)
    dialogues.close(tx, dialogue)
    if units:
        row = supply.count_units(tx, person, medicine.id, units)
    else:
        row = supply.count(tx, person, medicine.id, total)
    now = held(tx, person, medicine)
    if now is not None:
        outbox.say(tx, person, "supply/saved", **supply.lasting(tx, now))
    supply.warn(tx, row.id, awake=True)


def _product(tx: Tx, person: Person, medicine: Medicine, form: Form, mg: Decimal) -> Product:
    known = (one for one in _strengths(tx, person, medicine) if (one.form, one.mg) == (form, mg))
    mark = Decimal(1) if form is Form.LIQUID else None
    return next(known, None) or Product(medicine.drug_id, form, mg, smallest_ml=mark)


def never_mind(tx: Tx, person: Person) -> None:
    """Stop asking; what was counted before stands."""
    close(tx, person)
    outbox.say(tx, person, "supply/never_mind")


def close(tx: Tx, person: Person) -> None:
    """End the question that is open about the supply."""
    dialogue = people_query.dialogue(tx.session, person.id, KIND)
    if dialogue is not None:
        dialogues.close(tx, dialogue)
