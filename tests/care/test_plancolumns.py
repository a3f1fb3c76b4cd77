"""Tables as they come out of a document: tabs, pipes or wide blanks, under a row of heads."""

from datetime import date, time
from decimal import Decimal

import pytest

from care.plan import DoseTime, Regimen
from care.planlines import PlanLineError, read_steps, write_steps

TODAY = date(2026, 11, 23)
ONE = {"diazepam": "diazepam", "Valium": "diazepam"}
TWO = {**ONE, "zopiclone": "zopiclone"}
PRESENT = {
    "diazepam": Regimen(
        "diazepam",
        (DoseTime("a", time(8), Decimal(10)), DoseTime("b", time(22), Decimal(10))),
    ),
    "zopiclone": Regimen("zopiclone", (DoseTime("a", time(22, 30), Decimal("7.5")),)),
}


def read(text: str, medicines: dict[str, str] = ONE) -> list[str]:
    steps = read_steps(text, today=TODAY, medicines=medicines, present=PRESENT)
    return write_steps(steps).replace(" diazepam:", "").splitlines()


def refused(text: str, medicines: dict[str, str] = ONE) -> tuple[str, int, str, str]:
    with pytest.raises(PlanLineError) as caught:
        read(text, medicines)
    error = caught.value
    return error.code.value, error.line, error.found, error.expected


STEPS = ["2026-12-01 9 mg 08:00, 9 mg 22:00", "2026-12-15 9 mg 08:00, 8 mg 22:00"]


@pytest.mark.parametrize(
    "text",
    [
        "Date\tMorning\tEvening\n1 Dec\t9\t9 mg\n15 Dec\t9\t8",
        "date | 08:00 | 22:00 | total\n1 Dec | 9 mg | 9 mg | 18 mg\n15 Dec | 9 | 8 | 17",
        "| Date | 8am (mg) | 10pm (mg) |\n|:--|--:|--:|\n| 1 Dec | 9 | 9 |\n| 15 Dec | 9 | 8 |",
        (
            "Date     AM (mg)   PM (mg)   Total\n1 Dec    9         9         18\n"
            "15 Dec   9         8         17"
        ),
        "Week\tMorning (mg)\tNight (mg)\n1-2\t9\t9\n3-4\t9\t8\nstart 1 Dec",
        "Start: Tuesday 1 Dec\nWeek\tDose\n1–2\t9+9 mg\n3–4\t9 mg + 8 mg",  # noqa: RUF001
        (
            "Week | Starting | Morning | Bedtime | Total mg\n1 | 1 Dec | 9 | 9 | 18\n"
            "3 | 15 Dec | 9 | 8 | 17"
        ),
        (
            "From\tTo\tmane\tnocte\tNotes\n1 Dec\t14 Dec\t9 mg\t9 mg\tas agreed\n"
            "15 Dec\t28 Dec\t9 mg\t8 mg\tsee you then"
        ),
        "Date\tDuration\t08:00\t22:00\n1 Dec\t2 weeks\t9mg\t9mg\n15 Dec\t2 weeks\t9mg\t8mg",
        "Doses in mg\nStep | Date | 08.00 | 22.00\n1 | 1 Dec | 9 | 9\n2 | 15 Dec | 9 | 8",
        "Date\tDaily dose\n1 Dec\t9 mg bd\n15 Dec\t9 mg 08:00, 8 mg 22:00",
        "Day\t08:00 mg\t22:00 mg\n1-14\t9 (1 tab)\t9 (1 tab)\n15-28\t9\t8\nstart 1 Dec",
    ],
)
def test_a_pasted_table_is_read_row_by_row(text: str) -> None:
    assert read(text) == STEPS


def test_a_dash_or_an_empty_cell_is_no_dose_at_that_time() -> None:
    text = "Date | 08:00 | 22:00 | Notes\n1 Dec | 9 mg | - | \n8 Dec | | 8 mg | x\n9 Dec | 7 mg"
    assert read(text) == [
        "2026-12-01 9 mg 08:00",
        "2026-12-08 8 mg 22:00",
        "2026-12-09 7 mg 08:00",
    ]


@pytest.mark.parametrize("end", ["0\t0", "0 mg\t-", "stop\t", "\tStop", "nil\t0"])
def test_a_medicine_ends_where_the_row_says_so(end: str) -> None:
    assert read(f"Date\t08:00\t22:00\n1 Dec\t1 mg\t1 mg\n15 Dec\t{end}") == [
        "2026-12-01 1 mg 08:00, 1 mg 22:00",
        "2026-12-15 0 mg",
    ]


def test_lines_go_on_below_a_table() -> None:
    text = "From\tTo\t08:00\n1 Dec\t14 Dec\t1 mg\nthen stop"
    assert read(text) == ["2026-12-01 1 mg 08:00", "2026-12-15 0 mg"]


def test_columns_of_several_medicines_are_kept_apart() -> None:
    text = (
        "Date | Diazepam morning | Diazepam night | Zopiclone\n"
        "1 Dec | 9 mg | 9 mg | 7.5 mg\n15 Dec | 8 | 8 | 0"
    )
    assert read(text, TWO) == [
        "2026-12-01 9 mg 08:00, 9 mg 22:00",
        "2026-12-01 zopiclone: 7.5 mg 22:30",
        "2026-12-15 8 mg 08:00, 8 mg 22:00",
        "2026-12-15 zopiclone: 0 mg",
    ]


@pytest.mark.parametrize(
    ("text", "code", "line", "found", "expected"),
    [
        (
            "Date\t08:00\t22:00\tTotal\n1 Dec\t9 mg\t9 mg\t18 mg\n15 Dec\t9\t8\t18",
            *("total_mismatch", 3, "18 mg", "17 mg"),
        ),
        ("Date\t08:00\t22:00\n1 Dec\t9\t8", "unit_missing", 2, "9", "9 mg"),
        ("Date\t08:00\n1 Dec\t2,5 mg", "comma_amount", 2, "2,5 mg", "2.5 mg"),
        ("Date\t08:00 (mg)\n1 Dec\t2,5", "comma_amount", 2, "2,5", "2.5 mg"),
        ("Date\t08:00 (mg)\n1 Dec\t½", "word_amount", 2, "½", "figures, like 2.5 mg"),
        ("Date\t08:00 (mg)\n1 Dec\tx", "bad_amount", 2, "x", "an amount like 2.5 mg"),
        ("Date\t08:00 (mg)\n1 Dec\t2 tablets", "wrong_unit", 2, "2 tablets", "mg"),
        ("Date\t08:00\n1 Dec\t500 mcg", "wrong_unit", 2, "500 mcg", "0.5 mg"),
        ("Date\t08:00\t22:00\n1 Dec\t-\t-", "bad_amount", 2, "1 Dec", "an amount in mg, 0 or stop"),
        ("Date\t08:00 (mg)\n1 Dec\t900", "absurd", 2, "1 Dec 900", "at most 500 mg a day"),
        (
            "Date\tColour\n1 Dec\tred",
            *("bad_table", 1, "Colour", "a date, a time or total above each column"),
        ),
        (
            "Date\tTime\tDose\n1 Dec\t08:00\t9 mg",
            *("bad_table", 1, "Time", "a date, a time or total above each column"),
        ),
        (
            "Date  08:00  22:00\n1 Dec  9 mg",
            "bad_table",
            2,
            "1 Dec 9 mg",
            "3 columns, as in the first row",
        ),
        (
            "Date\t08:00\n1 Dec\t9 mg\t8",
            "bad_table",
            2,
            "1 Dec 9 mg 8",
            "2 columns, as in the first row",
        ),
        ("Date\tNotes\n1 Dec\tx", "bad_table", 1, "Date Notes", "a column with amounts in mg"),
        ("Date\tDose", "bad_table", 1, "Date Dose", "a column with amounts in mg"),
        ("Step\tDose\n1\t9 mg", "bad_table", 1, "Step Dose", "a column with dates or weeks"),
        ("Date\tNoon\n1 Dec\t9 mg", "time_missing", 1, "Noon", "a clock time, like 5 mg 22:00"),
        (
            "Date\t08:00\t8am\n1 Dec\t9 mg\t8",
            "duplicate_time",
            1,
            "Date 08:00 8am",
            "each time once",
        ),
        (
            "Date\tDose\n1 Dec\t18 mg",
            *("split_missing", 2, "18 mg", "how much at 08:00 and how much at 22:00"),
        ),
        ("Date\tDose\n1/12\t9+9 mg", "ambiguous_date", 2, "1/12", "1 Dec or 12 Jan"),
        ("Date\tDose\nsoon\t9+9 mg", "no_date", 2, "soon", "a date first, like 1 Dec: 10 mg 08:00"),
        ("Date\tDose\n\t9+9 mg", "no_date", 2, "9+9 mg", "a date first, like 1 Dec: 10 mg 08:00"),
        ("Week\tDose\n2-1\t9+9 mg", "bad_date", 2, "2-1", "weeks like 1-2"),
        (
            "Week\tDose\n1-2\t9+9 mg",
            *("start_missing", 2, "1-2 9+9 mg", "the date on which it starts, like 1 Dec"),
        ),
        ("Date\tDose\n1 Dec\t10%", "computed", 2, "10%", "each new dose in mg"),
    ],
)
def test_a_cell_that_is_not_understood_is_named(
    text: str, code: str, line: int, found: str, expected: str
) -> None:
    assert refused(text) == (code, line, found, expected)


def test_columns_without_a_name_need_one_medicine() -> None:
    assert refused("Date\tDose\n1 Dec\t9 mg", TWO)[0] == "unknown_medicine"
    assert read("Zopiclone\nDate\tDose\n1 Dec\t5 mg", TWO) == ["2026-12-01 zopiclone: 5 mg 22:30"]


def test_a_row_of_what_is_taken_now_is_compared_and_no_step() -> None:
    rows = "Date\t08:00 mg\tnight 22:00 mg\tTotal\n{now}\n1 Dec\t9\t9\t18\n15 Dec\t9\t8\t17"
    assert read(rows.format(now="now\t10\t10\t20")) == STEPS
    found = refused(rows.format(now="now\t20\t10\t30"))
    assert found == ("bad_table", 2, "now 20 10 30", "the doses you take now, as you gave them")


def test_a_word_beside_a_clock_time_has_to_agree_with_it() -> None:
    assert refused("Date\tmorning 22:00\n1 Dec\t9 mg")[:2] == ("bad_time", 1)
