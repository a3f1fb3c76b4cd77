"""Amounts as somebody counts them out of the box."""

from decimal import Decimal

import pytest

from bot.content.amounts import parts_text
from care.amounts import Form, Part, Product

TWO = Product("diazepam", Form.TABLET, Decimal(2), 4)
FIVE = Product("diazepam", Form.TABLET, Decimal(5), 2)
CAPSULE = Product("temazepam", Form.CAPSULE, Decimal(10))
LIQUID = Product("diazepam", Form.LIQUID, Decimal("0.4"), smallest_ml=Decimal("0.5"))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((Part(TWO, Decimal("4.5")),), "four and a half 2 mg tablets"),
        ((Part(TWO, Decimal(1)),), "one 2 mg tablet"),
        ((Part(FIVE, Decimal("0.5")),), "half a 5 mg tablet"),
        ((Part(TWO, Decimal("0.25")),), "a quarter of a 2 mg tablet"),
        ((Part(TWO, Decimal("1.75")),), "one and three quarters 2 mg tablets"),
        (
            (Part(FIVE, Decimal(1)), Part(TWO, Decimal("0.5"))),
            "one 5 mg tablet and half a 2 mg tablet",
        ),
        ((Part(TWO, Decimal(14)),), "14 tablets of 2 mg"),
        ((Part(CAPSULE, Decimal(2)),), "two 10 mg capsules"),
        ((Part(LIQUID, Decimal("2.5")),), "2.5 ml of the liquid with 0.4 mg in 1 ml"),
        ((), ""),
    ],
)
def test_a_dose_is_worded_as_it_is_counted(parts: tuple[Part, ...], words: str) -> None:
    assert parts_text(parts) == words
