"""A plan: the medicines and times taken today, and the dated steps a prescriber agreed to.

The bot carries a plan and never makes one: nothing here computes a dose (DESIGN 4). The plan
checks P01-P20 of clinical.md 1.4 read these types.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import chain, product
from string import ascii_lowercase
from typing import NamedTuple, TypeAlias

TypedDoses: TypeAlias = tuple[tuple[time, Decimal], ...]
"""What somebody typed for one day: wall times and mg, in the order of entry."""


@dataclass(frozen=True, slots=True)
class DoseTime:
    """One dose of a day.

    `slot` is a stable id ("a", "b", ...) that outlives a change of amount; `mg` is above zero.
    """

    slot: str
    wall: time
    mg: Decimal

    def __post_init__(self) -> None:
        if not self.slot:
            raise ValueError("a dose needs a slot")
        if self.wall.tzinfo is not None:
            raise ValueError("a wall time has no zone of its own")
        if not (self.mg.is_finite() and self.mg > 0):
            raise ValueError(f"a dose is more than 0 mg, not {self.mg}")


@dataclass(frozen=True, slots=True)
class Regimen:
    """One day of one medicine (a drug id). No doses at all means the medicine has ended."""

    medicine: str
    doses: tuple[DoseTime, ...]

    def __post_init__(self) -> None:
        if not self.medicine:
            raise ValueError("a regimen needs a medicine")
        if len({dose.slot for dose in self.doses}) < len(self.doses):
            raise ValueError("a slot is used twice")
        if len({dose.wall for dose in self.doses}) < len(self.doses):
            raise ValueError("a time is used twice")

    @property
    def daily_mg(self) -> Decimal:
        """The mg of the whole day, 0 after the end."""
        return sum((dose.mg for dose in self.doses), Decimal(0))


@dataclass(frozen=True, slots=True)
class Step:
    """From the local day `starts` on, `regimen` holds until the medicine's next step."""

    starts: date
    regimen: Regimen


class TypedStep(NamedTuple):
    """A step as it was typed, before its doses have slots. No doses: the medicine ends."""

    starts: date
    medicine: str
    doses: TypedDoses


@dataclass(frozen=True, slots=True)
class Plan:
    """What is taken now (one regimen a medicine, none empty) and the dated steps, oldest first.

    A step may begin a medicine that `present` does not name.
    """

    present: tuple[Regimen, ...]
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not all(regimen.doses for regimen in self.present):
            raise ValueError("what is taken today has at least one dose")
        if len({regimen.medicine for regimen in self.present}) < len(self.present):
            raise ValueError("a medicine is named twice")
        if list(self.steps) != sorted(self.steps, key=lambda step: step.starts):
            raise ValueError("steps are in the order of their dates")
        if len({(s.starts, s.regimen.medicine) for s in self.steps}) < len(self.steps):
            raise ValueError("a medicine has two steps on one day")

    @property
    def medicines(self) -> tuple[str, ...]:
        """Every drug id of the plan, those taken now first."""
        named = (r.medicine for r in chain(self.present, (s.regimen for s in self.steps)))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Change:
    """On `day` the doses or times of a medicine become `after` instead of `before`."""

    medicine: str
    day: date
    before: Regimen
    after: Regimen


def regimen_on(plan: Plan, medicine: str, day: date) -> Regimen:
    """What the plan says of `medicine` on the local day `day`; no doses when it says nothing."""
    regimen = _present(plan, medicine)
    for step in plan.steps:
        if step.regimen.medicine == medicine and step.starts <= day:
            regimen = step.regimen
    return regimen


def _present(plan: Plan, medicine: str) -> Regimen:
    held = (regimen for regimen in plan.present if regimen.medicine == medicine)
    return next(held, Regimen(medicine, ()))


def changes(plan: Plan) -> Iterator[Change]:
    """Every change of the plan, oldest first. A step that repeats the dose before is none."""
    current = {medicine: _present(plan, medicine) for medicine in plan.medicines}
    for step in plan.steps:
        medicine = step.regimen.medicine
        before, current[medicine] = current[medicine], step.regimen
        if _amounts(before) != _amounts(step.regimen):
            yield Change(medicine, step.starts, before, step.regimen)


def _amounts(regimen: Regimen) -> frozenset[tuple[time, Decimal]]:
    return frozenset((dose.wall, dose.mg) for dose in regimen.doses)


def changes_on(plan: Plan, day: date) -> tuple[Change, ...]:
    """The changes that begin on `day`, one for each medicine at most."""
    return tuple(change for change in changes(plan) if change.day == day)


def next_change(plan: Plan, day: date) -> Change | None:
    """The first change after `day`, not counting `day` itself."""
    return next((change for change in changes(plan) if change.day > day), None)


def last_change(plan: Plan, medicine: str, day: date) -> Change | None:
    """The latest change of `medicine` on `day` or before it."""
    past = [c for c in changes(plan) if c.medicine == medicine and c.day <= day]
    return past[-1] if past else None


def goes_up(change: Change) -> bool:
    """Whether the day's total rises (P08 of clinical.md 1.4 asks the prescriber about it)."""
    return change.after.daily_mg > change.before.daily_mg


def keep_slots(previous: Regimen, typed: TypedDoses, *, earlier: Iterable[Regimen] = ()) -> Regimen:
    """`typed` as a regimen of the same medicine, in clock order, with stable slots.

    A wall time of `previous` (or, after it, of `earlier`) keeps its slot, and a new wall time gets
    a slot that none of them used, so that re-planning neither doubles nor loses a dose of the day.
    """
    known = [dose for regimen in (previous, *earlier) for dose in regimen.doses]
    slots: dict[time, str] = {}
    for dose in known:
        if dose.wall not in slots and dose.slot not in slots.values():
            slots[dose.wall] = dose.slot
    fresh = _fresh_slots({dose.slot for dose in known})
    doses = [DoseTime(slots.get(wall) or next(fresh), wall, mg) for wall, mg in typed]
    return Regimen(previous.medicine, tuple(sorted(doses, key=lambda dose: dose.wall)))


def _fresh_slots(used: set[str]) -> Iterator[str]:
    letters = chain(ascii_lowercase, map("".join, product(ascii_lowercase, repeat=2)))
    return (slot for slot in letters if slot not in used)


def plan_of(present: Sequence[Regimen], typed: Iterable[TypedStep]) -> Plan:
    """The plan of typed steps, in which one wall time has one slot from start to end.

    Raises:
        ValueError: when a medicine has two steps on one day, or two regimens now.
    """
    plan = Plan(tuple(present))
    for step in sorted(typed, key=lambda step: step.starts):
        medicine = step.medicine
        previous = regimen_on(plan, medicine, step.starts)
        own = [s.regimen for s in plan.steps if s.regimen.medicine == medicine]
        earlier = (*own, _present(plan, medicine))
        regimen = keep_slots(previous, step.doses, earlier=earlier)
        plan = Plan(plan.present, (*plan.steps, Step(step.starts, regimen)))
    return plan


def mg_text(mg: Decimal) -> str:
    """An amount in mg as it is written everywhere: "10", "2.5", "0.125".

    Never ".5" and never "5.0": a lost or added dot is a tenfold dose.
    """
    plain = f"{mg:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
