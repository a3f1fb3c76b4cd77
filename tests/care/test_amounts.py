import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.amounts import Form, Part, Product, largest_below, make, smallest_at_least
from tests.care.planrule_strategies import amounts, product_sets

TWO = Product("diazepam", Form.TABLET, Decimal(2), 2)
FIVE = Product("diazepam", Form.TABLET, Decimal(5), 2)
TEN = Product("diazepam", Form.TABLET, Decimal(10))
DROPS = Product("diazepam", Form.LIQUID, Decimal("0.4"), smallest_ml=Decimal("0.5"))

within_reach = st.integers(0, 640).map(lambda n: Decimal(n) / 16)


def parts_of(mg: str, *products: Product) -> list[tuple[Decimal, Decimal]] | None:
    """Strength and count of each part."""
    parts = make(Decimal(mg), products)
    return None if parts is None else [(one.product.mg, one.count) for one in parts]


# What is said about one amount


def test_the_parts_hold_exactly_the_amount() -> None:
    assert parts_of("8.25", TWO, FIVE, TEN) is None
    assert parts_of("9.5", TWO, FIVE, TEN) == [(5, Decimal("1.5")), (2, 1)]
    assert parts_of("19", TWO, FIVE, TEN) == [(10, 1), (5, 1), (2, 2)]


def test_a_whole_tablet_goes_before_two_halves() -> None:
    assert parts_of("5", TEN, FIVE) == [(5, 1)]
    assert parts_of("10", FIVE, TEN) == [(10, 1)]


def test_three_quarters_are_a_half_and_a_quarter() -> None:
    one = Product("lorazepam", Form.TABLET, Decimal(1), 4)
    assert parts_of("0.75", one) == [(1, Decimal("0.75"))]
    assert parts_of("0.6", one) is None


def test_what_no_tablet_makes_is_drawn_up() -> None:
    assert parts_of("0.6", TWO, DROPS) == [(Decimal("0.4"), Decimal("1.5"))]
    assert parts_of("7.2", TWO, DROPS) == [(Decimal("0.4"), 18)]


def test_what_neither_makes_alone_is_made_of_both_with_as_little_liquid_as_can_be() -> None:
    coarse = Product("diazepam", Form.LIQUID, Decimal(1), smallest_ml=Decimal("0.75"))
    assert parts_of("10.75", TEN, coarse) == [(10, 1), (1, Decimal("0.75"))]
    assert parts_of("11.5", Product("diazepam", Form.CAPSULE, Decimal(5)), coarse) == [
        (5, 2),
        (1, Decimal("1.5")),
    ]


def test_nothing_makes_nothing_but_zero() -> None:
    assert make(Decimal(0), []) == ()
    assert make(Decimal(1), []) is None
    assert smallest_at_least(Decimal(1), []) is None
    assert smallest_at_least(Decimal(0), []) == 0


def test_an_odd_strength_does_not_hide_the_others() -> None:
    odd = Product("diazepam", Form.CAPSULE, Decimal("3.3333"))
    assert parts_of("200", TEN, odd) == [(10, 20)]
    assert parts_of("13.3333", TEN, odd) == [(10, 1), (Decimal("3.3333"), 1)]


def test_an_amount_of_a_slipped_finger_is_made_of_nothing() -> None:
    assert make(Decimal("1e30"), [TWO, DROPS]) is not None  # 2e30 marks, and nobody waits for it
    assert make(Decimal("1e30"), [TWO]) is None
    assert make(Decimal("1e-30"), [TWO, DROPS]) is None


@pytest.mark.parametrize("bad", ["-1", "NaN", "Infinity", "-0.5"])
def test_an_amount_below_zero_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="0 mg or more"):
        make(Decimal(bad), [TWO])


def test_two_medicines_never_make_one_dose() -> None:
    other = Product("lorazepam", Form.TABLET, Decimal(1))
    for act in (make, smallest_at_least, largest_below):
        with pytest.raises(ValueError, match="one medicine"):
            act(Decimal(3), [TWO, other])


@pytest.mark.parametrize("form", [Form.CAPSULE, Form.MODIFIED_RELEASE, Form.LIQUID])
def test_only_a_tablet_has_a_score(form: Form) -> None:
    marks = Decimal(1) if form is Form.LIQUID else None
    with pytest.raises(ValueError, match="never split"):
        Product("diazepam", form, Decimal(2), 2, marks)


@pytest.mark.parametrize(
    ("mg", "pieces", "marks", "form"),
    [
        ("0", 1, None, Form.TABLET),
        ("-2", 1, None, Form.TABLET),
        ("NaN", 1, None, Form.TABLET),
        ("0.1234567", 1, None, Form.TABLET),
        ("1000000", 1, None, Form.TABLET),
        ("2", 3, None, Form.TABLET),
        ("2", 1, "0.5", Form.TABLET),
        ("2", 1, None, Form.LIQUID),
        ("2", 1, "0", Form.LIQUID),
        ("2", 1, "Infinity", Form.LIQUID),
    ],
)
def test_a_product_that_cannot_be_is_refused(
    mg: str, pieces: int, marks: str | None, form: Form
) -> None:
    with pytest.raises(ValueError, match=r"product holds|score makes|smallest mark"):
        Product("diazepam", form, Decimal(mg), pieces, Decimal(marks) if marks else None)


# What holds of every amount and every set of products


@given(st.one_of(amounts, within_reach), product_sets())
def test_parts_sum_exactly_to_the_amount_or_there_are_none(
    mg: Decimal, products: list[Product]
) -> None:
    parts = make(mg, products)
    if parts is not None:
        assert sum((Fraction(part.mg) for part in parts), Fraction(0)) == Fraction(mg)
        assert all(part.product in products and part.count > 0 for part in parts)
        assert len({part.product for part in parts}) == len(parts)


@given(within_reach, product_sets(least=1))
def test_a_part_is_a_multiple_of_what_its_product_can_be_split_into(
    mg: Decimal, products: list[Product]
) -> None:
    for part in make(mg, products) or ():
        one = part.product
        least = one.smallest_ml or Decimal(1) / one.pieces
        assert Fraction(part.count) % Fraction(least) == 0
        if one.form in {Form.CAPSULE, Form.MODIFIED_RELEASE}:
            assert part.count % 1 == 0


@given(within_reach, product_sets())
def test_the_order_in_which_products_are_named_changes_nothing(
    mg: Decimal, products: list[Product]
) -> None:
    assert make(mg, products) == make(mg, products[::-1]) == make(mg, [*products, *products])


def test_no_process_makes_it_otherwise_than_another() -> None:
    program = """if True:
        from decimal import Decimal
        from care.amounts import Form, Product, make
        marks = [Product("x", Form.LIQUID, Decimal(1), smallest_ml=Decimal(m)) for m in
            ("0.1", "0.2", "0.25", "0.5", "1")]
        print(make(Decimal(10), marks))"""
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "6")
    }
    assert len(said) == 1


@given(within_reach, product_sets(least=1))
def test_a_further_product_never_makes_an_amount_impossible(
    mg: Decimal, products: list[Product]
) -> None:
    if make(mg, products[1:]) is not None:
        assert make(mg, products) is not None


def every_sum(products: list[Product], most: Fraction) -> Iterator[list[tuple[int, Product]]]:
    """Every handful of the smallest pieces of solid products that is not over `most`."""
    solids = [one for one in products if one.form is not Form.LIQUID]
    counts = [range(int(most / Fraction(one.smallest_mg)) + 1) for one in solids]
    for handful in product(*counts):
        yield list(zip(handful, solids, strict=True))


def holds(handful: list[tuple[int, Product]]) -> Fraction:
    return sum((count * Fraction(one.smallest_mg) for count, one in handful), Fraction(0))


def reachable(mg: Fraction, products: list[Product]) -> bool:
    liquids = [one for one in products if one.form is Form.LIQUID]
    rests = {mg - holds(handful) for handful in every_sum(products, mg)}
    marks = [Fraction(one.smallest_mg) for one in liquids]
    return 0 in rests or any(rest % mark == 0 for rest in rests if rest >= 0 for mark in marks)


eighths = st.integers(1, 64).map(lambda n: Decimal(n) / 4)
small_sets = product_sets().map(lambda have: [one for one in have if one.smallest_mg >= 1][:3])


@given(eighths, small_sets)
def test_an_amount_is_made_exactly_when_some_handful_of_pieces_makes_it(
    mg: Decimal, products: list[Product]
) -> None:
    assert (make(mg, products) is not None) == reachable(Fraction(mg), products)


def cost(handful: list[tuple[int, Product]]) -> tuple[int, int, list[int]]:
    """Splits, pieces, and the pieces by strength: a whole is one piece, so is a half."""
    pieces = []
    for rank, (count, one) in enumerate(handful):
        whole, rest = divmod(count, one.pieces)
        quarters = rest * 4 // one.pieces
        pieces += [(rank, 4)] * whole + [(rank, 2)] * (quarters // 2) + [(rank, 1)] * (quarters % 2)
    splits = sum(size < 4 for _, size in pieces)
    return splits, len(pieces), [3 * rank + (4 // size).bit_length() for rank, size in pieces]


@given(eighths, small_sets)
def test_tablets_are_split_as_little_and_are_as_few_as_can_be(
    mg: Decimal, products: list[Product]
) -> None:
    solids = sorted(
        (one for one in products if one.form is not Form.LIQUID),
        key=lambda one: (-one.mg, one.form.value, one.pieces),
    )
    ways = [w for w in every_sum(solids, Fraction(mg)) if holds(w) == Fraction(mg)]
    parts = make(mg, solids)
    assert (parts is None) == (not ways)
    if parts is not None:
        best = min(ways, key=cost)
        expected = [Part(one, Decimal(count) / one.pieces) for count, one in best if count]
        assert list(parts) == expected


@given(eighths, small_sets)
def test_the_least_amount_that_is_enough_is_found(mg: Decimal, products: list[Product]) -> None:
    found = smallest_at_least(mg, products)
    if not products:
        assert found is None
        return
    assert found is not None
    assert found >= mg
    assert make(found, products) is not None
    between = {Fraction(mg) + Fraction(n, 80) for n in range(int((found - mg) * 80))}
    assert not any(reachable(one, products) for one in list(between)[:60])
    assert smallest_at_least(found, products) == found
    assert largest_below(found, products) < mg


@given(eighths, small_sets)
def test_the_next_lower_amount_is_below_and_nothing_is_between(
    mg: Decimal, products: list[Product]
) -> None:
    found = largest_below(mg, products)
    assert 0 <= found < mg
    assert make(found, products) is not None
    above = smallest_at_least(Fraction(found) + Fraction(1, 10**9), products)
    assert above is None or above >= mg


def test_an_amount_that_has_no_end_in_figures_is_rounded_up_exactly() -> None:
    assert smallest_at_least(Fraction(10, 3), [TWO]) == 4
    assert smallest_at_least(Fraction(10, 3), [TWO, FIVE]) == Decimal("3.5")
    assert smallest_at_least(Fraction(10, 3), [DROPS]) == Decimal("3.4")
    assert smallest_at_least(Decimal("8.5"), [TWO, FIVE]) == Decimal("8.5")


def test_a_shelf_of_strengths_with_little_in_common_takes_no_longer_than_a_moment() -> None:
    odd = ("0.37", "0.41", "0.59", "0.83", "1.13", "1.77", "2.39", "3.1", "4.7")
    shelf = [Product("diazepam", Form.TABLET, Decimal(mg), 4) for mg in odd]
    begun = process_time()
    assert make(Decimal("190.005"), shelf) is None
    assert process_time() - begun < 2
