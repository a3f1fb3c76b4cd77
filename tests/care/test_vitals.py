from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.vitals import LIMITS, ImpossibleVital, VitalKind, read_vital, read_vitals, vitals_in


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("bp 150/95", {"systolic": 150, "diastolic": 95}),
        ("my blood pressure was 150 over 95", {"systolic": 150, "diastolic": 95}),
        ("182/121", {"systolic": 182, "diastolic": 121}),
        ("pulse 88", {"pulse": 88}),
        ("heart rate is 124", {"pulse": 124}),
        ("88 bpm", {"pulse": 88}),
        ("sats 94%", {"spo2": 94}),
        ("breaths 7", {"breaths": 7}),
        ("39 degrees", {"temperature": 39}),
    ],
)
def test_vital_signs_are_read_as_people_type_them(typed: str, facts: dict[str, int]) -> None:
    vital = read_vital(typed)
    assert vital is not None
    assert vital.facts == facts


@pytest.mark.parametrize(
    ("typed", "celsius"),
    [
        ("38.4", "38.4"), ("temp 39,2", "39.2"), ("101 F", "38.3"), ("100.4", "38.0"),
        ("temp 102", "38.9"), ("37.5c", "37.5"), ("fever of 40", "40"), ("94.1f", "34.5"),
    ],
)  # fmt: skip
def test_a_temperature_ends_up_in_celsius(typed: str, celsius: str) -> None:
    vital = read_vital(typed)
    assert vital is not None
    assert vital.kind is VitalKind.TEMPERATURE
    assert vital.value == Decimal(celsius)


def test_fahrenheit_is_read_back_in_both_scales() -> None:
    vital = read_vital("101 F")
    assert vital is not None
    assert vital.echo == "38.3 °C (101 °F)"


@pytest.mark.parametrize(
    "typed",
    ["98", "24/11", "12/10", "8:30", "5.5 mg", "every 8 hr 10 mg", "I slept 4 hours", "", "38.456"],
)
def test_what_may_be_something_else_is_not_read(typed: str) -> None:
    assert read_vital(typed) is None


def test_a_bare_number_is_read_only_where_it_was_asked_for() -> None:
    asked_for = read_vital("39", VitalKind.TEMPERATURE)
    assert asked_for is not None
    assert asked_for.value == 39
    assert read_vital("39") is None


@pytest.mark.parametrize(
    "typed", ["temp 380", "pulse 300", "bp 300/95", "95/150", "pulse 12", "sats 20", "45 f"]
)
def test_an_impossible_value_is_asked_again_and_never_dropped(typed: str) -> None:
    with pytest.raises(ImpossibleVital):
        read_vital(typed)


@pytest.mark.parametrize("kind", VitalKind)
def test_the_limits_themselves_are_possible(kind: VitalKind) -> None:
    low, high = LIMITS[kind]
    if kind is VitalKind.PRESSURE:
        assert read_vital(f"bp {high}/120") is not None
    else:
        assert [read_vital(f"{one}", kind) is not None for one in (low, high)] == [True, True]


def test_several_signs_in_one_message_are_all_read() -> None:
    kinds = [vital.kind.value for vital in read_vitals("bp 150/95 pulse 110, temp 38.2")]
    assert kinds == ["pressure", "pulse", "temperature"]


def test_the_temperature_of_a_check_in_is_a_vital_sign() -> None:
    assert vitals_in({"temperature": ("38.3",)}) == {"temperature": Decimal("38.3")}
    assert vitals_in({"temperature": ("skipped",)}) == {}
    assert vitals_in({}) == {}


def kinds_and_values(typed: str) -> list[tuple[VitalKind, Decimal]]:
    try:
        return [(one.kind, one.value) for one in read_vitals(typed)]
    except ImpossibleVital:
        return []


@given(st.text(max_size=200) | st.from_regex(r"(bp|pulse|temp) ?\d{1,4}[/.]?\d{0,3} ?[cf]?"))
def test_no_text_breaks_the_reading_or_leaves_the_limits(typed: str) -> None:
    for kind, value in kinds_and_values(typed):
        assert LIMITS[kind][0] <= value <= LIMITS[kind][1]
