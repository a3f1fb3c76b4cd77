"""Random plans and products, for properties of everything that carries a plan.

`random_plans()` makes plans as a document can say them: times in clock order, medicines with what
is taken now first, steps in the order of their dates and, on one day, of `plan.medicines`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from care.amounts import Form, Product, make, smallest_at_least
from care.plan import AsNeeded, Plan, Regimen, TypedDoses, TypedStep, keep_slots, plan_of
from care.planrule import MOST_JOINED, Of, Phase, Rule

FIRST = date(2026, 12, 1)
MEDICINES = ("diazepam", "lorazepam", "zopiclone", "baclofen")
HOW = (
    "half a tablet, the rest in the evening",
    "45 ml of one 5 mg tablet in 50 ml of water",
    'as "slow drops", shaken; 0,5 ml = 0.2 mg: see label',
    "Ein halbes Stück, früh, nüchtern",
)

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 5, 30, 59]))
amounts = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0.125", "0.25", "0.5", "1", "2.5", "10", "40")]),
    st.integers(1, 800_000).map(lambda n: Decimal(n) / 10_000),
)
strengths = st.one_of(
    st.sampled_from([Decimal(t) for t in ("0.25", "0.5", "1", "2", "3.75", "5", "7.5", "10")]),
    st.integers(1, 400).map(lambda n: Decimal(n) / 8),
)
_letters = st.characters(
    min_codepoint=32, max_codepoint=0x2FF, exclude_categories=("C", "Zl", "Zp", "Zs"), codec="utf-8"
)
_free = st.text(_letters, min_size=1, max_size=12)
hows = st.one_of(st.sampled_from(HOW), st.lists(_free, min_size=1, max_size=6).map(" ".join))
"""What a prescriber wrote beside an amount: one line, no blanks at its ends."""


@st.composite
def products(draw: st.DrawFn, medicine: str = "diazepam") -> Product:
    """One product of `medicine`, of any form."""
    form = draw(st.sampled_from(Form))
    if form is Form.LIQUID:
        marks = st.sampled_from([Decimal(text) for text in ("0.05", "0.1", "0.25", "0.5", "1")])
        per_ml = st.sampled_from([Decimal(text) for text in ("0.4", "0.5", "1", "2", "5")])
        return Product(medicine, form, draw(per_ml), smallest_ml=draw(marks))
    pieces = draw(st.sampled_from([1, 2, 4])) if form is Form.TABLET else 1
    return Product(medicine, form, draw(strengths), pieces)


def product_sets(medicine: str = "diazepam", *, least: int = 0) -> st.SearchStrategy[list[Product]]:
    """Different products of one medicine, up to four."""
    return st.lists(products(medicine), min_size=least, max_size=4, unique=True)


def days_doses(*, least: int = 0) -> st.SearchStrategy[TypedDoses]:
    """The doses of one day, in clock order, up to five."""
    return st.dictionaries(clocks, amounts, min_size=least, max_size=5).map(
        lambda doses: tuple(sorted(doses.items()))
    )


@st.composite
def _steps(draw: st.DrawFn, medicine: str, *, begins: bool) -> list[TypedStep]:
    """Dated steps of one medicine; the first one has doses when the medicine `begins` by it."""
    days = sorted(draw(st.sets(st.integers(0, 700), min_size=begins, max_size=4)))
    steps = []
    for number, day in enumerate(days):
        doses = draw(days_doses(least=begins and number == 0))
        every = draw(st.sampled_from([1, 1, 1, 2, 3, 7])) if doses else 1
        walls = [wall for wall, _ in doses if draw(st.integers(0, 3)) == 0]
        how = {wall: draw(hows) for wall in walls}
        steps.append(TypedStep(FIRST + timedelta(days=day), medicine, doses, every, how))
    return steps


@st.composite
def _present(draw: st.DrawFn, medicine: str) -> Regimen:
    doses = draw(days_doses(least=1))
    how = {wall: draw(hows) for wall, _ in doses if draw(st.integers(0, 5)) == 0}
    return keep_slots(Regimen(medicine, ()), doses, how=how)


def _as_needed(medicine: str) -> st.SearchStrategy[AsNeeded]:
    hours = st.sampled_from([Decimal(text) for text in ("0", "4", "6.5", "24")])
    return st.builds(AsNeeded, st.just(medicine), amounts, st.integers(1, 6), hours)


def _in_order(present: list[Regimen], typed: list[TypedStep], names: Sequence[str]) -> Plan:
    def ordered(order: Sequence[str]) -> Plan:
        ranked = sorted(typed, key=lambda step: (step.starts, order.index(step.medicine)))
        return plan_of(present, ranked)

    return ordered(ordered(names).medicines)


@st.composite
def random_plans(draw: st.DrawFn, medicines: Sequence[str] = MEDICINES) -> Plan:
    """A plan of some of `medicines` (drug ids): switches, rest days, stops, products, how.

    Doses and steps are anything but empty together; as-needed doses may be of a medicine that is
    not taken at set times, and stand after the others then. Steps begin from 1 Dec 2026 on.
    """
    names = draw(st.lists(st.sampled_from(medicines), min_size=1, max_size=3, unique=True))
    now = [name for name in names if draw(st.booleans())]
    present = [draw(_present(name)) for name in now]
    typed = [step for name in names for step in draw(_steps(name, begins=name not in now))]
    plan = _in_order(present, typed, names)
    others = [name for name in medicines if name not in names and draw(st.integers(0, 5)) == 0]
    shelf = [one for name in plan.medicines for one in draw(product_sets(name))]
    needed = [name for name in plan.medicines if draw(st.integers(0, 3)) == 0] + others
    return replace(
        plan,
        products=tuple(shelf),
        as_needed=tuple(draw(_as_needed(name)) for name in needed),
    )


@st.composite
def _makeable(draw: st.DrawFn, most: Decimal, shelf: Sequence[Product]) -> Decimal:
    """An amount above 0 that these products make, about `most` at most."""
    found = smallest_at_least(most * draw(st.integers(1, 16)) / 16, shelf)
    assert found is not None
    return found


@st.composite
def _phase(draw: st.DrawFn, until: Decimal, shelf: Sequence[Product]) -> Phase:
    of = draw(st.sampled_from([Of.MG, Of.CURRENT, Of.CURRENT, Of.STARTING]))
    if of is Of.MG:
        cut = draw(_makeable(Decimal(2), shelf))
    else:
        cut = Decimal(draw(st.sampled_from(["5", "10", "10", "12.5", "25", "40"])))
    return Phase(cut, of, draw(st.sampled_from([1, 7, 10, 14, 14, 28])), until)


@st.composite
def random_rules(draw: st.DrawFn) -> tuple[Rule, Regimen, list[Product]]:
    """A rule, what is taken now, and the products, that make what is taken and where parts end.

    Not every one can be carried out: a cut may be too small for the products.
    """
    shelf = draw(product_sets(least=1))
    walls = sorted(draw(st.sets(clocks, min_size=1, max_size=4)))
    doses = tuple((wall, draw(_makeable(Decimal(10), shelf))) for wall in walls)
    present = keep_slots(Regimen("diazepam", ()), doses)
    parts = {draw(_makeable(present.daily_mg / 2, shelf)) for _ in range(draw(st.integers(0, 2)))}
    ends = sorted((end for end in parts if end < present.daily_mg), reverse=True)
    phases = [draw(_phase(end, shelf)) for end in ends]
    if draw(st.booleans()) or not phases:
        last = draw(_phase(Decimal(0), shelf))
        stop = ends[-1] if ends else draw(_makeable(Decimal(1), shelf))
        phases.append(replace(last, cut=stop, of=Of.MG) if last.of is Of.CURRENT else last)
    order = tuple(draw(st.permutations(walls))) if draw(st.booleans()) else ()
    joined = draw(st.sampled_from([1, 1, 2, MOST_JOINED]))
    return Rule(tuple(phases), FIRST, order, joined), present, shelf


def makes(mg: Decimal, shelf: Sequence[Product]) -> bool:
    """Whether the parts of an amount sum exactly to it."""
    parts = make(mg, shelf)
    return parts is not None and sum((part.mg for part in parts), Decimal(0)) == mg
