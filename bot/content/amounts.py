"""Amounts in words: "four and a half 2 mg tablets". Whoever reads it counts tablets, not mg."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from care.amounts import Form, Part, Product
from care.plan import mg_text

_NUMBERS: Final = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_SHARES: Final = {
    Decimal("0.25"): "a quarter",
    Decimal("0.5"): "a half",
    Decimal("0.75"): "three quarters",
}
_NOUNS: Final = {
    Form.TABLET: "tablet",
    Form.CAPSULE: "capsule",
    Form.MODIFIED_RELEASE: "slow-release tablet",
}


def parts_text(parts: Iterable[Part]) -> str:
    """Word what a dose is made of, strongest first; empty for nothing.

    "four and a half 2 mg tablets", "half a 5 mg tablet and one 2 mg tablet",
    "2.5 ml of the liquid with 0.4 mg in 1 ml".
    """
    return " and ".join(map(_part, parts))


def kind_text(one: Product) -> str:
    """Word a product without a number: "tablets of 5 mg", "the liquid with 0.4 mg in 1 ml"."""
    if one.form is Form.LIQUID:
        return f"the liquid with {mg_text(one.mg)} mg in 1 ml"
    return f"{_NOUNS[one.form]}s of {mg_text(one.mg)} mg"


def units_text(one: Product, units: Decimal) -> str:
    """Word how much there is of a product.

    "28 tablets of 5 mg", "1 capsule of 10 mg", "120 ml of the liquid with 0.4 mg in 1 ml".
    """
    if one.form is Form.LIQUID:
        return _part(Part(one, units))
    some = "" if units == 1 else "s"
    return f"{mg_text(units)} {_NOUNS[one.form]}{some} of {mg_text(one.mg)} mg"


def _part(part: Part) -> str:
    one = part.product
    if one.form is Form.LIQUID:
        return f"{mg_text(part.count)} ml of the liquid with {mg_text(one.mg)} mg in 1 ml"
    name = f"{mg_text(one.mg)} mg {_NOUNS[one.form]}"
    whole, share = divmod(part.count, 1)
    if not whole:
        return f"{'half' if share == Decimal('0.5') else _SHARES[share] + ' of'} a {name}"
    if whole >= len(_NUMBERS):
        return f"{mg_text(part.count)} {kind_text(one)}"
    number = _NUMBERS[int(whole)]
    extra = f" and {_SHARES[share]}" if share else ""
    return f"{number}{extra} {name}{'s' if part.count > 1 else ''}"
