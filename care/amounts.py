"""Making an amount from the products somebody has: exact, or not at all.

A tablet is split only where it is scored, a modified-release tablet and a capsule never (P13),
a liquid is drawn up to the marks of its syringe. What cannot be made is said, never rounded
(P12); nothing here chooses a dose.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, gcd, lcm
from typing import NamedTuple

_MOST_UNITS = 2_000_000
"""How many times the common measure of the products an amount may be; more is a typing error."""

_MOST_SUMS = 1_500_000
"""How many sums of products are looked at for one amount: about a second's work.

Beyond it, with many strengths that have little in common, an amount counts as not to be made.
"""

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


class _Mark(NamedTuple):
    """A liquid, the ml of one mark of its syringe, and how many units one mark is."""

    product: Product
    ml: Decimal
    units: int


def make(mg: Decimal, products: Iterable[Product]) -> tuple[Part, ...] | None:
    """The parts that make exactly `mg`, None when it cannot be made.

    With as little splitting, then as few pieces, as there can be; solid products before liquids,
    at most one liquid, and of two equal ways the one with the stronger product first. 0 mg is made
    of nothing.

    Raises:
        ValueError: when `mg` is below 0 or not finite, or the products are of two medicines.
    """
    shelf = _shelf_of(products)
    if not mg.is_finite() or mg < 0:
        raise ValueError(f"an amount is 0 mg or more, not {mg}")
    units = Fraction(mg) / shelf.unit
    return shelf.parts(int(units)) if units.denominator == 1 else None


def smallest_at_least(mg: Decimal | Fraction, products: Iterable[Product]) -> Decimal | None:
    """The least amount, `mg` or more, that `make` can make; None when there is none.

    So a cut that is rounded is never larger than the one that was ordered.

    Raises:
        ValueError: when `mg` is below 0, or the products are of two medicines.
    """
    shelf = _shelf_of(products)
    if mg < 0:
        raise ValueError(f"an amount is 0 mg or more, not {mg}")
    least = ceil(Fraction(mg) / shelf.unit)
    # A multiple of one coin is never far above: beyond it nothing need be looked at.
    near = min((-(-least // coin.units) * coin.units for coin in shelf.coins), default=0)
    sums = shelf.sums(near)
    below = sums[: bisect_left(sums, least)]
    found = list(sums[len(below) : len(below) + 1])
    found += [
        least + min((one - least) % mark.units for one in below) for mark in shelf.marks if below
    ]
    return shelf.mg(min(found)) if found else None


def largest_below(mg: Decimal, products: Iterable[Product]) -> Decimal:
    """The largest amount below `mg`, which is above 0, that `make` can make; at least it is 0."""
    shelf = _shelf_of(products)
    most = ceil(Fraction(mg) / shelf.unit) - 1
    sums = shelf.sums(most)
    below = sums[: bisect_right(sums, most)]
    drawn = [most - min((most - one) % mark.units for one in below) for mark in shelf.marks]
    return shelf.mg(max([below[-1], *drawn]))


def _shelf_of(products: Iterable[Product]) -> "_Shelf":
    have = tuple(sorted(set(products), key=_strongest))
    if len({one.medicine for one in have}) > 1:
        raise ValueError("one dose is made of one medicine")
    return _shelf(have)


def _strongest(one: Product) -> tuple[Decimal, str, int, Decimal]:
    return -one.mg, one.form.value, one.pieces, one.smallest_ml or Decimal(0)


@dataclass(frozen=True)
class _Shelf:
    """What there is of one medicine, in whole numbers of `unit` mg, its common measure."""

    coins: tuple[_Coin, ...]
    marks: tuple[_Mark, ...]
    unit: Fraction

    @cached_property
    def _key(self) -> tuple[tuple[int, bool], ...]:
        return tuple((coin.units, coin.share < 1) for coin in self.coins)

    def mg(self, units: int) -> Decimal:
        amount = units * self.unit
        return Decimal(amount.numerator) / amount.denominator

    def parts(self, units: int) -> tuple[Part, ...] | None:
        ways = self._ways(units)
        if units in ways:
            return self._counted(ways, units)
        return self._drawn(units) or self._of_both(ways, units)

    def sums(self, most: int) -> Sequence[int]:
        """Every amount of solid products in rising order, at least up to `most`."""
        return _in_order(self._key, self._reach(most))

    def _ways(self, most: int) -> Mapping[int, _Way]:
        return _best_ways(self._key, self._reach(most))

    @staticmethod
    def _reach(most: int) -> int:
        """How far to look for `most`: to a power of two, so that many amounts share one table."""
        return 1 << most.bit_length() if most <= _MOST_UNITS else 0

    def _drawn(self, units: int) -> tuple[Part, ...] | None:
        for mark in self.marks:
            if units % mark.units == 0:
                return (Part(mark.product, mark.ml * (units // mark.units)),)
        return None

    def _of_both(self, ways: Mapping[int, _Way], units: int) -> tuple[Part, ...] | None:
        """As much in tablets as there can be, the rest of the liquid."""
        for solid in sorted(ways, reverse=True) if self.marks else ():
            if 0 < solid < units and (drawn := self._drawn(units - solid)):
                return (*self._counted(ways, solid), *drawn)
        return None

    def _counted(self, ways: Mapping[int, _Way], units: int) -> tuple[Part, ...]:
        counts: dict[Product, Decimal] = {}
        while units:
            coin = self.coins[ways[units].coin]
            counts[coin.product] = counts.get(coin.product, Decimal(0)) + coin.share
            units -= coin.units
        return tuple(Part(one, counts[one]) for one in sorted(counts, key=_strongest))


@lru_cache(maxsize=64)
def _shelf(products: tuple[Product, ...]) -> _Shelf:
    sizes = [Fraction(one.smallest_mg) for one in products]
    per_mg = lcm(*(size.denominator for size in sizes))
    unit = Fraction(gcd(*(int(size * per_mg) for size in sizes)) or 1, per_mg)
    coins = [
        _Coin(one, Decimal(1) / share, int(Fraction(one.mg) / share / unit))
        for one in products
        for share in ((1, 2, 4) if one.form is not Form.LIQUID else ())
        if share <= one.pieces
    ]
    marks = [
        _Mark(one, one.smallest_ml, int(Fraction(one.smallest_mg) / unit))
        for one in products
        if one.smallest_ml is not None
    ]
    return _Shelf(tuple(coins), tuple(marks), unit)


@lru_cache(maxsize=64)
def _best_ways(coins: tuple[tuple[int, bool], ...], most: int) -> Mapping[int, _Way]:
    nothing = {0: _Way(0, 0, -1)}
    best = dict(nothing)
    for amount in range(most if coins else 0):
        if (way := best.get(amount)) is None:
            continue
        if len(best) * len(coins) > _MOST_SUMS:
            return nothing
        for index, (units, split) in enumerate(coins):
            after, more = amount + units, _Way(way.splits + split, way.pieces + 1, index)
            if after <= most and more < best.get(after, more._replace(coin=index + 1)):
                best[after] = more
    return best


@lru_cache(maxsize=64)
def _in_order(coins: tuple[tuple[int, bool], ...], most: int) -> Sequence[int]:
    return sorted(_best_ways(coins, most))
