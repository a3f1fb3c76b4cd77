from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.checker import drug_findings
from bot.content.drugs import (
    Drug,
    Match,
    OtherMedicine,
    _check,
    find_drug,
    load_drugs,
    load_other_medicines,
)
from bot.content.files import CONTENT, ContentError, read_yaml, shaped

DRUGS = load_drugs()
# fmt: off
SECTION_2 = [
    "alprazolam", "bromazepam", "chlordiazepoxide", "clobazam", "clonazepam", "clorazepate",
    "diazepam", "estazolam", "flurazepam", "loprazolam", "lorazepam", "lormetazepam",
    "nitrazepam", "oxazepam", "quazepam", "temazepam", "triazolam", "zolpidem", "zopiclone",
    "eszopiclone", "zaleplon", "baclofen"
]
# fmt: on


def found(typed: str) -> Match:
    return find_drug(typed, DRUGS)


def test_every_medicine_of_the_dossier_is_there() -> None:
    assert sorted(DRUGS) == sorted(SECTION_2)


def test_every_fact_has_a_source_and_no_brand_has_two_medicines() -> None:
    assert list(drug_findings()) == []


def test_no_clinician_has_signed_and_the_file_says_so() -> None:
    assert all(drug.reviewed is None for drug in DRUGS.values())


def test_baclofen_is_never_converted_to_a_benzodiazepine() -> None:
    assert DRUGS["baclofen"].equivalence is None
    raw = read_baclofen() | {"equivalence": {"ashton": ["1", "1"]}}
    with pytest.raises(ContentError, match="never converted"):
        refuse(raw)


def read_baclofen() -> dict[str, object]:
    return read_yaml(CONTENT / "drugs" / "baclofen.yaml")


def refuse(raw: dict[str, object]) -> None:
    _check(shaped(Drug, raw, "baclofen.yaml"))


def test_a_strength_written_as_a_float_is_refused() -> None:
    with pytest.raises(ContentError, match="in quotes"):
        refuse(read_baclofen() | {"strengths_mg": [0.1]})


def test_an_unknown_field_is_refused_as_a_possible_slip() -> None:
    with pytest.raises(ContentError, match="half_live_h"):
        refuse(read_baclofen() | {"half_live_h": ["2", "6"]})


def test_a_span_from_high_to_low_is_refused() -> None:
    with pytest.raises(ContentError, match="high to low"):
        refuse(read_baclofen() | {"half_life_h": ["6", "2"]})


def test_both_columns_are_kept_where_the_tables_disagree() -> None:
    eq = DRUGS["lorazepam"].equivalence
    assert eq is not None
    assert (eq.ashton, eq.va_dod) == ((Decimal(1), Decimal(1)), (Decimal(2), Decimal(2)))


@pytest.mark.parametrize("drug", DRUGS.values(), ids=lambda drug: drug.id)
def test_the_limit_lets_several_of_the_largest_tablet_pass_and_stops_a_tenfold_slip(
    drug: Drug,
) -> None:
    largest = max(drug.strengths_mg)
    assert not drug.absurd(2 * largest, 4 * largest)
    assert drug.absurd(10 * largest, 10 * largest)


@pytest.mark.parametrize("drug", DRUGS.values(), ids=lambda drug: drug.id)
def test_every_name_is_found_exactly_in_any_case(drug: Drug) -> None:
    for name in drug.names:
        assert found(name.upper()) == Match(drug, exact=True, alternatives=())


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("Diazepam 5mg tablets", "diazepam"),
        ("10 mg Valium", "diazepam"),
        ("  xanax   XR ", "alprazolam"),
        ("ambien cr 6.25", "zolpidem"),
    ],
)
def test_amounts_and_forms_around_a_name_do_not_matter(typed: str, id_: str) -> None:
    assert found(typed) == Match(DRUGS[id_], exact=True, alternatives=())


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("lorazapam", "lorazepam"),
        ("klonapin", "clonazepam"),
        ("baclofin", "baclofen"),
        ("diacepam", "diazepam"),
        ("clonazepán", "clonazepam"),
        ("zanax", "alprazolam"),
    ],
)
def test_a_typing_error_is_understood_but_read_back(typed: str, id_: str) -> None:
    match = found(typed)
    assert match.drug == DRUGS[id_]
    assert not match.exact


@pytest.mark.parametrize("typed", ["clonidine", "Bactrim", "flunitrazepam", "phenibut", "zoloft"])
def test_a_look_alike_is_never_taken_for_one_of_ours(typed: str) -> None:
    match = found(typed)
    assert match.drug is None
    assert match.other is not None
    assert match.other.name.casefold() == typed.casefold()


@pytest.mark.parametrize("typed", ["clonodine", "clonidin", "bactrin"])
def test_a_misspelt_look_alike_is_not_taken_for_one_of_ours(typed: str) -> None:
    match = found(typed)
    assert match.drug is None
    assert match.alternatives


@pytest.mark.parametrize("other", load_other_medicines(), ids=lambda other: other.name)
def test_no_other_medicine_is_ever_accepted(other: OtherMedicine) -> None:
    assert found(other.name).drug is None


def test_an_exact_name_is_not_called_a_slip_of_ours() -> None:
    assert found("medazepam").alternatives == ()


def test_a_name_between_two_medicines_offers_both() -> None:
    match = found("clonapam")
    assert match.drug is None
    assert {drug.id for drug in match.alternatives} == {"clonazepam", "clobazam"}


@pytest.mark.parametrize("typed", ["", "10 mg", "asdf", "bac", "prozac", "tablets", "💊"])
def test_what_is_near_nothing_is_not_guessed(typed: str) -> None:
    assert found(typed) == Match(None, exact=False, alternatives=())


@given(st.text(max_size=200))
def test_any_text_gets_an_answer_and_only_a_real_name_is_exact(typed: str) -> None:
    match = found(typed)
    if match.exact:
        assert match.drug is not None
        assert match.drug not in match.alternatives
