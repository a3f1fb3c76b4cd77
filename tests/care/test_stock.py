"""What is left is used up exactly: never below nothing, never rounded."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product as all_of

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.amounts import Form, Part, Product, make
from care.plan import mg_text
from care.stock import Stock, counted, covered, make_from, use, used


def tablet(mg: str, pieces: int = 1) -> Product:
    return Product("diazepam", Form.TABLET, Decimal(mg), pieces)


TEN, FIVE, TWO = tablet("10", 2), tablet("5", 2), tablet("2", 2)
WHOLE_FIVE, WHOLE_TWO = tablet("5"), tablet("2")
LIQUID = Product("diazepam", Form.LIQUID, Decimal("0.4"), smallest_ml=Decimal("0.5"))


def stock(**units: str) -> Stock:
    names = {"ten": TEN, "five": FIVE, "two": TWO, "ml": LIQUID}
    return counted({names[name]: Decimal(number) for name, number in units.items()})


def units(left: Stock | None) -> list[str]:
    assert left is not None
    return [mg_text(number) for number in left.units.values()]


def test_a_dose_is_made_of_the_parts_that_would_be_chosen_anyway() -> None:
    parts = make_from(Decimal(9), stock(five="10", two="10"))
    assert parts == make(Decimal(9), [FIVE, TWO]) == (Part(FIVE, Decimal(1)), Part(TWO, Decimal(2)))
    assert units(use(stock(five="10", two="10"), Decimal(9))) == ["9", "8"]


def test_when_one_strength_is_used_up_the_others_make_the_dose() -> None:
    assert units(use(stock(five="0", two="10"), Decimal(9))) == ["0", "5.5"]
    assert units(use(stock(five="1", two="1"), Decimal(6))) == ["0", "0.5"]


def test_a_half_that_is_left_is_used() -> None:
    assert units(use(stock(two="0.5"), Decimal(1))) == ["0"]
    assert use(stock(two="0.5"), Decimal(2)) is None


def test_what_cannot_be_made_from_what_is_left_is_not_made() -> None:
    left = counted({WHOLE_FIVE: Decimal(4), WHOLE_TWO: Decimal(0)})
    assert use(left, Decimal(2)) is None
    assert used(left, Decimal(2)) == Stock(Decimal(18), left.units)


def test_a_dose_that_no_strength_makes_is_taken_off_the_total_only() -> None:
    left = use(counted({WHOLE_FIVE: Decimal(4)}), Decimal("4.5"))
    assert left == Stock(Decimal("15.5"), {WHOLE_FIVE: Decimal(4)})


def test_a_liquid_makes_what_tablets_cannot_and_alone_while_there_is_enough() -> None:
    assert units(use(stock(two="10", ml="100"), Decimal("2.4"))) == ["10", "94"]
    assert units(use(stock(two="10", ml="5"), Decimal("2.4"))) == ["9", "4"]


def test_without_strengths_only_the_total_is_known() -> None:
    assert use(Stock(Decimal(10)), Decimal("9.9")) == Stock(Decimal("0.1"))
    assert use(Stock(Decimal(10)), Decimal("10.1")) is None


def test_the_strengths_are_divided_so_that_they_last() -> None:
    # The two fives are worth more for the second dose: no two 2 mg tablets make 5 mg.
    left = counted({WHOLE_FIVE: Decimal(2), WHOLE_TWO: Decimal(5)})
    assert covered(left, [Decimal(10), Decimal(5)]) == 2
    assert covered(left, [Decimal(5), Decimal(5), Decimal(10), Decimal(1)]) == 3


def test_nothing_is_below_nothing() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        counted({TWO: Decimal(-1)})
    with pytest.raises(ValueError, match="one medicine"):
        counted({TWO: Decimal(1), Product("baclofen", Form.TABLET, Decimal(10)): Decimal(1)})


def test_a_dozen_strange_products_end_the_search_in_time() -> None:
    many = {tablet(f"0.{n:03}", 4): Decimal(50) for n in range(101, 113)}
    assert covered(counted(many), [Decimal("7.003")] * 20) <= 20


SETS = [(TEN, FIVE, TWO), (WHOLE_FIVE, WHOLE_TWO), (FIVE, LIQUID), (tablet("3"), tablet("1"), FIVE)]


@st.composite
def stocks(draw: st.DrawFn) -> Stock:
    there = draw(st.sampled_from(SETS))
    number = st.integers(0, 12)
    halves = {one: Decimal(draw(number)) / one.pieces for one in there}
    return counted(halves)


amounts = st.integers(1, 30).map(lambda halves: Decimal(halves) / 2)


@given(stocks(), amounts)
def test_the_parts_sum_to_the_dose_and_are_there(left: Stock, mg: Decimal) -> None:
    parts = make_from(mg, left)
    if parts is not None:
        assert sum(part.mg for part in parts) == mg
        assert all(left.units[part.product] >= part.count > 0 for part in parts)


@given(stocks(), amounts)
def test_what_is_left_and_what_was_taken_are_what_there_was(left: Stock, mg: Decimal) -> None:
    after = use(left, mg)
    if after is not None:
        assert after.total_mg + mg == left.total_mg
        held = sum((one.mg * number for one, number in after.units.items()), Decimal(0))
        assert held in (after.total_mg, left.total_mg)
    kept = used(left, mg)
    assert kept.total_mg >= 0
    assert all(number >= 0 for number in kept.units.values())


def _by_hand(left: Mapping[Product, Decimal], mg: Decimal) -> bool:
    smallest = [(one, one.smallest_ml or Decimal(1) / one.pieces) for one in left]
    counts = [range(int(left[one] / share) + 1) for one, share in smallest]
    return any(
        sum((one.mg * share * n for (one, share), n in zip(smallest, some, strict=True)), Decimal())
        == mg
        for some in all_of(*counts)
    )


@settings(max_examples=60)
@given(stocks(), amounts)
def test_a_dose_is_made_exactly_when_it_can_be(left: Stock, mg: Decimal) -> None:
    assert (make_from(mg, left) is not None) == _by_hand(left.units, mg)


@settings(max_examples=60)
@given(stocks(), st.lists(amounts, min_size=1, max_size=6), st.data())
def test_more_never_covers_less(left: Stock, doses: list[Decimal], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(list(left.units)))
    more = {**left.units, one: left.units[one] + data.draw(st.integers(1, 5))}
    assert covered(counted(more), doses) >= covered(left, doses)
