"""Questions of joining about the plan: medicines, doses, steps, and the read-back."""

from datetime import date, time
from decimal import Decimal

from actions import plan_words, plans
from actions.intake_base import AGAIN, MOST_CHOICES, Data, Result, Special, pick
from actions.plan_data import plan_of_data
from actions.tx import Tx
from bot.content.buttons import Keyboard
from bot.content.drugs import Drug, find_drug
from care.localtime import local_day
from care.planlines import read_doses, read_steps
from care.typedline import PlanLineError
from store.models import Person
from store.queries import people as query


class MedicineQuestion(Special):
    """Which medicine; anything but an exact name is read back."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Say which medicines are known already."""
        del person
        return {"have": [tx.content.drugs[m["drug"]].name for m in _medicines(data)]}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer what may have been meant."""
        words = tx.content.buttons(person.locale)
        return [
            [words.saying(tx.content.drugs[drug].name, "ob.pick", "medicine", drug)]
            for drug in data.get("pending") or []
        ]

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read a name; a near one is asked about, a stranger is said to be one."""
        found = find_drug(text[:80], tx.content.drugs)
        if found.drug is not None and found.exact:
            return self.tapped(tx, person, data, found.drug.id)
        near: list[Drug] = ([found.drug] if found.drug else []) + list(found.alternatives)
        data["pending"] = [drug.id for drug in near][:MOST_CHOICES]
        if data["pending"]:
            return Result(problem="onboarding/which_medicine", details={"typed": text[:60]})
        del data["pending"]
        return Result(problem="onboarding/no_medicine", details={"typed": text[:60]})

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take the medicine; its doses are asked next."""
        del person
        if choice not in tx.content.drugs:
            return AGAIN
        others = [m for m in _medicines(data) if m["drug"] != choice]
        data["medicines"] = [*others, {"drug": choice, "doses": []}]
        return Result(choice)


class DosesQuestion(Special):
    """What is taken today, typed and read back like a pharmacist would."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Name the medicine, and read the doses back once they are understood."""
        del person
        drug = tx.content.drugs[_medicines(data)[-1]["drug"]]
        read = [(time.fromisoformat(w), Decimal(mg)) for w, mg in data.get("pending") or []]
        return {"drug": drug.name, "read": read, "daily": sum((mg for _, mg in read), Decimal(0))}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Ask whether the reading is right."""
        return pick(tx, person, "doses", "yes", "again") if data.get("pending") else []

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read amounts and times; what is unclear is asked, never guessed."""
        if data.get("pending") and text.strip().casefold() in {"yes", "y", "right", "ok"}:
            return self.tapped(tx, person, data, "yes")
        data.pop("pending", None)
        drug = tx.content.drugs[_medicines(data)[-1]["drug"]]
        try:
            doses = read_doses(text, max_daily_mg=drug.max_daily_mg)
        except PlanLineError as error:
            return line_problem(error)
        data["pending"] = [[wall.isoformat(), str(mg)] for wall, mg in doses]
        return AGAIN

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take what was read back."""
        del tx, person
        if choice == "yes" and data.get("pending"):
            _medicines(data)[-1]["doses"] = data["pending"]
            return Result("yes")
        data.pop("pending", None)
        return AGAIN


class MoreQuestion(Special):
    """Another medicine, or that is all."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Say which medicines are known."""
        del person
        return {"have": [tx.content.drugs[m["drug"]].name for m in _medicines(data)]}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer both."""
        del data
        return pick(tx, person, "more", "all", "add")

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Understand yes and no."""
        word = text.strip().casefold()
        if word in {"no", "that's all", "thats all", "all", "done"}:
            return self.tapped(tx, person, data, "all")
        return Result(problem="onboarding/use_buttons")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Go on, or back to the medicine question."""
        del tx, person, data
        if choice == "add":
            return Result("add", goto="medicine")
        return Result("all") if choice == "all" else AGAIN


class StepsQuestion(Special):
    """Dated changes as the prescriber gave them, typed as lines."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Show an example with the patient's own medicine, and no amount of our own."""
        drugs = [tx.content.drugs[m["drug"]].name for m in _medicines(data)]
        del person
        return {"several": len(drugs) > 1, "drug": drugs[0]}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer to have none yet."""
        del data
        return pick(tx, person, "steps", "none")

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read the lines; the first unclear place is named."""
        names, limits = _medicine_names(tx, data)
        today = local_day(tx.now, person.zone or "UTC")
        try:
            steps = read_steps(text, today=today, medicines=names, max_daily_mg=limits)
        except PlanLineError as error:
            return line_problem(error)
        data["steps"] = [
            {
                "on": step.starts.isoformat(),
                "drug": step.medicine,
                "doses": [[wall.isoformat(), str(mg)] for wall, mg in step.doses],
            }
            for step in steps
        ]
        return Result("typed")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """No dated changes."""
        del tx, person
        if choice != "none":
            return AGAIN
        data["steps"] = []
        return Result("none")


class ConfirmQuestion(Special):
    """The whole plan read back; confirmed as the prescriber's, or not yet (D9)."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Read everything back, line by line."""
        patient = query.patient_of(tx.session, person)
        intake = tx.json(patient, "intake") if patient else {}
        return plan_words.lines(tx, plan_of_data(data)) | {
            "prescriber": intake.get("prescriber") or "",
            "asks_when": bool(data.get("pending")),
        }

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Ask for the agreement, and then for its day."""
        if data.get("pending"):
            return pick(tx, person, "confirm", "today", "week")
        patient = query.patient_of(tx.session, person)
        has_prescriber = bool(patient and tx.json(patient, "intake").get("prescriber"))
        choices = ("yes", "not_yet", "wrong") if has_prescriber else ("not_yet", "wrong")
        return pick(tx, person, "confirm", *choices)

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read the day of the agreement."""
        if not data.get("pending"):
            return Result(problem="onboarding/use_buttons")
        today = local_day(tx.now, person.zone or "UTC")
        day = plans.read_past_day(text, today)
        if day is None:
            return Result(problem="onboarding/which_day")
        return self._confirmed(data, day)

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take yes (then its day), not yet, or a correction."""
        if choice == "wrong":
            data["medicines"] = []
            data.pop("pending", None)
            return Result("wrong", goto="medicine")
        if choice == "yes":
            data["pending"] = {"asks": "when"}
            return AGAIN
        if choice == "not_yet":
            data["confirmed"] = None
            return Result("not_yet")
        today = local_day(tx.now, person.zone or "UTC")
        if choice == "today" and data.get("pending"):
            return self._confirmed(data, today)
        if choice == "week" and data.get("pending"):
            return Result(problem="onboarding/which_day")
        return AGAIN

    @staticmethod
    def _confirmed(data: Data, day: date) -> Result:
        data["confirmed"] = day.isoformat()
        return Result("yes")


def line_problem(error: PlanLineError) -> Result:
    """Return the kind answer to a typed line that was not understood."""
    return Result(
        problem="plans/line_problem",
        details={
            "code": error.code.value,
            "line": error.line,
            "found": error.found,
            "expected": error.expected,
        },
    )


def _medicines(data: Data) -> list[Data]:
    found: list[Data] = data.setdefault("medicines", [])
    return found


def _medicine_names(tx: Tx, data: Data) -> tuple[dict[str, str], dict[str, Decimal]]:
    drugs = [tx.content.drugs[m["drug"]] for m in _medicines(data)]
    names = {name: drug.id for drug in drugs for name in drug.names}
    return names, {drug.id: drug.max_daily_mg for drug in drugs}
