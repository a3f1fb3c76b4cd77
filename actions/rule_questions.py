"""The questions about a prescriber's rule: whose it is, what it says, from when, made of what."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, time
from typing import Final

from actions import help as numbers_of
from actions import plans
from actions.intake_base import AGAIN, Data, Result, Special
from actions.intake_plan import line_problem
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.asked import AskedError
from care.localtime import local_day
from care.plan import Regimen, regimen_on
from care.plandates import read_date
from care.planrule import DRUG_CLASSES, MOST_JOINED, Of, Phase
from care.typed import plain
from care.typedline import PlanLineCode, PlanLineError, pieces_of
from care.typedproducts import read_products
from care.typedrule import TypedRuleCode, TypedRuleError, read_rule
from care.walltime import read_wall
from store.models import Person
from store.queries import people as query

_WHO: Final = ("they", "she", "he")
YES: Final = frozenset(
    {"yes", "y", "yeah", "yep"}
    | {f"{yes}{who} did" for yes in ("", "yes ", "yeah ") for who in _WHO}
)
NO: Final = frozenset({"no", "n", "nope", "not yet"} | {f"no {who} did not" for who in _WHO})
ALIKE: Final = frozenset({"all alike", "alike", "all", "all the same", "same", "evenly", "equally"})


def eligible(tx: Tx, person: Person) -> list[str]:
    """Return the drug ids a rule may be entered for: taken now, and no baclofen."""
    patient = query.patient_of(tx.session, person)
    found = plans.in_force(tx, person.id)
    if patient is None or patient.state != "active" or found is None:
        return []
    taken = [one for one in found[1].medicines if present(tx, person, one).doses]
    return [one for one in taken if tx.content.drugs[one].cls in DRUG_CLASSES]


def present(tx: Tx, person: Person, drug: str) -> Regimen:
    """Return what is taken today of one medicine."""
    found = plans.in_force(tx, person.id)
    today = local_day(tx.now, person.zone or "UTC")
    return regimen_on(found[1], drug, today) if found else Regimen(drug, ())


def phases_of(data: Data) -> tuple[Phase, ...]:
    """Return the rule that was typed; TypedRuleError while it is not clear."""
    return read_rule(data["text"], percent_of=Of(data["of"]) if data.get("of") else None)


def asked_again(error: AskedError) -> Result:
    """Return the kind answer to something typed that was not understood."""
    details = {"code": error.code.value, "found": error.found, "expected": error.expected}
    return Result(problem="plans/rule_problem", details=details)


def buttons(tx: Tx, person: Person, step: str, *choices: str) -> Keyboard:
    """Return one row a choice; the words are the label `rule.<step>.<choice>`."""
    words = tx.content.buttons(person.locale)
    return [[words.button("rule.pick", step, one, label=f"rule.{step}.{one}")] for one in choices]


class Choice(Special):
    """A question with a few fixed answers; `said` are the typed words that mean each."""

    step = ""
    said: dict[str, frozenset[str]] = {}  # noqa: RUF012 (each question has its own)

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer each answer."""
        del data
        return buttons(tx, person, self.step, *self.said)

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Understand an answer in words."""
        word = plain(text).replace(",", "")
        choice = next((one for one, words in self.said.items() if word in words), None)
        if choice is None:
            return Result(problem="onboarding/use_buttons")
        return self.tapped(tx, person, data, choice)

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take an answer."""
        del tx, person
        if choice not in self.said:
            return AGAIN
        data[self.step] = choice
        return Result(choice)


class MedicineQuestion(Special):
    """Which medicine the rule is for, where there are several."""

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer each."""
        del data
        words = tx.content.buttons(person.locale)
        names = {drug: tx.content.drugs[drug].name for drug in eligible(tx, person)}
        return [[words.saying(name, "rule.pick", "medicine", drug)] for drug, name in names.items()]

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read its name, letter for letter."""
        for drug in eligible(tx, person):
            if plain(text) in {plain(name) for name in tx.content.drugs[drug].names}:
                return self.tapped(tx, person, data, drug)
        return Result(problem="onboarding/use_buttons")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take the medicine."""
        if choice not in eligible(tx, person):
            return AGAIN
        data["medicine"] = choice
        return Result(choice)


class WhoseQuestion(Choice):
    """Whether the prescriber gave the rule. Without that nothing is worked out."""

    step = "whose"
    said = {"yes": YES, "no": NO}  # noqa: RUF012 (each question has its own)

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Go on with the prescriber's rule; refuse any other, kindly."""
        if choice == "no":
            return Result(ends="plans/rule_refused", details=_prescriber(tx, person))
        return super().tapped(tx, person, data, choice)


class TextQuestion(Special):
    """The rule, as it was given."""

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read the rule; only of which dose a percentage is counted may be left to be asked."""
        del tx, person
        try:
            read_rule(text)
        except TypedRuleError as error:
            if error.code is not TypedRuleCode.OF_WHAT:
                return asked_again(error)
        data["text"] = text
        return Result("typed")


class OfQuestion(Choice):
    """Of which dose a percentage is counted."""

    step = "of"
    said = {  # noqa: RUF012 (each question has its own)
        "current": frozenset(
            {"current", "the current dose", "of the current dose", "current dose"}
        ),
        "starting": frozenset(
            {"starting", "the starting dose", "of the starting dose", "starting dose"}
        ),
    }

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Understand an answer in words, or the whole rule typed once more."""
        found = super().typed(tx, person, data, text)
        if found.problem == "onboarding/use_buttons":
            again = QUESTIONS["text"].typed(tx, person, data, text)
            return Result("again") if again.answer else found
        return found

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take the answer; a rule that is not clear even with it is asked for once more."""
        found = super().tapped(tx, person, data, choice)
        try:
            phases_of(data)
        except TypedRuleError as error:
            data.pop("of", None)
            return found if found is AGAIN else replace(asked_again(error), goto="text")
        return found


class FirstQuestion(Special):
    """The day of the first change."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Say how the rule was read."""
        del tx, person
        parts = [
            {"cut": one.cut, "of": one.of.value, "days": one.every_days, "until": one.until}
            for one in phases_of(data)
        ]
        return {"parts": parts}

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read a date to come."""
        today = local_day(tx.now, person.zone or "UTC")
        try:
            first, rest = read_date(pieces_of(text)[0], today)
        except PlanLineError as error:
            return line_problem(error)
        if rest.trimmed().text:
            return line_problem(rest.error(PlanLineCode.BAD_DATE, "only the date, like 1 Dec"))
        data["first"] = first.isoformat()
        return Result("typed")


class OrderQuestion(Special):
    """Which dose of the day goes down before the others."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Say which dose was named already."""
        del tx, person
        return {"named": [time.fromisoformat(one) for one in data.get("order", [])]}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer the times that are left, and at first all alike."""
        words = tx.content.buttons(person.locale)
        rows = [
            [words.saying(f"{wall:%H:%M}", "rule.pick", "order", f"{wall:%H%M}")]
            for wall in walls_left(tx, person, data)
        ]
        return [*rows, *([] if data.get("order") else buttons(tx, person, "order", "alike"))]

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read one time, or all of them in their order."""
        if plain(text) in ALIKE:
            return self.tapped(tx, person, data, "alike")
        walls = [read_wall(part) for part in _times_in(text)]
        left = walls_left(tx, person, data)
        known = [wall for wall in walls if wall is not None and wall in left]
        if not known or len(known) < len(walls) or len(set(known)) < len(known):
            return Result(problem="plans/rule_which_time", details={"walls": left})
        for wall in known:
            self.tapped(tx, person, data, f"{wall:%H%M}")
        return AGAIN if walls_left(tx, person, data) else Result("typed")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take one more; with one left the order is known."""
        if choice == "alike":
            data["order"], data["alike"] = [], True
            return Result("alike")
        wall = read_wall(choice)
        left = walls_left(tx, person, data)
        if wall is None or wall not in left:
            return AGAIN
        rest = [one for one in left if one != wall]
        named = [wall, *(rest if len(rest) == 1 else [])]
        data["order"] = [*data.get("order", []), *(one.isoformat() for one in named)]
        return AGAIN if walls_left(tx, person, data) else Result("typed")


class ProductsQuestion(Special):
    """What there is to make the doses of."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Name the medicine."""
        del person
        return {"drug": tx.content.drugs[data["medicine"]].name}

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read strengths, forms and what may be split."""
        del person
        drug = tx.content.drugs[data["medicine"]]
        try:
            read_products(text, drug.id, names=drug.names)
        except AskedError as error:
            return asked_again(error)
        data["products"] = text
        return Result("typed")


class JoinQuestion(Choice):
    """What the prescriber said about steps that are too small for what there is."""

    step = "join"
    said = {"yes": YES, "no": NO}  # noqa: RUF012 (each question has its own)

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Put steps together only on the prescriber's word."""
        if choice == "no":
            return Result(ends="plans/rule_too_small", details=_prescriber(tx, person))
        found = super().tapped(tx, person, data, choice)
        data["joined"] = MOST_JOINED
        return found


QUESTIONS: Final[dict[str, Special]] = {
    "medicine": MedicineQuestion(),
    "whose": WhoseQuestion(),
    "text": TextQuestion(),
    "of": OfQuestion(),
    "first": FirstQuestion(),
    "order": OrderQuestion(),
    "products": ProductsQuestion(),
    "join": JoinQuestion(),
}


def open_questions(tx: Tx, person: Person, data: Data) -> Iterator[str]:
    """The questions that still need an answer, in their order."""
    yield from (step for step in ("medicine", "whose", "text") if step not in data)
    if "text" in data and _needs_of(data):
        yield "of"
    if "first" not in data:
        yield "first"
    if "medicine" in data and not data.get("alike") and walls_left(tx, person, data):
        yield "order"
    yield from (step for step in ("products",) if step not in data)
    if data.get("too_small") and "join" not in data:
        yield "join"


def _needs_of(data: Data) -> bool:
    try:
        phases_of(data)
    except TypedRuleError as error:
        return error.code is TypedRuleCode.OF_WHAT
    return False


def walls_left(tx: Tx, person: Person, data: Data) -> list[time]:
    """Return the times of day whose place is not known; none with a single dose a day."""
    walls = [dose.wall for dose in present(tx, person, data["medicine"]).doses]
    named = {time.fromisoformat(one) for one in data.get("order", [])}
    return [wall for wall in walls if wall not in named] if len(walls) > 1 else []


def first_day(data: Data) -> date:
    """Return the day of the first change."""
    return date.fromisoformat(data["first"])


def order_of(data: Data) -> tuple[time, ...]:
    """Return the order in which doses go down; empty: all alike."""
    return tuple(time.fromisoformat(one) for one in data.get("order", []))


def _times_in(text: str) -> Iterable[str]:
    joined = plain(text).replace(" then ", ",").replace(" and ", ",").replace(";", ",")
    return [
        part.removesuffix(" first").removeprefix("the ")
        for part in map(str.strip, joined.split(","))
        if part
    ]


def _prescriber(tx: Tx, person: Person) -> Data:
    patient = query.patient_of(tx.session, person)
    return numbers_of.prescriber(tx, patient) if patient else {}
