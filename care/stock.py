"""What somebody has of a medicine, used up exactly: each dose is made of what is left, or not.

Parts are those that `care.amounts.make` chooses while they last; then the next best that there
are. Nothing is rounded, and nothing is ever below zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TypeAlias

from care.amounts import Form, Part, Product, make

_MOST_TRIES = 5_000
"""How many combinations are tried for one dose; real sets of tablets need some hundred [ENG]."""
_MOST_WORK = 10_000
"""How many are tried beyond the preferred ways; then the farthest found stands [ENG]."""

Pieces: TypeAlias = tuple[tuple[Product, int], ...]
"""How many of its smallest parts are left of each product."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is of one medicine.

    `units` are tablets or capsules (halves and quarters of a scored one), or ml, of every strength
    somebody has, 0 of one that is used up. `total_mg` is everything together; without strengths
    it is all that is known. A dose that those strengths cannot make at all (a dissolved tablet)
    is taken off the total only, so the total may be the smaller figure.

    Raises:
        ValueError: when an amount is below 0, or the strengths are of two medicines.
    """

    total_mg: Decimal
    units: Mapping[Product, Decimal] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if any(not (one.is_finite() and one >= 0) for one in (self.total_mg, *self.units.values())):
            raise ValueError("what is left is 0 or more")
        if len({one.medicine for one in self.units}) > 1:
            raise ValueError("a stock is of one medicine")


def counted(units: Mapping[Product, Decimal]) -> Stock:
    """The stock of these strengths: the total is what they hold."""
    return Stock(sum((one.mg * count for one, count in units.items()), Decimal(0)), units)


def make_from(mg: Decimal, stock: Stock) -> tuple[Part, ...] | None:
    """The parts of `stock` that make exactly `mg`, None when what is left cannot make it."""
    near = _near(_all_pieces(stock), mg)
    return _preferred(mg, near) or next(iter(_ranked(mg, near)[0]), None)


def use(stock: Stock, mg: Decimal) -> Stock | None:
    """What is left after one dose of `mg`; None when it cannot be made from what is left."""
    if mg > stock.total_mg:
        return None
    total = stock.total_mg - mg
    if not _makeable(mg, stock.units):
        return Stock(total, stock.units)
    parts = make_from(mg, stock)
    return None if parts is None else Stock(total, _without(stock.units, parts))


def used(stock: Stock, mg: Decimal) -> Stock:
    """What is left after a dose that was taken, whether or not the count says it could be."""
    return use(stock, mg) or Stock(max(stock.total_mg - mg, Decimal(0)), stock.units)


def _without(units: Mapping[Product, Decimal], parts: Sequence[Part]) -> Mapping[Product, Decimal]:
    taken = {part.product: part.count for part in parts}
    return {one: count - taken.get(one, Decimal(0)) for one, count in units.items()}


def covered(stock: Stock, doses: Sequence[Decimal]) -> int:
    """How many of `doses`, in this order, `stock` makes, however its parts are best divided.

    More of any strength never covers fewer. Looks at a bounded number of ways beyond the
    preferred ones, so that for a strange set of tablets it may name fewer, never more.
    """
    most = _within_total(stock.total_mg, doses)
    needs = [mg if _makeable(mg, stock.units) else None for mg in doses[:most]]
    made = [mg for mg in needs if mg is not None]
    reached = _reached(_all_pieces(stock), made)
    if reached == len(made):
        return most
    # The dose after the last one that could be made is where it ends.
    return [place for place, mg in enumerate(needs) if mg is not None][reached]


def _within_total(total: Decimal, doses: Sequence[Decimal]) -> int:
    for place, mg in enumerate(doses):
        total -= mg
        if total < 0:
            return place
    return len(doses)


def _makeable(mg: Decimal, units: Mapping[Product, Decimal]) -> bool:
    """Whether these strengths make `mg` at all, however many there are."""
    return bool(units) and _chosen(mg, frozenset(units)) is not None


def _reached(pieces: Pieces, doses: Sequence[Decimal]) -> int:
    """How many doses can be made: as preferred, with other ways tried, or sparing one strength."""
    best = _search(pieces, doses)
    for spared, _ in pieces:
        if best == len(doses):
            break
        best = max(best, _sparing(spared, pieces, doses))
    return best


def _sparing(spared: Product, pieces: Pieces, doses: Sequence[Decimal]) -> int:
    """How many doses are made when as little as can be is used of one strength."""
    for place, mg in enumerate(doses):
        ways = _ranked(mg, _near(pieces, mg))[0]
        parts = min(ways, key=lambda way: _share(way, spared), default=None)
        if parts is None:
            return place
        pieces = _less(pieces, parts)
    return len(doses)


def _share(parts: Sequence[Part], product: Product) -> Decimal:
    return sum((part.count for part in parts if part.product == product), Decimal(0))


def _search(pieces: Pieces, doses: Sequence[Decimal]) -> int:
    """How many doses can be made one after the other: preferred ways first, then others."""
    best, work = 0, 0
    seen: set[tuple[int, Pieces]] = set()
    path = [_after(pieces, doses[0])] if doses else []
    while path and best < len(doses) and work < len(doses) + _MOST_WORK:
        place = len(path)
        step = next(path[-1], None)
        if step is None:
            path.pop()
            continue
        left, cost = step
        work += cost
        if left is None or (place, left) in seen:
            continue
        seen.add((place, left))
        best = max(best, place)
        if place < len(doses):
            path.append(_after(left, doses[place]))
    return best


def _after(pieces: Pieces, mg: Decimal) -> Iterator[tuple[Pieces | None, int]]:
    """What may be left after a dose, preferred way first, and how much work it was to find."""
    near = _near(pieces, mg)
    first = _preferred(mg, near)
    if first is not None:
        yield _less(pieces, first), 1
    ways, tries = _ranked(mg, near)
    yield None, tries
    yield from ((_less(pieces, parts), 1) for parts in ways if parts != first)


def _less(pieces: Pieces, parts: Sequence[Part]) -> Pieces:
    taken = {part.product: int(part.count / _smallest(part.product)) for part in parts}
    return tuple((one, count - taken.get(one, 0)) for one, count in pieces)


def _near(pieces: Pieces, mg: Decimal) -> Pieces:
    """What one dose can need of them; the rest makes no difference to it."""
    return tuple((one, min(count, _fits(one, mg))) for one, count in pieces)


def _smallest(one: Product) -> Decimal:
    """The least count of a product: a whole, half or quarter, or a mark in ml."""
    return one.smallest_ml if one.smallest_ml is not None else Decimal(1) / one.pieces


def _fits(one: Product, mg: Decimal) -> int:
    return int(mg / one.smallest_mg)


def _all_pieces(stock: Stock) -> Pieces:
    ordered = sorted(stock.units, key=_strongest)
    return tuple((one, int(stock.units[one] / _smallest(one))) for one in ordered)


def _strongest(one: Product) -> tuple[bool, Decimal, str, int]:
    return one.form is Form.LIQUID, -one.mg, one.form.value, one.pieces


def _preferred(mg: Decimal, pieces: Pieces) -> tuple[Part, ...] | None:
    """What `make` chooses, if there is as much of it."""
    there = {one: count * _smallest(one) for one, count in pieces if count}
    parts = _chosen(mg, frozenset(there))
    fits = parts is not None and all(there[part.product] >= part.count for part in parts)
    return parts if fits else None


@lru_cache(maxsize=4096)
def _chosen(mg: Decimal, products: frozenset[Product]) -> tuple[Part, ...] | None:
    """What these strengths make `mg` of, however many there are; None when they cannot."""
    return make(mg, products)


@lru_cache(maxsize=512)
def _ranked(mg: Decimal, pieces: Pieces) -> tuple[tuple[tuple[Part, ...], ...], int]:
    """Every way, as `make` ranks them, and how many combinations were tried.

    No liquid before one; least splitting; fewest pieces.
    """
    tried = list(islice(_combinations(mg, pieces), _MOST_TRIES))
    return tuple(sorted((parts for parts in tried if parts is not None), key=_rank)), len(tried)


def _rank(parts: tuple[Part, ...]) -> tuple[int, Decimal, int, int, tuple[Decimal, ...]]:
    liquid = sum((part.mg for part in parts if part.product.form is Form.LIQUID), Decimal(0))
    solids = [part for part in parts if part.product.form is not Form.LIQUID]
    both = (2 if solids else 1) if liquid else 0
    splits = sum(_splits(part.count) for part in solids)
    pieces = sum(int(part.count) + _splits(part.count) for part in solids)
    return both, liquid, splits, pieces, tuple(-part.mg for part in parts)


def _splits(count: Decimal) -> int:
    """How many halves and quarters a count has: one and three quarters are a half and a quarter."""
    quarters = int(count * 4) % 4
    return quarters // 2 + quarters % 2


def _combinations(mg: Decimal, pieces: Pieces) -> Iterator[tuple[Part, ...] | None]:
    """Every exact way, None for each dead end; at most one liquid in each, as in `make`."""
    solids = tuple(one for one in pieces if one[0].form is not Form.LIQUID and one[1])
    liquids = tuple(one for one in pieces if one[0].form is Form.LIQUID and one[1])
    yield from _of_solids(mg, solids)
    for liquid in liquids:
        yield from _of_solids(mg, solids, liquid)


def _of_solids(
    rest: Decimal, solids: Pieces, liquid: tuple[Product, int] | None = None
) -> Iterator[tuple[Part, ...] | None]:
    if not solids:
        yield _ending(rest, liquid)
        return
    (one, most), others = solids[0], solids[1:]
    reach = sum((each.smallest_mg * count for each, count in others), Decimal(0))
    reach += liquid[0].smallest_mg * liquid[1] if liquid else 0
    for count in range(min(most, _fits(one, rest)), -1, -1):
        left = rest - one.smallest_mg * count
        if left > reach:
            yield None  # fewer of this one leave more than the others hold
            return
        part = (Part(one, _smallest(one) * count),) if count else ()
        for found in _of_solids(left, others, liquid):
            yield None if found is None else part + found


def _ending(rest: Decimal, liquid: tuple[Product, int] | None) -> tuple[Part, ...] | None:
    if liquid is None:
        return () if rest == 0 else None
    one, most = liquid
    fits = rest > 0 and rest % one.smallest_mg == 0 and rest / one.smallest_mg <= most
    return (Part(one, rest / one.mg),) if fits else None
