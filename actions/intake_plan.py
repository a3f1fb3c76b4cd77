"""Questions of joining about the plan: medicines, doses, steps, and the read-back."""

from datetime import date, time
from decimal import Decimal

from actions.intake_base import AGAIN, MOST_CHOICES, Data, Result, Special, pick
from actions.plan_data import data_of_typed, forget_plan, plan_of_data
from actions.tx import Tx
from bot.content.buttons import Keyboard
from bot.content.drugs import Drug, find_drug
from care.localtime import local_day
from care.planamounts import says_mg
from care.planlines import read_doses, read_plan, read_start_date
from care.typedline import PlanLineCode, PlanLineError
from store.models import Person


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
        """Go on, or back to the medicine question; after a correction the changes come next."""
        del tx, person
        if choice == "add":
            return Result("add", goto="medicine")
        if choice != "all":
            return AGAIN
        return Result("all", goto="steps" if data.pop("corrects", None) else "")


class StepsQuestion(Special):
    """Dated changes as the prescriber gave them, typed or pasted as lines, weeks or a table."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Show an example with the patient's own medicine, and no amount of our own."""
        drugs = [tx.content.drugs[m["drug"]].name for m in _medicines(data)]
        del person
        waits = bool((data.get("pending") or {}).get("lines"))
        return {"several": len(drugs) > 1, "drug": drugs[0], "waits": waits}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer to have none yet; and other doses of now, where the lines say others."""
        differs = (data.get("pending") or {}).get("differs")
        return pick(tx, person, "steps", *(("doses", "none") if differs else ("none",)))

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read the lines; the first unclear place is named.

        Lines that only lack their first day are kept, and the next message may be that day.
        """
        today = local_day(tx.now, person.zone or "UTC")
        waiting = (data.get("pending") or {}).get("lines", "")
        start = None
        if waiting:
            try:
                start = read_start_date(text, today=today)
            except PlanLineError as error:
                if not _is_plan(text):
                    return line_problem(error)
        return self._lines(tx, data, waiting if start else text, today, start)

    @staticmethod
    def _lines(tx: Tx, data: Data, text: str, today: date, start: date | None) -> Result:
        names, limits = _medicine_names(tx, data)
        now = {one.medicine: one for one in plan_of_data(data | {"steps": []}).present}
        data.pop("pending", None)
        try:
            plan = read_plan(
                text, today=today, medicines=names, max_daily_mg=limits, present=now, start=start
            )
        except PlanLineError as error:
            if error.code is PlanLineCode.START_MISSING:
                data["pending"] = {"lines": text}
            if error.code is PlanLineCode.UNDER_WAY:
                data["pending"] = {"differs": True}
            return line_problem(error)
        # What is over equals the doses of now: it is kept for the checks of pace only.
        data["earlier"] = data_of_typed(plan.begun)
        data["steps"] = data_of_typed(plan.coming)
        return Result("typed")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """No dated changes, or other doses of now."""
        del tx, person
        if choice == "doses":
            enter_anew(data)
            return Result("doses", goto="medicine")
        if choice != "none":
            return AGAIN
        data["steps"], data["earlier"] = [], []
        return Result("none")


def enter_anew(data: Data) -> None:
    """Forget the plan that was given: its medicines are asked for, then its changes."""
    forget_plan(data)
    data["corrects"] = True


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


def _is_plan(text: str) -> bool:
    return says_mg(text) or "\n" in text.strip()


def _medicines(data: Data) -> list[Data]:
    found: list[Data] = data.setdefault("medicines", [])
    return found


def _medicine_names(tx: Tx, data: Data) -> tuple[dict[str, str], dict[str, Decimal]]:
    drugs = [tx.content.drugs[m["drug"]] for m in _medicines(data)]
    names = {name: drug.id for drug in drugs for name in drug.names}
    return names, {drug.id: drug.max_daily_mg for drug in drugs}
