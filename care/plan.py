"""A plan: the medicines and times taken today, and the dated steps a prescriber agreed to.

The bot carries a plan and never makes one: nothing here computes a dose (DESIGN 4). The plan
checks P01-P20 of clinical.md 1.4 read these types.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import chain, product
from string import ascii_lowercase
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from care.amounts import Product

TypedDoses: TypeAlias = tuple[tuple[time, Decimal], ...]
"""What somebody typed for one day: wall times and mg, in the order of entry."""


@dataclass(frozen=True, slots=True)
class DoseTime:
    """One dose of a day.

    `slot` is a stable id ("a", "b", ...) that outlives a change of amount; `mg` is above zero.
    `how` is what the prescriber wrote for an amount that no product makes by itself ("45 ml of one
    5 mg tablet in 50 ml of water"): carried as entered, never computed.
    """

    slot: str
    wall: time
    mg: Decimal
    how: str = ""

    def __post_init__(self) -> None:
        if not self.slot:
            raise ValueError("a dose needs a slot")
        if self.wall.tzinfo is not None:
            raise ValueError("a wall time has no zone of its own")
        if not (self.mg.is_finite() and self.mg > 0):
            raise ValueError(f"a dose is more than 0 mg, not {self.mg}")


@dataclass(frozen=True, slots=True)
class Regimen:
    """One day of one medicine (a drug id). No doses at all means the medicine has ended.

    With `every` above 1 it is taken each so-many-th day only, counted from the step's first day
    (P10 of clinical.md 1.4 asks about that).
    """

    medicine: str
    doses: tuple[DoseTime, ...]
    every: int = 1

    def __post_init__(self) -> None:
        if not self.medicine:
            raise ValueError("a regimen needs a medicine")
        if self.every < 1:
            raise ValueError(f"taken every day or more rarely, not every {self.every} days")
        if len({dose.slot for dose in self.doses}) < len(self.doses):
            raise ValueError("a slot is used twice")
        if len({dose.wall for dose in self.doses}) < len(self.doses):
            raise ValueError("a time is used twice")

    @property
    def daily_mg(self) -> Decimal:
        """The mg of one whole day on which it is taken, 0 after the end."""
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
    every: int = 1
    how: Mapping[time, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AsNeeded:
    """A dose that is taken when needed: at most so many in 24 hours, so many hours apart.

    The limits inform and never block recording what was taken.
    """

    medicine: str
    mg: Decimal
    most_in_24h: int
    least_hours_apart: Decimal

    def __post_init__(self) -> None:
        if not (self.mg.is_finite() and self.mg > 0):
            raise ValueError(f"a dose is more than 0 mg, not {self.mg}")
        if self.most_in_24h < 1:
            raise ValueError("at most once in 24 hours is the least there can be")
        if not (self.least_hours_apart.is_finite() and self.least_hours_apart >= 0):
            raise ValueError("hours apart are 0 or more")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is taken now (one regimen a medicine, none empty) and the dated steps, oldest first.

    A step may begin a medicine that `present` does not name, so that a switch is one plan.
    `products` are what the patient has to make the doses of; none means that nobody said.
    """

    present: tuple[Regimen, ...]
    steps: tuple[Step, ...] = ()
    products: tuple[Product, ...] = ()
    as_needed: tuple[AsNeeded, ...] = ()

    def __post_init__(self) -> None:
        if any(regimen.every > 1 for regimen in self.present):
            raise ValueError("rest days are counted from a date: enter them as a dated step")
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
        """Every drug id of the plan that is taken at set times, those taken now first."""
        named = (r.medicine for r in chain(self.present, (s.regimen for s in self.steps)))
        return tuple(dict.fromkeys(named))

    def products_of(self, medicine: str) -> tuple[Product, ...]:
        """What the patient has of one medicine, as entered."""
        return tuple(one for one in self.products if one.medicine == medicine)


@dataclass(frozen=True, slots=True)
class Change:
    """On `day` the doses or times of a medicine become `after` instead of `before`."""

    medicine: str
    day: date
    before: Regimen
    after: Regimen


def regimen_on(plan: Plan, medicine: str, day: date) -> Regimen:
    """The regimen that holds on the local day `day`; no doses when the plan says nothing."""
    step = _step_on(plan, medicine, day)
    return step.regimen if step else _present(plan, medicine)


def doses_on(plan: Plan, medicine: str, day: date) -> tuple[DoseTime, ...]:
    """The doses to be taken on the local day `day`: none on a rest day."""
    step = _step_on(plan, medicine, day)
    if step is None:
        return _present(plan, medicine).doses
    rests = (day - step.starts).days % step.regimen.every != 0
    return () if rests else step.regimen.doses


def _step_on(plan: Plan, medicine: str, day: date) -> Step | None:
    held = (s for s in reversed(plan.steps) if s.regimen.medicine == medicine and s.starts <= day)
    return next(held, None)


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


def _amounts(regimen: Regimen) -> frozenset[tuple[int, time, Decimal]]:
    return frozenset((regimen.every, dose.wall, dose.mg) for dose in regimen.doses)


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
    """Whether the mg over time rise (P08 of clinical.md 1.4 asks the prescriber about it)."""
    before, after = change.before, change.after
    return after.daily_mg * before.every > before.daily_mg * after.every


def goes_down(change: Change) -> bool:
    """Whether the mg over time fall: a cut, more rest days, the last step to zero."""
    before, after = change.before, change.after
    return after.daily_mg * before.every < before.daily_mg * after.every


def keep_slots(
    previous: Regimen,
    typed: TypedDoses,
    *,
    earlier: Iterable[Regimen] = (),
    every: int = 1,
    how: Mapping[time, str] = MappingProxyType({}),
) -> Regimen:
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
    doses = [
        DoseTime(slots.get(wall) or next(fresh), wall, mg, how.get(wall, "")) for wall, mg in typed
    ]
    return Regimen(previous.medicine, tuple(sorted(doses, key=lambda dose: dose.wall)), every)


def _fresh_slots(used: set[str]) -> Iterator[str]:
    # Three letters are more than the minutes of a day.
    letters = (map("".join, product(ascii_lowercase, repeat=length)) for length in (1, 2, 3))
    return (slot for slot in chain.from_iterable(letters) if slot not in used)


def plan_of(present: Sequence[Regimen], typed: Iterable[TypedStep]) -> Plan:
    """The plan of typed steps, in which one wall time has one slot from start to end.

    Raises:
        ValueError: when a medicine has two steps on one day, or two regimens now.
    """
    slots: dict[str, dict[time, str]] = {}
    for regimen in present:
        slots.setdefault(regimen.medicine, {}).update({d.wall: d.slot for d in regimen.doses})
    steps = []
    for step in sorted(typed, key=lambda step: step.starts):
        known = slots.setdefault(step.medicine, {})
        fresh = _fresh_slots(set(known.values()))
        for wall, _ in step.doses:
            if wall not in known:
                known[wall] = next(fresh)
        doses = [DoseTime(known[wall], wall, mg, step.how.get(wall, "")) for wall, mg in step.doses]
        ordered = tuple(sorted(doses, key=lambda dose: dose.wall))
        steps.append(Step(step.starts, Regimen(step.medicine, ordered, step.every)))
    return Plan(tuple(present), tuple(steps))


def mg_text(mg: Decimal) -> str:
    """An amount in mg as it is written everywhere: "10", "2.5", "0.125".

    Never ".5" and never "5.0": a lost or added dot is a tenfold dose.
    """
    plain = f"{mg:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
