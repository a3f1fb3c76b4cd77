"""A count is read as it was typed, or asked about again. Nothing is guessed."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.amounts import Form, Product
from care.typedsupply import SupplyCode, SupplyError, read_supply

FIVE = Product("diazepam", Form.TABLET, Decimal(5), 2)
TWO = Product("diazepam", Form.TABLET, Decimal(2), 2)
LIQUID = Product("diazepam", Form.LIQUID, Decimal("0.4"), smallest_ml=Decimal("0.5"))
CAPSULE = Product("diazepam", Form.CAPSULE, Decimal(5))
ALL = (FIVE, TWO, LIQUID)


def read(text: str, *products: Product) -> list[str]:
    found = read_supply(text, products or ALL)
    return [f"{one.units} {one.product.form.value} {one.product.mg}" for one in found]


def refused(text: str, *products: Product) -> SupplyCode:
    with pytest.raises(SupplyError) as caught:
        read_supply(text, products or ALL)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        "28 of 5 mg, 10 of 2 mg",
        "28 x 5mg and 10 x 2mg",
        "28x5mg + 10x2mg",
        "28 × 5 mg; 10 × 2 mg",  # noqa: RUF001 - phones offer this sign
        "5 mg: 28\n2 mg: 10",
        "5mg x 28, 2mg x 10",
        "28 tablets of 5 mg & 10 tabs of 2 mg",
        "I have 28 5 mg tablets left, 10 2 mg pills",
        "28 5-mg, 10 2 milligrams.",
    ],
)
def test_counts_are_read_as_people_type_them(text: str) -> None:
    assert read(text) == ["28 tablet 5", "10 tablet 2"]


@pytest.mark.parametrize("text", ["120 ml", "120ml of 2mg/5ml", "120 ml of 0.4 mg in 1 ml"])
def test_a_liquid_is_counted_in_ml(text: str) -> None:
    assert read(text) == ["120 liquid 0.4"]


def test_a_bare_number_is_of_the_only_strength_there_is() -> None:
    assert read("28", FIVE) == read("28 tablets", FIVE) == ["28 tablet 5"]
    assert refused("28") is refused("28 tablets") is SupplyCode.NO_STRENGTH


def test_none_of_one_strength_is_a_count() -> None:
    assert read("0 of 5 mg") == ["0 tablet 5"]


def test_halves_of_tablets_count_and_halves_of_capsules_do_not() -> None:
    assert read("27.5 of 5 mg", FIVE) == ["27.5 tablet 5"]
    assert refused("27.5 of 5 mg", CAPSULE) is SupplyCode.NOT_SPLIT
    assert refused("27.3 of 5 mg") is SupplyCode.NOT_SPLIT


def test_a_noun_decides_between_two_products_of_one_strength() -> None:
    assert refused("28 of 5 mg", FIVE, CAPSULE) is SupplyCode.WHICH_ONE
    assert read("28 capsules of 5 mg", FIVE, CAPSULE) == ["28 capsule 5"]
    assert read("28 tablets of 5 mg", FIVE, CAPSULE) == ["28 tablet 5"]


def test_a_liquid_of_any_strength_is_taken_where_the_plan_names_none() -> None:
    (one,) = read_supply("100 ml of 5 mg/5 ml", (FIVE,), liquid_of="diazepam")
    assert (one.units, one.product.mg, one.product.form) == (Decimal(100), 1, Form.LIQUID)
    assert refused("100 ml of 5 mg/5 ml", FIVE) is SupplyCode.UNKNOWN_STRENGTH


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", SupplyCode.EMPTY),
        (" , ", SupplyCode.EMPTY),
        ("x" * 501, SupplyCode.TOO_LONG),
        ("2 boxes of 28", SupplyCode.BOXES),
        ("2 x 28 of 5 mg", SupplyCode.BOXES),
        ("enough for 2 weeks", SupplyCode.BOXES),
        ("about 28 of 5 mg", SupplyCode.NOT_SURE),
        ("28 of 5 mg?", SupplyCode.NOT_SURE),
        ("a few of 5 mg", SupplyCode.NOT_SURE),
        ("27,5 of 5 mg", SupplyCode.COMMA),
        ("1.000 ml", SupplyCode.COMMA),
        ("ten of 5 mg", SupplyCode.IN_WORDS),
        ("28 and a half of 5 mg", SupplyCode.IN_WORDS),
        ("27½ of 5 mg", SupplyCode.IN_WORDS),
        ("28 of 500 mcg", SupplyCode.WRONG_UNIT),
        ("20 drops", SupplyCode.WRONG_UNIT),
        ("-3 of 5 mg", SupplyCode.NEGATIVE),
        ("2001 of 5 mg", SupplyCode.ABSURD),
        ("none", SupplyCode.NO_COUNT),
        ("5 mg", SupplyCode.NO_COUNT),
        ("28 of 7 mg", SupplyCode.UNKNOWN_STRENGTH),
        ("28 of 0 mg", SupplyCode.NOT_UNDERSTOOD),
        ("28 of 5 mg, 3 of 5 mg", SupplyCode.TWICE),
        ("28 of 5", SupplyCode.NOT_UNDERSTOOD),
        ("28 of 5 mg 3", SupplyCode.NOT_UNDERSTOOD),
        ("28 blue ones of 5 mg", SupplyCode.NOT_UNDERSTOOD),
        ("28 of 5 mg 2 mg", SupplyCode.NOT_UNDERSTOOD),
    ],
)
def test_what_is_unclear_is_asked_again(text: str, code: SupplyCode) -> None:
    assert refused(text) is code


@given(st.text(max_size=60) | st.text("0123456789 ofxmg,.½-l\n", max_size=40))
def test_any_text_is_read_or_refused_and_never_below_nothing(text: str) -> None:
    with contextlib.suppress(SupplyError):
        assert all(one.units >= 0 for one in read_supply(text, ALL))
