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


# clinical.md section 2, row by row: strengths, half-life, Ashton, VA/DoD, times a day, onset (h).
# fmt: off
ROWS = {
    "alprazolam": ("0.25 0.5 1 2", "6 20", "0.5 0.5", "1 1", "3 4", "6 24"),
    "bromazepam": ("1.5 3 6", "8 30", "5 6", "", "2 3", "24 48"),
    "chlordiazepoxide": ("5 10 25", "5 30", "25 25", "25 25", "2 4", "48 168"),
    "clobazam": ("10 20", "12 60", "20 20", "", "1 2", "72 168"),
    "clonazepam": ("0.125 0.25 0.5 1 2", "18 50", "0.5 0.5", "1 1", "1 3", "48 120"),
    "clorazepate": ("3.75 7.5 15", "36 200", "15 15", "15 15", "1 3", "72 168"),
    "diazepam": ("2 5 10", "20 100", "10 10", "10 10", "1 3", "48 168"),
    "estazolam": ("1 2", "10 24", "1 2", "1 1", "1 1", "24 48"),
    "flurazepam": ("15 30", "40 250", "15 30", "15 15", "1 1", "48 168"),
    "loprazolam": ("1", "6 12", "1 2", "", "1 1", "24 48"),
    "lorazepam": ("0.5 1 2 2.5", "10 20", "1 1", "2 2", "2 3", "24 48"),
    "lormetazepam": ("0.5 1 2", "10 12", "1 2", "", "1 1", "24 48"),
    "nitrazepam": ("5", "15 38", "10 10", "", "1 1", "24 72"),
    "oxazepam": ("10 15 30", "4 15", "20 20", "30 30", "3 4", "24 48"),
    "quazepam": ("15", "25 41", "20 20", "10 10", "1 1", "48 168"),
    "temazepam": ("7.5 10 15 20 22.5 30", "8 22", "20 20", "15 15", "1 1", "24 48"),
    "triazolam": ("0.125 0.25", "1.6 5.5", "0.5 0.5", "0.25 0.25", "1 1", "2 24"),
    "zolpidem": ("5 10", "2 2", "20 20", "", "1 1", "2 24"),
    "zopiclone": ("3.75 5 7.5", "5 6", "15 15", "", "1 1", "12 24"),
    "eszopiclone": ("1 2 3", "6 6", "3 3", "", "1 1", "12 24"),
    "zaleplon": ("5 10", "1 1", "20 20", "", "1 1", "2 24"),
    "baclofen": ("5 10 15 20", "2 6", "", "", "3 3", "12 24"),
}
# fmt: on


def amounts(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(one) for one in text.split())


@pytest.mark.parametrize("id_", ROWS)
def test_every_row_of_the_dossier_is_in_its_file(id_: str) -> None:
    drug = DRUGS[id_]
    equivalents = drug.equivalence
    assert (
        drug.strengths_mg,
        drug.half_life_h,
        (equivalents.ashton if equivalents else None) or (),
        (equivalents.va_dod if equivalents else None) or (),
        tuple(map(Decimal, drug.usual_times)),
        drug.onset_h,
    ) == tuple(map(amounts, ROWS[id_]))


@pytest.mark.parametrize("drug", DRUGS.values(), ids=lambda drug: drug.id)
def test_forms_and_scores_are_from_memory_until_somebody_signs(drug: Drug) -> None:
    assert drug.forms
    assert drug.sources["forms"] == ("mem",)
    assert drug.sources.get("scored", ("mem",)) == ("mem",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"forms": ["tablet"]}, "liquid: forms say otherwise"),
        ({"extended_release_mg": ["30"]}, "extended_release_mg: forms say otherwise"),
        ({"scored": {"7": 2}}, "scored: a strength"),
        ({"forms": ["liquid", "capsule"]}, "scored: only tablets are"),
        ({"scored": {"10": 3}}, "scored"),
    ],
)
def test_forms_that_contradict_each_other_are_refused(
    change: dict[str, object], problem: str
) -> None:
    with pytest.raises(ContentError, match=problem):
        refuse(read_baclofen() | change)


# What thumbs make of the names.
# fmt: off
SLIPS = {
    "alprazolam": "alprazolan alprozolam alprazalam alprasolam xanex xannax zanax trankimasin",
    "baclofen": "baclofin baclophen bacloffen baclofan blacofen lioresol lioresall bacolfen",
    "bromazepam": "bromazepan bromazapam lexotanl lexomill lectopan",
    "chlordiazepoxide": "chlordiazapoxide chlordiazepoxid libriun chlordiazepoxyde",
    "clobazam": "clobazan frizium friseum urbanil",
    "clonazepam": "clonazapam clonazepan klonopen klonapin klonipin rivotrill rivotryl clonozepam",
    "clorazepate": "clorazapate tranxine tranxen",
    "diazepam": "diazapam diazepan diasepam valum vallium valiun diazpam",
    "eszopiclone": "lunestra lunesta3 eszopiclon",
    "flurazepam": "flurazapam dalmaine",
    "lorazepam": "lorazapam lorazepan ativen attivan temestra lorezepam",
    "lormetazepam": "lormetazapam noctamit",
    "nitrazepam": "nitrazapam mogaden mogodon",
    "oxazepam": "oxazapam oxazepan serestaa",
    "temazepam": "temazapam temazepan restorill restoril15",
    "triazolam": "triazolan halcyon halcionn",
    "zaleplon": "zaleplom sonatta",
    "zolpidem": "zolpiden zolpidam ambein ambienn stilnoxx zolpidim",
    "zopiclone": "zopiclon zopiklone imovan imovanne zimovan",
}
# fmt: on


@pytest.mark.parametrize(
    ("typed", "id_"), [(typed, id_) for id_, many in SLIPS.items() for typed in many.split()]
)
def test_a_slip_is_read_back_with_the_medicine_that_was_meant(typed: str, id_: str) -> None:
    match = found(typed)
    if match.exact:  # a figure stuck to a name, or a brand of the same medicine
        assert match.drug == DRUGS[id_]
        return
    assert match.drug in (DRUGS[id_], None)
    assert DRUGS[id_] in (match.drug, *match.alternatives)


def test_there_are_enough_slips() -> None:
    assert sum(len(many.split()) for many in SLIPS.values()) >= 60


# One is ours, the other is not or is another of ours: neither is ever taken for the other.
# fmt: off
LOOK_ALIKES = [
    ("clonazepam", "clonidine"), ("clonazepam", "lorazepam"), ("clonazepam", "clobazam"),
    ("Klonopin", "clonidine"), ("clonazepam", "clozapine"), ("baclofen", "Bactrim"),
    ("baclofen", "Bactroban"), ("alprazolam", "alprostadil"), ("alprazolam", "triazolam"),
    ("temazepam", "tamoxifen"), ("temazepam", "tamsulosin"), ("Xanax", "Zantac"),
    ("Xanax", "Zanaflex"), ("lorazepam", "loperamide"), ("lorazepam", "loratadine"),
    ("lorazepam", "lormetazepam"), ("diazepam", "diltiazem"), ("diazepam", "oxazepam"),
    ("zolpidem", "zolmitriptan"), ("zolpidem", "zopiclone"), ("zopiclone", "eszopiclone"),
    ("Halcion", "Haldol"), ("Librium", "lithium"), ("Valium", "Valtrex"), ("Ativan", "Atarax"),
    ("Ambien", "Abilify"), ("Serax", "Seroxat"), ("Frisium", "frusemide"),
    ("Restoril", "Risperdal"), ("hydroxyzine", "oxazepam"), ("nitrazepam", "flunitrazepam"),
    ("bromazepam", "bromazolam"), ("quazepam", "quetiapine"), ("clorazepate", "clonazepam"),
]
# fmt: on


def slips(name: str) -> set[str]:
    """Every name that one letter left out, doubled, swapped or replaced makes of a name."""
    plain = name.casefold()
    places = range(len(plain))
    left_out = {plain[:n] + plain[n + 1 :] for n in places}
    doubled = {plain[:n] + plain[n] + plain[n:] for n in places}
    swapped = {plain[:n] + plain[n + 1] + plain[n] + plain[n + 2 :] for n in places[:-1]}
    replaced = {plain[:n] + letter + plain[n + 1 :] for n in places for letter in "aeiou"}
    return (left_out | doubled | swapped | replaced) - {plain}


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_a_look_alike_is_always_read_back_and_never_taken_silently(one: str, other: str) -> None:
    known = {name.casefold() for drug in DRUGS.values() for name in drug.names}
    for name, twin in ((one, other), (other, one)):
        right, wrong = found(name).drug, found(twin).drug
        for typed in slips(name) - known:
            match = found(typed)
            assert not match.exact
            assert match.drug is None or match.drug is right or match.drug is not wrong
