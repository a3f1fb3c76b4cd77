"""Lowering the doses of a day to what products make: never below a total, never a dose raised.

Which total that is, `care.planrule` works out from a prescriber's rule.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal
from fractions import Fraction

from care.amounts import Product, largest_below, smallest_at_least


def total(doses: Mapping[time, Decimal]) -> Decimal:
    """The mg of the whole day."""
    return sum(doses.values(), Decimal(0))


def _at_least(mg: Fraction, dose: Decimal, products: Sequence[Product]) -> Decimal:
    """The least makeable amount of `mg` or more; `dose` where that is not lower."""
    found = smallest_at_least(max(mg, Fraction(0)), products)
    return dose if found is None else min(found, dose)


def in_turn(
    doses: Mapping[time, Decimal],
    order: Sequence[time],
    target: Fraction,
    products: Sequence[Product],
) -> dict[time, Decimal]:
    """The first dose of `order` goes down until it is gone, then the next."""
    lower = dict(doses)
    for wall in (wall for wall in order if wall in doses):
        spare = Fraction(total(lower)) - target
        lower[wall] = _at_least(Fraction(lower[wall]) - spare, lower[wall], products)
        if lower[wall]:
            break
    return lower


def alike(
    doses: Mapping[time, Decimal],
    weights: Mapping[time, Fraction],
    target: Fraction,
    products: Sequence[Product],
) -> dict[time, Decimal]:
    """Every dose goes down in proportion to `weights`, as nearly as the products allow.

    First each one down to its share, rounded up. What that left too much of the day is then taken
    off in single notches, from the dose that is farthest above its share (of equal ones the
    earliest), as long as the day's total stays at `target` or above.
    """
    whole = sum((weights[wall] for wall in doses), Fraction(0))
    shares = {wall: target * weights[wall] / whole for wall in doses}
    lower = dict(doses)
    for wall in doses:
        spare = Fraction(total(lower)) - target
        share = max(shares[wall], Fraction(doses[wall]) - spare)
        lower[wall] = _at_least(share, doses[wall], products)
    while (highest := _highest(lower, shares, target, products)) is not None:
        lower[highest] = largest_below(lower[highest], products)
    return lower


def _highest(
    doses: Mapping[time, Decimal],
    shares: Mapping[time, Fraction],
    target: Fraction,
    products: Sequence[Product],
) -> time | None:
    """The dose farthest above its share that can go down a notch; None when none can."""
    spare = Fraction(total(doses)) - target
    able = [
        wall
        for wall, mg in doses.items()
        if mg and Fraction(mg) - Fraction(largest_below(mg, products)) <= spare
    ]
    return min(able, key=lambda wall: (shares[wall] - Fraction(doses[wall]), wall), default=None)
