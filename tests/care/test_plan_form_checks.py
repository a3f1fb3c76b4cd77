from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.amounts import Form, Product, make
from care.plan_form_checks import can_make
from tests.care.planrule_strategies import amounts, product_sets

HALVED = Product("diazepam", Form.TABLET, Decimal(2), pieces=2)
DROPS = Product("diazepam", Form.LIQUID, Decimal("0.4"), smallest_ml=Decimal("0.5"))


@pytest.mark.parametrize(
    ("mg", "makes"), [("3", True), ("2.5", False), ("0.5", False), ("0.2", False), ("0", True)]
)
def test_halves_add_up_and_quarters_do_not(mg: str, makes: bool) -> None:
    assert can_make(Decimal(mg), [HALVED]) is makes


def test_a_liquid_fills_up_what_tablets_leave() -> None:
    assert can_make(Decimal("3.2"), [HALVED, DROPS])
    assert not can_make(Decimal("3.1"), [HALVED, DROPS])
    assert not can_make(Decimal(1), [])


@settings(max_examples=300, deadline=None)
@given(amounts, product_sets())
def test_it_is_true_exactly_when_a_way_can_be_made(mg: Decimal, products: list[Product]) -> None:
    assert can_make(mg, products) is (make(mg, products) is not None)


@settings(max_examples=100, deadline=None)
@given(st.data(), product_sets(least=1))
def test_what_is_put_together_of_pieces_can_be_made(
    data: st.DataObject, products: list[Product]
) -> None:
    solid = [one for one in products if one.form is not Form.LIQUID] or products[:1]
    counts = data.draw(st.lists(st.integers(0, 9), min_size=len(solid), max_size=len(solid)))
    mg = sum((one.smallest_mg * n for one, n in zip(solid, counts, strict=True)), Decimal(0))
    assert can_make(mg, products)
