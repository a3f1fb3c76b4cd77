"""/supply: what is left and until when, and the dates it has to last to."""

from datetime import date, timedelta
from typing import Final

from actions import dialogues, outbox, plans, supply, supply_entry
from actions.plans import Data
from actions.stock import held
from actions.tx import Tx
from bot.content.amounts import units_text
from care.localtime import local_day
from care.plan import Plan
from care.plandates import read_date
from care.supply import too_short
from care.typedline import PlanLineError, pieces_of
from store.models import Dialogue, Medicine, Patient, Person
from store.queries import people as people_query
from store.queries import plans as query

DATES: Final = ("refill_on", "appointment_on")
WEEKS: Final = (1, 2, 4)
NO_DATE: Final = "none"
WAYS: Final = {
    "count": supply_entry.count,
    "refill": supply_entry.refill,
    "none": supply_entry.none_left,
}


def show(tx: Tx, person: Person) -> None:
    """Show what is left of every medicine, until when, and the next dates."""
    patient = people_query.patient_of(tx.session, person)
    found = plans.in_force(tx, person.id)
    words = tx.content.buttons(person.locale)
    if patient is None or found is None:
        outbox.say(tx, person, "common/not_joined", inline=[[words.button("ob.resume")]])
        return
    outbox.say(
        tx,
        person,
        "supply/overview",
        inline=[
            [
                words.button("supply.pick", "count", label="supply.count"),
                words.button("supply.pick", "refill", label="supply.refill"),
            ],
            [words.button("supply.pick", "none", label="supply.none")],
            [
                words.button("supply.set", "refill_on", label="supply.set_refill"),
                words.button("supply.set", "appointment_on", label="supply.set_appointment"),
            ],
        ],
        medicines=[_line(tx, person, patient, one) for one in _medicines(tx, person, found[1])],
        **_dates(tx, person, patient),
    )


def _medicines(tx: Tx, person: Person, plan: Plan) -> list[Medicine]:
    named = {*plan.medicines, *(one.medicine for one in plan.as_needed)}
    return [one for one in query.medicines(tx.session, person.id) if one.drug_id in named]


def _dates(tx: Tx, person: Person, patient: Patient) -> Data:
    """Return the next refill and appointment; a day that has passed is no next one."""
    today = local_day(tx.now, person.zone or "UTC")
    return {
        name: day if day is not None and day >= today else None
        for name, day in ((one, getattr(patient, one)) for one in DATES)
    }


def _line(tx: Tx, person: Person, patient: Patient, medicine: Medicine) -> Data:
    now = held(tx, person, medicine)
    if now is None:
        return {"drug": tx.content.drugs[medicine.drug_id].name, "counted": False}
    dates = _dates(tx, person, patient)
    gaps = [name for name, day in dates.items() if too_short(now.seen.until, day)]
    return {
        "counted": True,
        "units": [units_text(one, number) for one, number in now.stock.units.items()],
        "total": now.stock.total_mg,
        "short_of": gaps[0] if gaps else "",
        **supply.lasting(tx, now),
    }


def pick(tx: Tx, person: Person, what: str) -> None:
    """Go on with the only medicine, or ask which one."""
    found = plans.in_force(tx, person.id)
    if found is None or what not in WAYS:
        outbox.say(tx, person, "common/old_button")
        return
    there = _medicines(tx, person, found[1])
    if len(there) == 1:
        WAYS[what](tx, person, there[0].id)
        return
    words = tx.content.buttons(person.locale)
    rows = [
        [words.saying(tx.content.drugs[one.drug_id].name, f"supply.{what}", one.id)]
        for one in there
    ]
    outbox.say(tx, person, "supply/which", inline=rows)


def set_date(tx: Tx, person: Person, what: str) -> None:
    """Ask for the day of the next refill or appointment: tapped or typed."""
    if what not in DATES or people_query.patient_of(tx.session, person) is None:
        outbox.say(tx, person, "common/old_button")
        return
    dialogues.begin(tx, person, supply_entry.KIND, what, {})
    words = tx.content.buttons(person.locale)
    today = local_day(tx.now, person.zone or "UTC")
    days = [today + timedelta(weeks=n) for n in WEEKS]
    rows = [
        [words.button("supply.date", what, day, weeks=n, label=f"supply.date_{n}")]
        for n, day in zip(WEEKS, days, strict=True)
    ]
    none = words.button("supply.date", what, NO_DATE, label="supply.date_none")
    rows += [[none], [words.button("supply.never_mind")]]
    outbox.say(tx, person, "supply/ask_date", inline=rows, what=what, days=days)


def tapped_date(tx: Tx, person: Person, what: str, day: str) -> None:
    """Take a tapped day, or that none is set."""
    patient = people_query.patient_of(tx.session, person)
    chosen = None if day == NO_DATE else _day(day)
    if what not in DATES or patient is None or (chosen is None and day != NO_DATE):
        outbox.say(tx, person, "common/old_button")
        return
    _keep(tx, person, patient, what, chosen)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # nobody made this button


def typed_date(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Read a typed day; what can mean two days, or none, is asked again (D30)."""
    today = local_day(tx.now, person.zone or "UTC")
    patient = tx.session.get_one(Patient, person.id)
    try:
        day, rest = read_date(pieces_of(text)[0], today)
    except PlanLineError as error:
        outbox.say(
            tx, person, "supply/date_unclear", code=error.code.value, expected=error.expected
        )
        return
    if rest.trimmed().text:
        outbox.say(tx, person, "supply/date_unclear", code="bad_date", expected="")
        return
    _keep(tx, person, patient, dialogue.step, day)


def _keep(tx: Tx, person: Person, patient: Patient, what: str, day: date | None) -> None:
    setattr(patient, what, day)
    supply_entry.close(tx, person)
    outbox.say(tx, person, "supply/date_saved", what=what, on=day)
    if day is not None:
        show(tx, person)
