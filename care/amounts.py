"""Making an amount from the products somebody has: exact, or not at all.

A tablet is split only where it is scored, a modified-release tablet and a capsule never (P13),
a liquid is drawn up to the marks of its syringe. What cannot be made is said, never rounded
(P12); nothing here chooses a dose.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, gcd, lcm
from typing import NamedTuple

_MOST_UNITS = 2_000_000
"""How many times the common measure of the products an amount may be; more is a typing error."""

_FINEST = Decimal("0.000001")
_MOST = 1_000_000
"""Strengths are below this, in steps of `_FINEST`, so that no product of two is ever rounded."""


class Form(StrEnum):
    """What a product is, as far as splitting it goes."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    MODIFIED_RELEASE = "modified_release"
    LIQUID = "liquid"


@dataclass(frozen=True, slots=True)
class Product:
    """One strength of one medicine that a patient has.

    `mg` is in one tablet or capsule, or in 1 ml of a liquid. `pieces` is into how many parts a
    tablet may be split along its score: 1, 2 or 4. `smallest_ml` is the smallest mark of the
    syringe a liquid is measured with.
    """

    medicine: str
    form: Form
    mg: Decimal
    pieces: int = 1
    smallest_ml: Decimal | None = None

    def __post_init__(self) -> None:
        if not _plain(self.mg):
            raise ValueError(f"a product holds more than 0 mg, in six decimals, not {self.mg}")
        if self.pieces not in (1, 2, 4):
            raise ValueError(f"a score makes 2 or 4 pieces, not {self.pieces}")
        if self.pieces > 1 and self.form is not Form.TABLET:
            raise ValueError(f"a {self.form.value.replace('_', ' ')} is never split")
        liquid = self.form is Form.LIQUID
        mark = self.smallest_ml
        if liquid != (mark is not None) or not (mark is None or _plain(mark)):
            raise ValueError("a liquid, and nothing else, has a smallest mark above 0 ml")

    @property
    def smallest_mg(self) -> Decimal:
        """The least amount it can be taken in."""
        return self.mg * self.smallest_ml if self.smallest_ml is not None else self.mg / self.pieces


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one product: tablets or capsules (in halves or quarters), or ml of a liquid."""

    product: Product
    count: Decimal

    @property
    def mg(self) -> Decimal:
        """What this part holds."""
        return self.product.mg * self.count


def _plain(number: Decimal) -> bool:
    within = number.is_finite() and 0 < number < _MOST
    return within and number == number.quantize(_FINEST)


class _Way(NamedTuple):
    """The best way to an amount: least splitting, then fewest pieces; `coin` is its last part."""

    splits: int
    pieces: int
    coin: int


class _Coin(NamedTuple):
    """A whole, half or quarter of a product, and how many units it is."""

    product: Product
    share: Decimal
    units: int


def make(mg: Decimal, products: Iterable[Product]) -> tuple[Part, ...] | None:
    """The parts that make exactly `mg`, None when it cannot be made.

    With as little splitting, then as few pieces, as there can be; solid products before liquids,
    at most one liquid, and of two equal ways the one with the stronger product first. 0 mg is made
    of nothing.

    Raises:
        ValueError: when `mg` is below 0 or not finite, or the products are of two medicines.
    """
    solids, liquids = _sorted_out(products)
    if not mg.is_finite() or mg < 0:
        raise ValueError(f"an amount is 0 mg or more, not {mg}")
    target = Fraction(mg)
    whole = target / solids.unit
    if whole.denominator == 1 and whole in (ways := solids.ways(target)):
        return _parts(solids, ways, int(whole))
    return _of_liquid(target, liquids) or _of_both(target, solids, liquids)


def smallest_at_least(mg: Decimal | Fraction, products: Iterable[Product]) -> Decimal | None:
    """The least amount, `mg` or more, that `make` can make; None when there is none.

    So a cut that is rounded is never larger than the one that was ordered.

    Raises:
        ValueError: when `mg` is below 0, or the products are of two medicines.
    """
    solids, liquids = _sorted_out(products)
    least = Fraction(mg)
    if least < 0:
        raise ValueError(f"an amount is 0 mg or more, not {mg}")
    sums = solids.sums(solids.next_multiple(least))
    found = [one for one in sums if one >= least]
    for mark in (Fraction(one.smallest_mg) for one in liquids):
        found += [one + ceil((least - one) / mark) * mark for one in sums if one < least]
    return _decimal(min(found)) if found else None


def largest_below(mg: Decimal, products: Iterable[Product]) -> Decimal:
    """The largest amount below `mg`, which is above 0, that `make` can make; at least it is 0."""
    solids, liquids = _sorted_out(products)
    most = Fraction(mg)
    sums = [one for one in solids.sums(most) if one < most]
    found = [Fraction(0), *sums]
    for mark in (Fraction(one.smallest_mg) for one in liquids):
        found += [one + (ceil((most - one) / mark) - 1) * mark for one in sums]
    return _decimal(max(found))


def _decimal(mg: Fraction) -> Decimal:
    return Decimal(mg.numerator) / mg.denominator


def _sorted_out(products: Iterable[Product]) -> tuple["_Solids", list[Product]]:
    have = sorted(set(products), key=_strongest)
    if len({one.medicine for one in have}) > 1:
        raise ValueError("one dose is made of one medicine")
    solids = tuple(one for one in have if one.form is not Form.LIQUID)
    return _solids(solids), [one for one in have if one.form is Form.LIQUID]


def _strongest(one: Product) -> tuple[Decimal, str, int, Decimal]:
    return -one.mg, one.form.value, one.pieces, one.smallest_ml or Decimal(0)


def _of_liquid(target: Fraction, liquids: list[Product]) -> tuple[Part, ...] | None:
    for one in liquids:
        marks = target / Fraction(one.smallest_mg)
        if one.smallest_ml is not None and marks.denominator == 1:
            return (Part(one, one.smallest_ml * int(marks)),)
    return None


def _of_both(
    target: Fraction, solids: "_Solids", liquids: list[Product]
) -> tuple[Part, ...] | None:
    """As much in tablets as there can be, the rest of the liquid."""
    ways = solids.ways(target)
    for units in sorted(ways, reverse=True) if liquids else ():
        rest = target - units * solids.unit
        if 0 < rest < target and (drawn := _of_liquid(rest, liquids)):
            return (*_parts(solids, ways, units), *drawn)
    return None


def _parts(solids: "_Solids", ways: Mapping[int, _Way], units: int) -> tuple[Part, ...]:
    counts: dict[Product, Decimal] = {}
    while units:
        coin = solids.coins[ways[units].coin]
        counts[coin.product] = counts.get(coin.product, Decimal(0)) + coin.share
        units -= coin.units
    return tuple(Part(one, counts[one]) for one in sorted(counts, key=_strongest))


@dataclass(frozen=True)
class _Solids:
    """Tablets and capsules as coins: how many times their common measure, `unit` mg, each is."""

    coins: tuple[_Coin, ...]
    unit: Fraction

    @cached_property
    def _key(self) -> tuple[tuple[int, bool], ...]:
        return tuple((coin.units, coin.share < 1) for coin in self.coins)

    def ways(self, mg: Fraction) -> Mapping[int, _Way]:
        """The best way to every number of units that can be made, at least up to `mg`."""
        most = int(mg / self.unit)
        # Rounded up to a power of two, so that many amounts share one table.
        return _best_ways(self._key, 1 << most.bit_length() if most <= _MOST_UNITS else 0)

    def sums(self, mg: Fraction) -> list[Fraction]:
        """Every amount that can be made, at least up to `mg`."""
        return [units * self.unit for units in self.ways(mg)]

    def next_multiple(self, mg: Fraction) -> Fraction:
        """An amount, `mg` or a little more, that can be made; 0 when there is nothing."""
        sizes = [coin.units * self.unit for coin in self.coins]
        return min((ceil(mg / size) * size for size in sizes), default=Fraction(0))


@lru_cache(maxsize=64)
def _solids(solids: tuple[Product, ...]) -> _Solids:
    shares = [(one, share, Fraction(one.mg) * Fraction(share)) for one, share in _shares(solids)]
    per_mg = lcm(*(mg.denominator for _, _, mg in shares))
    unit = Fraction(gcd(*(int(mg * per_mg) for _, _, mg in shares)) or 1, per_mg)
    return _Solids(tuple(_Coin(one, share, int(mg / unit)) for one, share, mg in shares), unit)


def _shares(solids: Iterable[Product]) -> Iterator[tuple[Product, Decimal]]:
    for one in solids:
        for share in (1, 2, 4):
            if share <= one.pieces:
                yield one, Decimal(1) / share


@lru_cache(maxsize=64)
def _best_ways(coins: tuple[tuple[int, bool], ...], most: int) -> Mapping[int, _Way]:
    best = {0: _Way(0, 0, -1)}
    for amount in range(most):
        if (way := best.get(amount)) is None:
            continue
        for index, (units, split) in enumerate(coins):
            after, more = amount + units, _Way(way.splits + split, way.pieces + 1, index)
            if after <= most and more < best.get(after, more._replace(coin=index + 1)):
                best[after] = more
    return best
