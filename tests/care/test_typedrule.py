from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.plan import mg_text
from care.planrule import Of, Phase
from care.typedrule import TypedRuleCode, TypedRuleError, read_rule


def read(text: str, percent_of: Of | None = None) -> list[tuple[str, str, int, str]]:
    return [
        (mg_text(one.cut), one.of.value, one.every_days, mg_text(one.until))
        for one in read_rule(text, percent_of=percent_of)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "10 % of the current dose every 14 days, until 2 mg, then 0.25 mg every 2 weeks to 0",
            [("10", "current", 14, "2"), ("0.25", "mg", 14, "0")],
        ),
        (
            "1mg every 10 days until 10mg then 0.5mg every 14 days until zero",
            [("1", "mg", 10, "10"), ("0.5", "mg", 14, "0")],
        ),
        (
            "5 percent of the current dose each month to 2 mg",
            [("5", "current", 31, "2")],
        ),
        ("10% of the original dose every 2 weeks to 0", [("10", "starting", 14, "0")]),
        ("10% of my starting dose weekly to 0", [("10", "starting", 7, "0")]),
        (
            "12.5 per cent of current daily dose every two weeks to 1mg",
            [("12.5", "current", 14, "1")],
        ),
        (
            "10% of the current dose every two weeks until 0.5mg then stop",
            [("10", "current", 14, "0.5"), ("0.5", "mg", 14, "0")],
        ),
        (
            "10% of the current dose every 2 weeks until 0.5mg, then stop after 4 weeks",
            [("10", "current", 14, "0.5"), ("0.5", "mg", 28, "0")],
        ),
        (
            "Reduce by 1 mg fortnightly until 5 mg; 0.5 mg every other week down to zero.",
            [("1", "mg", 14, "5"), ("0.5", "mg", 14, "0")],
        ),
        (
            "1 mg every 2 weeks to 5 mg, 0.5 mg every 2 weeks to 0 mg",
            [("1", "mg", 14, "5"), ("0.5", "mg", 14, "0")],
        ),
        (
            "1 mg a week until 5 mg a day\n0.5 mg a week until off",
            [("1", "mg", 7, "5"), ("0.5", "mg", 7, "0")],
        ),
        ("Cut 1 mg off the daily dose every 2 weeks until 0.", [("1", "mg", 14, "0")]),
        ("take 1 mg off every 3 weeks until you reach 5 mg", [("1", "mg", 21, "5")]),
        ("1 mg 2-weekly until 0", [("1", "mg", 14, "0")]),
    ],
)
def test_rules_are_read_as_people_type_them(
    text: str, expected: list[tuple[str, str, int, str]]
) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", TypedRuleCode.EMPTY),
        ("1 mg every week to 0 " * 30, TypedRuleCode.TOO_LONG),
        ("half every week", TypedRuleCode.UNCLEAR),
        ("slowly", TypedRuleCode.UNCLEAR),
        ("as fast as I can", TypedRuleCode.UNCLEAR),
        ("about 1 mg every week until 0", TypedRuleCode.UNCLEAR),
        ("1 mg every 2 weeks until 0 if I feel well", TypedRuleCode.UNCLEAR),
        ("don't cut 1 mg every 2 weeks until 0", TypedRuleCode.UNCLEAR),
        ("1 mg every week, then hold", TypedRuleCode.UNTIL_MISSING),
        ("1 mg every week to 5 mg, then hold", TypedRuleCode.UNCLEAR),
        ("1 mg biweekly to 0", TypedRuleCode.UNCLEAR),
        ("1 mg every 1.5 weeks to 0", TypedRuleCode.UNCLEAR),
        ("1 mg every week or two to 0", TypedRuleCode.UNCLEAR),
        ("-1 mg every week to 0", TypedRuleCode.UNCLEAR),
        ("\u00bd mg every week to 0", TypedRuleCode.UNCLEAR),
        ("\u0661 mg every week to 0", TypedRuleCode.UNCLEAR),
        ("1 to 2 mg every week to 0", TypedRuleCode.RANGE),
        ("1 mg every 2-4 weeks until 0", TypedRuleCode.RANGE),
        ("0,5 mg every week until 0", TypedRuleCode.COMMA),
        ("1 mg every week until 1,000 mg", TypedRuleCode.COMMA),
        (".5 mg every week until 0", TypedRuleCode.LOST_ZERO),
        ("500 mcg every week until 0", TypedRuleCode.WRONG_UNIT),
        ("half a tab, 1 tab every week to 0", TypedRuleCode.WRONG_UNIT),
        ("every week until 0", TypedRuleCode.CUT_MISSING),
        ("10% every 2 weeks until 2 mg, then 0.5 mg every 14 days to 0", TypedRuleCode.OF_WHAT),
        ("10% of the dose every week until 2 mg", TypedRuleCode.OF_WHAT),
        ("10% of the current dose until 2 mg", TypedRuleCode.EVERY_MISSING),
        ("1 mg every week to 2 mg, then 0.5 mg to 0", TypedRuleCode.EVERY_MISSING),
        ("1 mg every week", TypedRuleCode.UNTIL_MISSING),
        ("5 percent of the current dose each month", TypedRuleCode.UNTIL_MISSING),
        ("stop", TypedRuleCode.UNTIL_MISSING),
        ("1 mg every week to 0, then stop", TypedRuleCode.UNTIL_MISSING),
        ("1 mg every week until 10", TypedRuleCode.UNIT_MISSING),
        ("1 mg every week until 0.5", TypedRuleCode.UNIT_MISSING),
        ("1 mg every week until 2 mg, then 1 mg every week to 5 mg", TypedRuleCode.NOT_LOWER),
        ("10% of the current dose every 2 weeks until 0", TypedRuleCode.NEVER_ENDS),
        ("150% of the current dose every week until 2 mg", TypedRuleCode.ABSURD),
        ("0 mg every week until 0", TypedRuleCode.ABSURD),
        ("1 mg every 0 days to 0", TypedRuleCode.ABSURD),
        ("1 mg every 400 days to 0", TypedRuleCode.ABSURD),
        ("5000 mg every week to 0", TypedRuleCode.ABSURD),
        ("then", TypedRuleCode.EMPTY),
    ],
)
def test_what_is_unclear_is_asked_about(text: str, code: TypedRuleCode) -> None:
    with pytest.raises(TypedRuleError) as caught:
        read(text)
    assert caught.value.code is code
    assert caught.value.found
    assert caught.value.expected


def test_a_bare_percentage_is_of_the_dose_that_was_answered() -> None:
    text = "10% every 2 weeks until 2 mg, then 0.5 mg every 14 days to 0"
    tail = ("0.5", "mg", 14, "0")
    assert read(text, Of.CURRENT) == [("10", "current", 14, "2"), tail]
    assert read(text, Of.STARTING) == [("10", "starting", 14, "2"), tail]


def test_what_was_typed_stands_over_what_was_answered() -> None:
    text = "10% of the starting dose every 2 weeks until 2 mg"
    assert read(text, Of.CURRENT) == [("10", "starting", 14, "2")]


@given(st.text(max_size=120))
def test_anything_typed_is_read_or_asked_about(text: str) -> None:
    try:
        found = read_rule(text)
    except TypedRuleError as error:
        assert error.expected  # noqa: PT017 (an error is one of the two right answers)
    else:
        assert found


def written(part: Phase) -> str:
    of = {Of.MG: "mg", Of.CURRENT: "% of the current dose", Of.STARTING: "% of the starting dose"}
    end = f"{mg_text(part.until)} mg" if part.until else "0"
    return f"{mg_text(part.cut)} {of[part.of]} every {part.every_days} days until {end}"


hundredths = st.integers(1, 9_000).map(lambda n: Decimal(n) / 100)
parts = st.builds(Phase, hundredths, st.sampled_from(Of), st.integers(1, 366), hundredths)


@given(st.lists(parts, min_size=1, max_size=4, unique_by=lambda one: one.until))
def test_a_rule_that_was_written_out_is_read_as_it_was(rule: list[Phase]) -> None:
    falling = sorted(rule, key=lambda one: -one.until)
    assert list(read_rule(", then ".join(map(written, falling)))) == falling
