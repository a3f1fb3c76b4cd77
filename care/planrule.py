"""A prescriber's rule ("10 % of the current dose every 14 days, until 2 mg, then ...") as steps.

The rule is the prescriber's; here only its dates and amounts are computed. For benzodiazepines and
Z-drugs: a baclofen plan is entered, never computed (DESIGN 4).

How a cut is made (clinical.md 1.4 P12, section 7):

- It is counted from the dose that is really taken, and the day's amount is rounded *up* to what
  the products make. So no cut is greater than ordered, no dose is below what the rule says for
  that day, and nothing ever rises.
- The dates run on at the ordered distance. Where one part of a rule goes over into the next, the
  longer of the two distances holds.
- When the products cannot make the ordered cut, there is none on that date, and nobody is told to
  take a greater one: `TOO_COARSE`. Only if the prescriber said that such steps may be joined,
  `most_joined`, the rule is carried on, unrounded, from the dose taken, until its cuts add up to
  an amount that can be made: fewer and larger cuts, at no greater pace.
- Each part of a rule ends at exactly its amount, or the rule is refused: the next part, or the
  stop, was ordered from that amount and not from a higher one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from care.amounts import Product, make
from care.asked import AskedError
from care.lowering import alike, in_turn, total
from care.plan import Regimen, TypedStep, mg_text

MOST_STEPS = 1000
MOST_JOINED = 4
"""How many ordered cuts may be joined into one at most [ENG]: of 10 % each, a third."""
MOST_DAYS = 366
"""The longest time between two cuts that is not a typing error [ENG]."""
DRUG_CLASSES = frozenset({"benzodiazepine", "z_drug"})
"""The classes of drugs whose plan may be computed from a rule."""
_WHOLE = 100


class Of(StrEnum):
    """What the size of a cut is counted in."""

    MG = "mg"
    CURRENT = "current"
    STARTING = "starting"


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of a rule: `cut` off every `every_days` days until the day's total is `until` mg.

    `cut` is above 0: mg, or percent (below 100) of the current or of the starting daily dose. The
    starting dose is the one taken when the rule begins. `until` 0 is the end of the medicine.
    """

    cut: Decimal
    of: Of
    every_days: int
    until: Decimal

    def __post_init__(self) -> None:
        if not (self.cut.is_finite() and self.cut > 0):
            raise ValueError(f"a cut is more than 0, not {self.cut}")
        if self.of is not Of.MG and self.cut >= _WHOLE:
            raise ValueError(f"a cut is less than {_WHOLE} %, not {self.cut}")
        if not 1 <= self.every_days <= MOST_DAYS:
            raise ValueError(f"from 1 to {MOST_DAYS} days lie between cuts, not {self.every_days}")
        if not (self.until.is_finite() and self.until >= 0):
            raise ValueError(f"a rule ends at 0 mg or more, not {self.until}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What the prescriber ordered for one medicine.

    `first` is the day of the first cut. `order` names every wall time of the day, the dose that
    goes first before the others; empty: all doses alike, in proportion. `most_joined` above 1
    (up to `MOST_JOINED`) only where the prescriber said that cuts may be joined.
    """

    phases: tuple[Phase, ...]
    first: date
    order: tuple[time, ...] = ()
    most_joined: int = 1

    def __post_init__(self) -> None:
        if not self.phases:
            raise ValueError("a rule has at least one part")
        if not 1 <= self.most_joined <= MOST_JOINED:
            raise ValueError(f"from 1 to {MOST_JOINED} cuts are joined, not {self.most_joined}")
        untils = [phase.until for phase in self.phases]
        if untils != sorted(set(untils), reverse=True):
            raise ValueError("each part of a rule ends lower than the one before")


class RuleCode(StrEnum):
    """Every reason for which a rule does not become steps."""

    WRONG_MEDICINE = "wrong_medicine"
    NO_DOSES = "no_doses"
    REST_DAYS = "rest_days"
    NO_PRODUCTS = "no_products"
    OTHER_PRODUCTS = "other_products"
    CANNOT_MAKE = "cannot_make"
    BAD_ORDER = "bad_order"
    NOT_LOWER = "not_lower"
    NEVER_ENDS = "never_ends"
    TOO_COARSE = "too_coarse"
    TOO_MANY_STEPS = "too_many_steps"


class RuleError(AskedError):
    """A rule that does not become steps; `code` is a `RuleCode`."""


@dataclass(frozen=True, slots=True)
class RuleStep:
    """A computed step: `joined` ordered cuts of together `ordered_mg` (unrounded) led to it."""

    starts: date
    doses: tuple[tuple[time, Decimal], ...]
    ordered_mg: Fraction
    joined: int = 1

    @property
    def daily_mg(self) -> Decimal:
        """The day's total from this step on."""
        return sum((mg for _, mg in self.doses), Decimal(0))


def rule_steps(
    rule: Rule, present: Regimen, products: Sequence[Product], *, drug_class: str
) -> tuple[RuleStep, ...]:
    """The steps that `rule` makes of the `present` doses with these products, oldest first.

    `drug_class` is that of the drug's file: benzodiazepine, z_drug, baclofen.

    Raises:
        RuleError: see `RuleCode`. Nothing is computed in part.
    """
    _refuse(rule, present, products, drug_class)
    course = _Course(rule, present, tuple(products))
    steps: list[RuleStep] = []
    for step in course.steps():
        steps.append(step)
        if len(steps) > MOST_STEPS:
            raise RuleError(
                RuleCode.TOO_MANY_STEPS,
                found=f"more than {MOST_STEPS} steps",
                expected=f"a rule of at most {MOST_STEPS} steps",
            )
    return tuple(steps)


def typed_steps(medicine: str, steps: Sequence[RuleStep]) -> tuple[TypedStep, ...]:
    """Computed steps as if they had been typed, for `care.plan.plan_of`."""
    return tuple(TypedStep(step.starts, medicine, step.doses) for step in steps)


def _refuse(rule: Rule, present: Regimen, products: Sequence[Product], drug_class: str) -> None:
    _refuse_medicine(present, products, drug_class)
    for dose in present.doses:
        if make(dose.mg, products) is None:
            raise RuleError(
                RuleCode.CANNOT_MAKE,
                found=f"{mg_text(dose.mg)} mg at {dose.wall:%H:%M}",
                expected="a dose that these products make",
            )
    walls = sorted(dose.wall for dose in present.doses)
    if rule.order and sorted(rule.order) != walls:
        named = ", ".join(f"{wall:%H:%M}" for wall in walls)
        raise RuleError(
            RuleCode.BAD_ORDER,
            found=", ".join(f"{wall:%H:%M}" for wall in rule.order),
            expected=f"each of {named} once",
        )
    _refuse_phases(rule, present.daily_mg)


def _refuse_medicine(present: Regimen, products: Sequence[Product], drug_class: str) -> None:
    if drug_class not in DRUG_CLASSES:
        raise RuleError(
            RuleCode.WRONG_MEDICINE,
            found=present.medicine,
            expected="a benzodiazepine or a Z-drug",
        )
    if not present.doses:
        raise RuleError(RuleCode.NO_DOSES, found="no dose", expected="what is taken now")
    if present.every > 1:
        raise RuleError(
            RuleCode.REST_DAYS,
            found=f"a dose every {present.every} days",
            expected="a dose every day",
        )
    if not products:
        raise RuleError(RuleCode.NO_PRODUCTS, found="no product", expected="what there is to take")
    others = [one.medicine for one in products if one.medicine != present.medicine]
    if others:
        raise RuleError(
            RuleCode.OTHER_PRODUCTS, found=others[0], expected=f"products of {present.medicine}"
        )


def _refuse_phases(rule: Rule, daily_mg: Decimal) -> None:
    first, last = rule.phases[0], rule.phases[-1]
    if first.until >= daily_mg:
        raise RuleError(
            RuleCode.NOT_LOWER,
            found=f"{mg_text(first.until)} mg",
            expected=f"less than {mg_text(daily_mg)} mg a day, which is taken now",
        )
    if last.of is Of.CURRENT and last.until == 0:
        raise RuleError(
            RuleCode.NEVER_ENDS,
            found=f"{mg_text(last.cut)} % of the current dose until 0",
            expected="the dose from which it stops, like: until 0.5 mg, then stop",
        )


@dataclass(frozen=True, slots=True)
class _Course:
    """The way down of one rule."""

    rule: Rule
    present: Regimen
    products: tuple[Product, ...]

    def steps(self) -> Iterator[RuleStep]:
        doses = {dose.wall: dose.mg for dose in self.present.doses}
        due, waits = self.rule.first, 0
        for phase in self.rule.phases:
            while total(doses) > phase.until:
                due += timedelta(days=max(waits, phase.every_days)) if waits else timedelta(0)
                step = self._next(phase, doses, due)
                yield step
                doses, due, waits = dict(step.doses), step.starts, phase.every_days

    def _next(self, phase: Phase, doses: Mapping[time, Decimal], due: date) -> RuleStep:
        """The next change, on `due` or as many cuts later as it takes and as may be joined."""
        start = target = Fraction(total(doses))
        for joined in range(1, self.rule.most_joined + 1):
            target = max(target - self._cut(phase, target), Fraction(phase.until))
            lower = self._lowered(doses, target)
            if lower != doses:
                starts = due + timedelta(days=phase.every_days * (joined - 1))
                typed = tuple(sorted((wall, mg) for wall, mg in lower.items() if mg))
                return RuleStep(starts, typed, start - target, joined)
        raise self._stuck(phase, doses, target)

    def _cut(self, phase: Phase, daily_mg: Fraction) -> Fraction:
        """What is ordered to come off a day's total of `daily_mg`."""
        if phase.of is Of.MG:
            return Fraction(phase.cut)
        whole = daily_mg if phase.of is Of.CURRENT else Fraction(self.present.daily_mg)
        return whole * Fraction(phase.cut) / _WHOLE

    def _lowered(self, doses: Mapping[time, Decimal], target: Fraction) -> dict[time, Decimal]:
        """The doses lowered towards a day's total of `target`, never below it, none raised."""
        if self.rule.order:
            return in_turn(doses, self.rule.order, target, self.products)
        weights = {dose.wall: Fraction(dose.mg) for dose in self.present.doses}
        return alike(doses, weights, target, self.products)

    def _stuck(self, phase: Phase, doses: Mapping[time, Decimal], target: Fraction) -> RuleError:
        taken = total(doses)
        if target == Fraction(phase.until):
            return RuleError(
                RuleCode.CANNOT_MAKE,
                found=f"{mg_text(phase.until)} mg a day, from {mg_text(taken)} mg",
                expected="an amount that these products make at these times",
            )
        cut = self._cut(phase, Fraction(taken))
        return RuleError(
            RuleCode.TOO_COARSE,
            found=f"{_rounded(cut)} mg off {mg_text(taken)} mg a day",
            expected="products that make a cut this small",
        )


def _rounded(mg: Fraction) -> str:
    return mg_text(Decimal(round(mg * 1000)) / 1000)
