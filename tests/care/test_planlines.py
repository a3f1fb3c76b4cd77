from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.planlines import PlanLineCode, PlanLineError, read_doses, read_steps, write_doses

TODAY = date(2026, 11, 23)
ONE = {"diazepam": "diazepam", "Valium": "diazepam"}
TWO = {**ONE, "zopiclone": "zopiclone"}
BOTH = ((time(8), Decimal(10)), (time(22), Decimal(5)))


def refused(text: str) -> PlanLineError:
    with pytest.raises(PlanLineError) as caught:
        read_doses(text)
    return caught.value


def step_refused(text: str, medicines: Mapping[str, str] = ONE) -> PlanLineError:
    with pytest.raises(PlanLineError) as caught:
        read_steps(text, today=TODAY, medicines=medicines)
    return caught.value


def steps(text: str, medicines: Mapping[str, str] = ONE) -> list[tuple[str, str, str]]:
    read = read_steps(text, today=TODAY, medicines=medicines)
    return [(step.starts.isoformat(), step.medicine, write_doses(step.doses)) for step in read]


@pytest.mark.parametrize(
    "text",
    [
        "10 mg 08:00, 5 mg 22:00",
        "10mg at 8am and 5 mg at 10 pm",
        "08:00 10 mg; 22:00 5 mg",
        "10 mg 08:00,5 mg 22:00",
        "10 mg 8 5 mg 22",
        "08:00 10 mg 22:00 5 mg",
        "10 mg 08:00\n5 mg 22h",
        "take 10.0 MG @ 0800 + 5 milligrams 22.00",
        "10 mg 08:00 – 5 mg 22:00,",  # noqa: RUF001 - phones type this dash
        "10\u00a0mg: 8 o'clock, 5 mg: 22:00.",
    ],
)
def test_doses_are_read_as_people_type_them(text: str) -> None:
    assert read_doses(text) == BOTH


def test_doses_keep_the_order_of_entry() -> None:
    assert read_doses("5 mg 22:00, 10 mg 08:00") == BOTH[::-1]


@pytest.mark.parametrize(
    ("text", "code", "column", "found", "expected"),
    [
        ("10 mg 08:00, 5,5 mg 22:00", "comma_amount", 14, "5,5 mg", "5.5 mg"),
        ("0,125 mg 8", "comma_amount", 1, "0,125 mg", "0.125 mg"),
        ("10 mg 8,5 mg 22:00", "comma_amount", 7, "8,5 mg", "8.5 mg"),
        ("10 mg 24:00", "bad_time", 7, "24:00", "00:00"),
        ("10 mg 12 am", "bad_time", 7, "12 am", "12:00 or 00:00"),
        ("5 08:00", "unit_missing", 1, "5", "5 mg"),
        ("10 mg 08:00, 5", "unit_missing", 14, "5", "5 mg"),
        ("10 mg 08:00, 5 mcg 22:00", "wrong_unit", 14, "5 mcg", "mg"),
        (".5 mg 08:00", "bad_amount", 1, ".5 mg", "0.5 mg"),
        ("600 mg 08:00", "absurd", 1, "600 mg 08:00", "at most 500 mg a day"),
    ],
)
def test_a_refusal_points_at_the_place_and_says_what_would_do(
    text: str, code: str, column: int, found: str, expected: str
) -> None:
    error = refused(text)
    assert (error.code, error.column) == (code, column)
    assert (error.found, error.expected) == (found, expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("x" * 4096, "too_long"),
        ("10 mg 8\n" * 600, "too_long"),
        ("1 mg 8, " * 30, "duplicate_time"),
        ("half 08:00", "word_amount"),
        ("half a tablet at 8", "word_amount"),
        ("½ mg 08:00", "word_amount"),
        ("1/2 mg 08:00", "word_amount"),
        ("two 5 mg 08:00", "word_amount"),
        ("2 tablets 08:00", "wrong_unit"),
        ("1 g 08:00", "wrong_unit"),
        ("5 ml 08:00", "wrong_unit"),
        ("500 µg 08:00", "wrong_unit"),
        ("-5 mg 08:00", "negative"),
        ("10 mg 08:00, −5 mg 22:00", "negative"),  # noqa: RUF001 - a real minus sign
        ("minus 5 mg 08:00", "negative"),
        ("5 mg 13:75", "bad_time"),
        ("5 mg 25:00", "bad_time"),
        ("5 mg 8 in the evening", "bad_time"),
        ("5 mg 08:00 every other day", "bad_time"),
        ("5 mg every 8 hours", "bad_time"),
        ("diazepam 5 mg 08:00", "bad_time"),
        ("5 mg at night", "time_missing"),
        ("5 mg as needed", "time_missing"),
        ("10 mg", "time_missing"),
        ("0 mg", "bad_amount"),
        ("0 mg 08:00", "bad_amount"),
        ("5-10 mg 08:00", "bad_amount"),
        ("5. mg 08:00", "bad_amount"),
        ("5.5.5 mg 08:00", "bad_amount"),
        ("0.00005 mg 08:00", "bad_amount"),
        ("1,000 mg 08:00", "bad_amount"),
        ("10 mg 08:00 and 22:00", "bad_amount"),
        ("08:00 5 mg 5 mg 22:00", "bad_amount"),
        ("\u0665 mg 08:00", "bad_amount"),
        ("1" * 290, "bad_amount"),
        ("9" * 200 + " mg 08:00", "absurd"),
        ("300 mg 08:00, 200.5 mg 22:00", "absurd"),
        ("10 mg 08:00, 5 mg 8am", "duplicate_time"),
        (",,;", "bad_amount"),
    ],
)
def test_what_is_unclear_is_asked_and_never_guessed(text: str, code: str) -> None:
    assert refused(text).code == code


def test_all_doses_without_a_clock_time_are_named_at_once() -> None:
    error = refused("10 mg in the morning, 5 mg 14:00, 5 mg at night")
    assert error.code is PlanLineCode.TIME_MISSING
    assert error.found == "10 mg in the morning, 5 mg at night"


def test_a_drug_can_set_a_lower_limit_and_never_a_higher_one() -> None:
    assert read_doses("10 mg 08:00", max_daily_mg=Decimal(10))
    for text, limit in (("10.5 mg 08:00", 10), ("501 mg 08:00", 900)):
        with pytest.raises(PlanLineError) as caught:
            read_doses(text, max_daily_mg=Decimal(limit))
        assert caught.value.code is PlanLineCode.ABSURD


def test_even_a_long_list_without_times_is_named_briefly() -> None:
    assert len(refused("5 mg at night\n" * 200).found) == 200


def test_more_than_twelve_times_a_day_is_a_slip() -> None:
    assert refused(", ".join(f"1 mg {hour}:00" for hour in range(13))).code == "too_long"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1 Dec: 10 mg 08:00, 5 mg 22:00", ("2026-12-01", "10 mg 08:00, 5 mg 22:00")),
        ("2026-12-01 diazepam 9 mg 08:00", ("2026-12-01", "9 mg 08:00")),
        ("from 1st December take valium 9.5 mg at 8", ("2026-12-01", "9.5 mg 08:00")),
        ("• Dec 1st, 2027: 9 mg 08:00", ("2027-12-01", "9 mg 08:00")),
        ("1-Dec-2026: 9 mg 08:00", ("2026-12-01", "9 mg 08:00")),
        ("1 Dec 27: 9 mg 08:00", ("2027-12-01", "9 mg 08:00")),
        ("1 Dec 10 mg 08:00", ("2026-12-01", "10 mg 08:00")),
        ("1 Dec 0800 10 mg", ("2026-12-01", "10 mg 08:00")),
        ("13/12: 9 mg 08:00", ("2026-12-13", "9 mg 08:00")),
        ("12/13/2026: 9 mg 08:00", ("2026-12-13", "9 mg 08:00")),
        ("12.12.26 9 mg 08:00", ("2026-12-12", "9 mg 08:00")),
        ("15 Jan: 9 mg 08:00", ("2027-01-15", "9 mg 08:00")),
        ("15 Dec: 0 mg", ("2026-12-15", "0 mg")),
        ("15 Dec stop diazepam", ("2026-12-15", "0 mg")),
        ("15 Dec: zero.", ("2026-12-15", "0 mg")),
        ("15 Dec: 0 mg 08:00, 5 mg 22:00", ("2026-12-15", "5 mg 22:00")),
    ],
)
def test_a_step_is_read_as_people_type_it(text: str, read: tuple[str, str]) -> None:
    ((starts, medicine, doses),) = steps(text)
    assert (starts, doses) == read
    assert medicine == "diazepam"


def test_several_medicines_are_told_apart_by_name() -> None:
    text = "1 Dec: diazepam 9 mg 08:00\n\n15 Dec: VALIUM 8 mg 08:00\n1 Dec zopiclone: stop"
    assert steps(text, TWO) == [
        ("2026-12-01", "diazepam", "9 mg 08:00"),
        ("2026-12-15", "diazepam", "8 mg 08:00"),
        ("2026-12-01", "zopiclone", "0 mg"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "line", "found"),
    [
        ("10 mg 08:00", "no_date", 1, "10 mg 08:00"),
        ("10.5 mg 08:00", "no_date", 1, "10.5 mg 08:00"),
        ("Dec 10 mg 08:00", "no_date", 1, "Dec 10 mg 08:00"),
        ("in two weeks: 9 mg 08:00", "no_date", 1, "in two weeks: 9 mg 08:00"),
        ("31 Nov: 9 mg 08:00", "bad_date", 1, "31 Nov"),
        ("2027-02-29 9 mg 08:00", "bad_date", 1, "2027-02-29"),
        ("29 Feb: 9 mg 08:00", "bad_date", 1, "29 Feb"),
        ("32/13: 9 mg 08:00", "bad_date", 1, "32/13"),
        ("1 Decembre: 9 mg 08:00", "bad_date", 1, "1 Decembre"),
        ("Monday: 9 mg 08:00", "bad_date", 1, "Monday"),
        ("next tue 9 mg 08:00", "bad_date", 1, "next tue"),
        ("tomorrow: 9 mg 08:00", "bad_date", 1, "tomorrow"),
        ("1 Dec 2062: 9 mg 08:00", "bad_date", 1, "1 Dec 2062"),
        ("1 Dec 2025: 9 mg 08:00", "past_date", 1, "1 Dec 2025"),
        ("20 Nov: 9 mg 08:00", "past_date", 1, "20 Nov"),
        ("23 Nov: 9 mg 08:00", "past_date", 1, "23 Nov"),
        ("23 Nov 2026: 9 mg 08:00", "past_date", 1, "23 Nov 2026"),
        ("1/12: 9 mg 08:00", "ambiguous_date", 1, "1/12"),
        ("1.12.2026 9 mg 08:00", "ambiguous_date", 1, "1.12.2026"),
        ("1 Dec: 9 mg 8\n1 Dec: 8 mg 8", "out_of_order", 2, "1 Dec: 8 mg 8"),
        ("15 Dec: 9 mg 8\n1 Dec: 8 mg 8", "out_of_order", 2, "1 Dec: 8 mg 8"),
        ("1 Dec: 9 mg 8\n\n2 Dec: 8 mg 13:75", "bad_time", 3, "13:75"),
        ("1 Dec: lorazepam 9 mg 08:00", "unknown_medicine", 1, "lorazepam"),
        ("1 Dec: half 08:00", "word_amount", 1, "half"),
        ("1 Dec: -5 mg 08:00", "negative", 1, "-5"),
        ("1 Dec: 5,5 mg 08:00", "comma_amount", 1, "5,5 mg"),
        ("1 Dec: 5 mg at night", "time_missing", 1, "5 mg at night"),
        ("1 Dec:", "bad_amount", 1, "1 Dec"),
        ("1 Dec: diazepam", "bad_amount", 1, "1 Dec: diazepam"),
        ("1 Dec: and &", "bad_amount", 1, "and &"),
        ("1 Dec: stop all", "unknown_medicine", 1, "stop all"),
        ("", "empty", 1, ""),
    ],
)
def test_an_unclear_step_is_asked_and_never_guessed(
    text: str, code: str, line: int, found: str
) -> None:
    error = step_refused(text)
    assert (error.code, error.line, error.found) == (code, line, found)


def test_a_date_that_reads_two_ways_offers_both() -> None:
    assert step_refused("1/12: 9 mg 08:00").expected == "1 Dec or 12 Jan"
    assert step_refused("12/1: 9 mg 08:00").expected == "12 Jan or 1 Dec"


@pytest.mark.parametrize(
    "text", ["1 Dec: 9 mg 08:00", "1 Dec: stop", "1 Dec: diazepam 9 mg 8, zopiclone 5 mg 22:00"]
)
def test_with_several_medicines_a_line_names_exactly_one(text: str) -> None:
    assert step_refused(text, TWO).code is PlanLineCode.UNKNOWN_MEDICINE


def test_a_date_with_nothing_after_it_is_never_the_end_of_a_medicine() -> None:
    assert step_refused("1 Dec:", TWO).code is PlanLineCode.BAD_AMOUNT
    assert step_refused("1 Dec: zopiclone", TWO).code is PlanLineCode.BAD_AMOUNT


def test_each_medicine_has_its_own_limit() -> None:
    with pytest.raises(PlanLineError) as caught:
        read_steps(
            "1 Dec: 81 mg 08:00",
            today=TODAY,
            medicines=ONE,
            max_daily_mg={"diazepam": Decimal(80)},
        )
    assert caught.value.code is PlanLineCode.ABSURD


def test_a_date_just_past_asks_for_its_year_across_new_year_too() -> None:
    with pytest.raises(PlanLineError) as caught:
        read_steps("20 Dec: 9 mg 08:00", today=date(2027, 1, 5), medicines=ONE)
    assert caught.value.code is PlanLineCode.PAST_DATE


def test_the_message_of_an_error_repeats_no_words_of_the_patient() -> None:
    assert "secret" not in str(refused("5 mg secret"))


def test_steps_without_any_medicine_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="need a medicine"):
        read_steps("1 Dec: stop", today=TODAY, medicines={})


walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))
amounts = st.integers(1, 400_000).map(lambda n: Decimal(n).scaleb(-4))
days = st.dictionaries(walls, amounts, min_size=1, max_size=6).map(lambda d: tuple(d.items()))
plan_text = st.text(st.sampled_from("0123456789 .,:/-\nmgdayDec½x") | st.characters(), max_size=120)


@given(days)
def test_what_is_read_back_reads_the_same(doses: tuple[tuple[time, Decimal], ...]) -> None:
    assert read_doses(write_doses(doses)) == doses


@given(st.lists(days, min_size=1, max_size=4), st.integers(1, 300))
def test_a_plan_read_back_reads_the_same(
    plan: list[tuple[tuple[time, Decimal], ...]], first: int
) -> None:
    dated = [(TODAY + timedelta(days=first + 14 * n), doses) for n, doses in enumerate(plan)]
    text = "\n".join(f"{day} {write_doses(doses)}" for day, doses in dated)
    read = read_steps(text, today=TODAY, medicines=ONE)
    assert [(step.starts, step.doses) for step in read] == dated


def outcome(text: str, *, dated: bool) -> PlanLineError | None:
    try:
        if dated:
            read_steps("1 Dec: " + text, today=TODAY, medicines=TWO)
        else:
            read_doses(text)
    except PlanLineError as error:
        return error
    return None


@given(plan_text, st.booleans())
def test_any_text_is_read_or_refused_at_a_place_inside_it(text: str, dated: bool) -> None:
    error = outcome(text, dated=dated)
    lines = ("1 Dec: " * dated + text).replace("\r\n", "\n").split("\n")
    if error is not None:
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert len(error.found) <= 200


@given(plan_text)
def test_whatever_is_read_is_a_real_day(text: str) -> None:
    try:
        doses = read_doses(text)
    except PlanLineError:
        return
    assert all(0 < mg <= 500 for _, mg in doses)
    assert len({wall for wall, _ in doses}) == len(doses) > 0
