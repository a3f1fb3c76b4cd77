"""Making an amount from the products somebody has: exact, or not at all.

A tablet is split only where it is scored, a modified-release tablet and a capsule never (P13),
a liquid is drawn up to the marks of its syringe. What cannot be made is said, never rounded
(P12); nothing here chooses a dose.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import NamedTuple

_MOST_UNITS = 200_000
"""How many smallest pieces an amount may come to before it is refused as a typing error."""


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
        if not (self.mg.is_finite() and self.mg > 0):
            raise ValueError(f"a product holds more than 0 mg, not {self.mg}")
        if self.pieces not in (1, 2, 4):
            raise ValueError(f"a score makes 2 or 4 pieces, not {self.pieces}")
        if self.pieces > 1 and self.form is not Form.TABLET:
            raise ValueError(f"a {self.form.value.replace('_', ' ')} is never split")
        liquid = self.form is Form.LIQUID
        if liquid != (self.smallest_ml is not None) or (self.smallest_ml or 1) <= 0:
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


class _Way(NamedTuple):
    """The best way to an amount: least splitting, then fewest pieces; `coin` is its last part."""

    splits: int
    pieces: int
    coin: int


class _Coin(NamedTuple):
    """A whole, half or quarter of a product, and how many smallest units it is."""

    product: Product
    share: Decimal
    units: int


def make(mg: Decimal, products: Iterable[Product]) -> tuple[Part, ...] | None:
    """The parts that make exactly `mg`, None when it cannot be made.

    With as little splitting, then as few pieces, as there can be; solid products before liquids,
    and of two equal ways the one with the stronger product first. 0 mg is made of nothing.

    Raises:
        ValueError: when `mg` is below 0 or not finite, or the products are of two medicines.
    """
    have = sorted(set(products), key=_strongest)
    if not mg.is_finite() or mg < 0:
        raise ValueError(f"an amount is 0 mg or more, not {mg}")
    if len({one.medicine for one in have}) > 1:
        raise ValueError("one dose is made of one medicine")
    if mg == 0:
        return ()
    solids = [one for one in have if one.form is not Form.LIQUID]
    liquids = [one for one in have if one.form is Form.LIQUID]
    return _of_solids(mg, solids) or _of_liquid(mg, liquids) or _of_both(mg, solids, liquids)


def _of_solids(mg: Decimal, solids: list[Product]) -> tuple[Part, ...] | None:
    table = _table(mg, solids)
    return table.parts(table.target) if table else None


def _of_liquid(mg: Decimal, liquids: list[Product]) -> tuple[Part, ...] | None:
    for one in liquids:
        if mg % one.smallest_mg == 0:
            return (Part(one, mg / one.mg),)
    return None


def _of_both(mg: Decimal, solids: list[Product], liquids: list[Product]) -> tuple[Part, ...] | None:
    """As much in tablets as there can be, the rest of the liquid."""
    table = _table(mg, solids)
    if table is None or not liquids:
        return None
    for units in range(table.target - 1, 0, -1):
        parts = table.parts(units)
        rest = _of_liquid(mg - sum(part.mg for part in parts), liquids) if parts else None
        if parts and rest:
            return (*parts, *rest)
    return None


@dataclass(frozen=True, slots=True)
class _Table:
    """The best way to each number of units up to `target`."""

    coins: list[_Coin]
    ways: list[_Way | None]

    @property
    def target(self) -> int:
        return len(self.ways) - 1

    def parts(self, units: int) -> tuple[Part, ...] | None:
        counts: dict[Product, Decimal] = {}
        while units:
            way = self.ways[units]
            if way is None:
                return None
            coin = self.coins[way.coin]
            counts[coin.product] = counts.get(coin.product, Decimal(0)) + coin.share
            units -= coin.units
        return tuple(Part(one, counts[one]) for one in sorted(counts, key=_strongest))


def _strongest(one: Product) -> tuple[Decimal, str, int]:
    return -one.mg, one.form.value, one.pieces


def _shares(solids: list[Product]) -> Iterator[tuple[Product, Decimal]]:
    for one in solids:
        for share in (1, 2, 4):
            if share <= one.pieces:
                yield one, Decimal(1) / share


def _table(mg: Decimal, solids: list[Product]) -> _Table | None:
    shares = [(one, count, Fraction(one.mg) * Fraction(count)) for one, count in _shares(solids)]
    per_mg = lcm(Fraction(mg).denominator, *(share.denominator for _, _, share in shares))
    target = int(Fraction(mg) * per_mg)
    if not shares or target > _MOST_UNITS:
        return None
    coins = [_Coin(one, count, int(share * per_mg)) for one, count, share in shares]
    return _Table(coins, _best_ways(target, coins))


def _best_ways(target: int, coins: list[_Coin]) -> list[_Way | None]:
    best: list[_Way | None] = [_Way(0, 0, -1), *[None] * target]
    for amount in range(1, target + 1):
        found = []
        for index, coin in enumerate(coins):
            before = best[amount - coin.units] if coin.units <= amount else None
            if before is not None:
                split = coin.share < 1
                found.append(_Way(before.splits + split, before.pieces + 1, index))
        best[amount] = min(found, default=None)
    return best
