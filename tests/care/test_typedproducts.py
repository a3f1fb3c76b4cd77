from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.amounts import Form, Product
from care.typedproducts import LONGEST_PRODUCTS, ProductsCode, ProductsError, read_products

NAMES = ("diazepam", "Valium")


def read(text: str) -> list[tuple[str, str, int, str]]:
    return [
        (one.form.value, str(one.mg), one.pieces, str(one.smallest_ml or ""))
        for one in read_products(text, "diazepam", names=NAMES)
    ]


def tablets(*strengths: str, pieces: int = 1) -> list[tuple[str, str, int, str]]:
    return [("tablet", mg, pieces, "") for mg in strengths]


def refused(text: str) -> ProductsError:
    with pytest.raises(ProductsError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 mg and 5 mg tablets, scored", tablets("2", "5", pieces=2)),
        ("2, 5 and 10 mg tablets", tablets("2", "5", "10")),
        ("2/5/10mg tabs can be halved", tablets("2", "5", "10", pieces=2)),
        ("Diazepam 2 mg tablets", tablets("2")),
        ("I have 2 mg tablets with a score line", tablets("2", pieces=2)),
        ("2mg tablets (scored).", tablets("2", pieces=2)),
        ("scored tablets of 2 mg and 5 mg", tablets("2", "5", pieces=2)),
        ("2 mg tablets that can be split into quarters", tablets("2", pieces=4)),
        ("1 mg pills, cross-scored", tablets("1", pieces=4)),
        ("2 mg tablets can\u2019t be split", tablets("2")),
        ("2 mg tablets, cannot be cut in half", tablets("2")),
        ("7.5 mg tablets, unscored and 3.75 mg tablets", tablets("7.5", "3.75")),
        ("10 mg tablets\n2 mg tablets scored", tablets("10") + tablets("2", pieces=2)),
        ("tablets: 2 mg, 5 mg; capsules: 10 mg", [*tablets("2", "5"), ("capsule", "10", 1, "")]),
        ("0.5 mg prolonged-release tablets", [("modified_release", "0.5", 1, "")]),
        ("XR tablets 0.5 mg", [("modified_release", "0.5", 1, "")]),
        ("1 mg MR capsules", [("modified_release", "1", 1, "")]),
        ("liquid 2 mg in 5 ml, syringe 0.5 ml", [("liquid", "0.4", 1, "0.5")]),
        ("2mg/5ml oral solution; smallest mark 0.1 ml", [("liquid", "0.4", 1, "0.1")]),
        ("1 mg per ml, marked every 0.25 ml", [("liquid", "1", 1, "0.25")]),
        (
            "2 mg tablets, scored, and liquid 2 mg in 5 ml with 0.25 ml marks",
            [*tablets("2", pieces=2), ("liquid", "0.4", 1, "0.25")],
        ),
    ],
)
def test_products_are_read_as_people_type_them(
    text: str, expected: list[tuple[str, str, int, str]]
) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ProductsCode.EMPTY),
        (" \n ", ProductsCode.EMPTY),
        ("x" * (LONGEST_PRODUCTS + 1), ProductsCode.TOO_LONG),
        ("2 mg", ProductsCode.FORM_MISSING),
        ("2 mg tablets and 5 mg", ProductsCode.FORM_MISSING),
        ("tablets", ProductsCode.STRENGTH_MISSING),
        ("2 tablets", ProductsCode.UNCLEAR),
        ("28 tablets of 2 mg", ProductsCode.UNCLEAR),
        ("2 mg x 28 tablets", ProductsCode.UNCLEAR),
        ("tablets 2 and 5", ProductsCode.UNIT_MISSING),
        ("2,5 mg tablets", ProductsCode.COMMA),
        (".5 mg tablets", ProductsCode.LOST_ZERO),
        ("500 mcg tablets", ProductsCode.WRONG_UNIT),
        ("-2 mg tablets", ProductsCode.UNCLEAR),
        ("lorazepam 1 mg tablets", ProductsCode.UNCLEAR),
        ("half a 2 mg tablet", ProductsCode.UNCLEAR),
        ("the usual ones", ProductsCode.UNCLEAR),
        ("5mg tabs; 2mg tabs, both scored", ProductsCode.UNCLEAR),
        ("2 mg tablets, scored, not scored", ProductsCode.UNCLEAR),
        ("2 mg tablets, can not be split into quarters", ProductsCode.UNCLEAR),
        ("0.5mg XR, scored", ProductsCode.NEVER_SPLIT),
        ("5 mg capsules in halves", ProductsCode.NEVER_SPLIT),
        ("1 mg/ml liquid", ProductsCode.MARK_MISSING),
        ("2 mg drops 0.5 ml", ProductsCode.UNCLEAR),
        ("2 mg tablets 0.5 ml", ProductsCode.UNCLEAR),
        ("1 mg in 3 ml liquid, 1 ml marks", ProductsCode.UNCLEAR),
        ("1 mg in 0 ml liquid, 1 ml marks", ProductsCode.UNCLEAR),
        ("1 mg/ml liquid, 0 ml marks", ProductsCode.ABSURD),
        ("0 mg tablets", ProductsCode.ABSURD),
        ("5000 mg tablets", ProductsCode.ABSURD),
        ("2 mg tablets, 2.0 mg tablets", ProductsCode.TWICE),
        ("\n".join(f"{n} mg tablets" for n in range(1, 14)), ProductsCode.ABSURD),
    ],
)
def test_what_is_unclear_is_asked_about(text: str, code: ProductsCode) -> None:
    error = refused(text)
    assert error.code is code
    assert error.found
    assert error.expected


@given(st.text(max_size=80))
def test_anything_typed_is_read_or_asked_about(text: str) -> None:
    try:
        found = read_products(text, "diazepam")
    except ProductsError as error:
        assert error.expected  # noqa: PT017 (an error is one of the two right answers)
    else:
        assert found


WORDS = (
    *("2 mg", "5 mg", "0.5 ml", "10", "2 mg in 5 ml", "tablets", "capsules", "liquid", "XR", "of"),
    *("scored", "not scored", "quarters", "in half", "both", "and", ",", ";"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_only_what_was_called_scored_is_ever_split(text: str) -> None:
    try:
        found = read_products(text, "diazepam")
    except ProductsError:
        return
    for one in found:
        assert one.pieces == 1 or one.form is Form.TABLET
        if one.pieces > 1:
            assert "scored" in text or "quarters" in text or "in half" in text


def test_a_strength_is_kept_as_it_was_typed() -> None:
    assert read_products("3.75 mg tablets", "zopiclone") == (
        Product("zopiclone", Form.TABLET, Decimal("3.75")),
    )
