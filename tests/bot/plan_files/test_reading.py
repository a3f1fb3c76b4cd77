import io
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.content.drugs import load_drugs
from bot.plan_files import LARGEST, SUFFIXES, PlanFileError, read_plan_file, write_plan_file
from care.plan import Plan, TypedStep, mg_text, plan_of
from care.plandoc import PlanDocument, Unresolved
from tests.care.planrule_strategies import random_plans

DRUGS = load_drugs()
WITHOUT_LIMITS = {one.id: replace(one, max_daily_mg=Decimal(500)) for one in DRUGS.values()}
YAML = """
steady_plan: 1
prescriber: Dr Okafor
medicines:
  - medicine: Valium
    now:
      - {at: 08:00, mg: 10.5}
      - {at: 22:00, mg: 5}
    steps:
      - from: 2026-12-01
        doses: [{at: 08:00, mg: 9}]
      - {from: 2027-01-01, stop: true}
""".lstrip()
JSON = """{
\t"steady_plan": 1, "prescriber": "Dr Okafor",
\t"medicines": [{
\t\t"medicine": "Valium",
\t\t"now": [{"at": "08:00", "mg": 10.5}, {"at": "22:00", "mg": 5}],
\t\t"steps": [
\t\t\t{"from": "2026-12-01", "doses": [{"at": "08:00", "mg": "9"}]},
\t\t\t{"from": "2027-01-01", "stop": true}
\t\t]
\t}]
}"""
CSV = """prescriber,Dr Okafor
from,medicine,time,mg
now,Valium,08:00,10.5
now,Valium,22:00,5
2026-12-01,Valium,08:00,9
2027-01-01,Valium,,stop
"""
EIGHT_ON_1_DEC = datetime(2026, 12, 1, 8)  # noqa: DTZ001 - cells have no zone
ROWS: list[list[Any]] = [
    ["prescriber", "Dr Okafor"],
    ["from", "medicine", "time", "mg"],
    ["now", "Valium", clock(8), 10.5],
    [None, "Valium", timedelta(hours=22), 5],
    [],
    [datetime(2026, 12, 1), "Valium", "8 am", "9 mg"],  # noqa: DTZ001 - cells have no zone
    [date(2027, 1, 1), "Valium", None, "stop"],
]


def workbook(rows: list[list[Any]]) -> tuple[Workbook, Any]:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    return book, sheet


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(*rows: list[Any]) -> bytes:
    return saved(workbook(list(rows))[0])


def read(content: bytes | str, name: str = "plan") -> PlanDocument:
    return read_plan_file(name, content.encode() if isinstance(content, str) else content, DRUGS)


def refused(content: bytes | str, name: str = "plan") -> PlanFileError:
    with pytest.raises(PlanFileError) as caught:
        read(content, name)
    assert "\n" not in str(caught.value)
    return caught.value


def said(document: PlanDocument) -> list[str]:
    plan = document.plan
    found = [("now", one) for one in plan.present]
    found += [(step.starts.isoformat(), step.regimen) for step in plan.steps]
    return [
        " ".join([when, *(f"{dose.wall:%H:%M}={mg_text(dose.mg)}" for dose in one.doses)])
        for when, one in found
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.yaml", YAML.encode()),
        ("plan.YML", YAML.encode("utf-8-sig")),
        ("plan.json", JSON.encode()),
        ("document", YAML.encode()),
        ("plan.csv", CSV.encode()),
        ("plan.txt", CSV.replace(",", "\t").encode("utf-16")),
        ("plan.csv", CSV.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig")),
        ("plan.csv", ("sep=;\n" + CSV.replace(",", ";")).encode("cp1252")),
        ("plan.xlsx", xlsx(*ROWS)),
        ("plan.csv", xlsx(*ROWS)),
    ],
)
def test_a_plan_is_read_from_any_kind_of_file(name: str, content: bytes) -> None:
    document = read(content, name)
    assert document.prescriber == "Dr Okafor"
    assert document.plan.medicines == ("diazepam",)
    assert said(document) == ["now 08:00=10.5 22:00=5", "2026-12-01 08:00=9", "2027-01-01"]


def test_letters_beyond_ascii_are_kept() -> None:
    document = read(CSV.replace("Okafor", "Müller").encode("cp1252"), "plan.csv")
    assert document.prescriber == "Dr Müller"
    assert read(JSON.replace("Okafor", "\\ud83d\\ude42")).prescriber == "Dr 🙂"


def test_an_amount_is_exactly_what_was_written() -> None:
    text = YAML.replace("10.5", "0.1000").replace("mg: 5}", "mg: 1.0625}")
    doses = read(text).plan.present[0].doses
    assert [dose.mg for dose in doses] == [Decimal("0.1"), Decimal("1.0625")]


def test_a_number_of_a_sheet_is_what_the_sheet_shows() -> None:
    rows = xlsx(["from", "08:00"], ["now", 0.1 + 0.2], [date(2026, 12, 1), 10 * 0.9 * 0.9])
    medicine = read_plan_file("plan.xlsx", rows, DRUGS, medicine="diazepam")
    assert said(medicine) == ["now 08:00=0.3", "2026-12-01 08:00=8.1"]


@given(random_plans(), st.sampled_from(SUFFIXES), st.sampled_from([None, *Unresolved]))
def test_any_plan_survives_every_format(
    plan: Plan, suffix: str, if_unresolved: Unresolved | None
) -> None:
    document = PlanDocument(plan, "Dr Ökafor; (GP), 2", if_unresolved)
    written = write_plan_file(document, suffix)
    assert read_plan_file(f"plan.{suffix}", written, WITHOUT_LIMITS) == document


def test_words_that_look_like_a_formula_stay_words() -> None:
    step = TypedStep(
        date(2026, 12, 1), "diazepam", ((clock(8), Decimal(1)),), how={clock(8): "=1+1"}
    )
    document = PlanDocument(plan_of([], [step]), "=cmd")
    assert read(write_plan_file(document, "xlsx")) == document


def long_plan(steps: int) -> PlanDocument:
    typed = [
        TypedStep(date(2026, 12, 1) + timedelta(days=n), "diazepam", ((clock(8), Decimal(5)),))
        for n in range(steps)
    ]
    return PlanDocument(plan_of([], typed))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_thousand_steps_are_read_in_a_moment_and_one_more_is_refused(suffix: str) -> None:
    content = write_plan_file(long_plan(1000), suffix)
    began = time.perf_counter()
    assert len(read(content, f"plan.{suffix}").plan.steps) == 1000
    assert time.perf_counter() - began < 5
    error = refused(write_plan_file(long_plan(1001), suffix), f"plan.{suffix}")
    assert (error.found, error.expected) == ("1001 of them", "at most 1000")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("mg: 10.5", "mg: 10,5", 'line 6, column 28: found "5" after a comma, expected a decimal'),
        ("mg: 10.5", 'mg: "10,5"', 'line 6, column 25 (medicine 1, now 1, mg): found "10,5"'),
        ("10.5", "250", "found 250 mg a day, expected at most"),
        ("10.5", "10 mcg", 'found "10 mcg", expected an amount in mg'),
        ("10.5", "", "found nothing, expected an amount in mg, like 2.5"),
        ("22:00", "24:00", 'line 7, column 14 (medicine 1, now 2, at): found "24:00"'),
        ("2026-12-01", "2026-11-31", 'found "2026-11-31", expected a date that exists'),
        ("2026-12-01", "2027-12-01", "expected a date after 2027-12-01, the step before it"),
        ("Valium", "Vallium", "medicine that Steady follows (is it diazepam?)"),
        ("Valium", "clonidine", "medicine that Steady follows"),
        ("steps:", "stpes:", 'line 9, column 7 (medicine 1, stpes): found "stpes" here'),
        ("steps:", "now:", 'line 8, column 5: found "now" a second time'),
        ("[{at", "[{{at", "line 10, column 18: found a list or table as a name"),
        ("08:00, mg: 9", "&a 08:00, mg: 9", "found an anchor or alias"),
        ("Valium", "!!str Valium", "found the tag tag:yaml.org,2002:str"),
        ("    now:", "\tnow:", "line 5, column 1: found something else"),
    ],
)
def test_a_yaml_file_is_refused_with_line_and_column(old: str, new: str, line: str) -> None:
    assert old in YAML
    assert line in str(refused(YAML.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n---\nb: 2", "line 3, column 1: found a second document"),
        ("steady_plan: 1\nmedicines: " + "[" * 500 + "]" * 500, "found lists inside lists"),
        ("steady_plan: 1\nmedicines: [*a]", "found an anchor or alias"),
        ("? [a]\n: medicines: 1", "found a list or table as a name"),
        ("steady_plan: 1\nx: \x07", "expected YAML or JSON"),
        ('{"steady_plan": 1', "line 2, column 1: found something else, expected YAML or JSON ("),
        ("- steady_plan: 1", "line 1, column 1 (the document): found a list"),
    ],
)
def test_what_a_plan_needs_not_is_refused(text: str, line: str) -> None:
    assert line in str(refused(text, "plan.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("08:00,9", '08:00,"2,5"', 'line 5, column 4: found "2,5", expected 2.5'),
        ("08:00,9", "08:00,2,5", 'line 5, column 5: found "5", expected nothing in a column'),
        ("2026-12-01", "01/12/2026", "the month as a word: is it 1 Dec or 12 Jan?"),
        ("08:00,9", "morning,9", 'expected a clock time as well, like "morning 08:00"'),
        ("medicine,", "medicine,note,", 'line 2, column 3: found "note", expected a heading'),
        ("2026-12-01,Valium", "2026-12-01,Vallium", "(is it diazepam?)"),
        ('prescriber,Dr Okafor\n"', "", "unexpected end of data"),
        ("Okafor", "O" * 300, "line 1, column 2"),
    ],
)
def test_a_csv_file_is_refused_with_line_and_column(old: str, new: str, line: str) -> None:
    text = CSV.replace(old, new, 1) if old in CSV else 'from,time,mg\n"now,08:00,5'
    assert line in str(refused(text, "plan.csv"))


def test_a_quoted_line_break_does_not_shift_the_lines() -> None:
    text = 'from,time,mg,how\nnow,08:00,5,"one\ntwo"\n2026-12-01,25:00,5,\n'
    assert refused(text, "plan.csv").line == 4


def with_cell(value: Any, cell: str = "D4", form: str = "General") -> bytes:
    book, sheet = workbook(ROWS)
    sheet[cell] = value
    sheet[cell].number_format = form
    return saved(book)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (with_cell("=5+5"), "cell D4: found a formula without its value"),
        (with_cell("#N/A"), 'cell D4: found "#N/A", expected a value in place of the error'),
        (with_cell(2.5, form="0"), "cell D4: found 2.5, shown as 2, expected a number that is"),
        (with_cell(0.5, form="0%"), "cell D4: found 0.5 shown as a percentage"),
        (with_cell(250, form='0" mcg"'), 'cell D4: found "250 mcg", expected an amount in mg'),
        (with_cell(1 / 3), "cell D4: found"),
        (with_cell("2,5"), 'cell D4: found "2,5", expected 2.5'),
        (with_cell(-5), 'cell D4: found "-5", expected an amount above 0 mg'),
        (with_cell(True), 'cell D4: found "true"'),
        (
            with_cell(clock(8, 0, 30), "C4", "h:mm:ss"),
            'cell C4: found "08:00:30", expected a time like',
        ),
        (with_cell(timedelta(hours=25), "C4", "[h]:mm"), "expected a time like 08:00"),
        (
            with_cell(EIGHT_ON_1_DEC, "A6", "d mmm h:mm"),
            "expected a date or a time alone",
        ),
        (with_cell(46357, "A6"), 'cell A6: found "46357", expected a date with its year'),
        (with_cell("01/12/2026", "A6"), "is it 1 Dec or 12 Jan?"),
    ],
)
def test_a_sheet_is_refused_with_its_cell(content: bytes, line: str) -> None:
    assert line in str(refused(content))


def test_an_amount_with_its_unit_in_the_format_is_read_with_it() -> None:
    assert said(read(with_cell(5, form='0.0" mg"')))[0] == "now 08:00=10.5 22:00=5"


def test_merged_cells_are_refused_by_name() -> None:
    book, sheet = workbook(ROWS)
    sheet.merge_cells("B3:B4")
    error = refused(saved(book))
    assert str(error) == (
        "cells B3:B4: found merged cells, expected one value in each cell (unmerge them)"
    )


def test_a_second_filled_sheet_is_refused_and_an_empty_or_hidden_one_is_not() -> None:
    book, _ = workbook(ROWS)
    book.create_sheet("empty")
    hidden = book.create_sheet("lists")
    hidden["A1"], hidden.sheet_state = "x", "hidden"
    assert read(saved(book)).prescriber == "Dr Okafor"
    book.create_sheet("old plan")["A1"] = "from"
    assert str(refused(saved(book))).startswith('sheet "old plan": found a second sheet')


def archive(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in names.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "found an empty file, expected a .yaml, .json, .csv or .xlsx file"),
        (b" \n", "found an empty file"),
        (b"%PDF-1.7 ...", "found a PDF, expected its table copied into a message"),
        (b"\xd0\xcf\x11\xe0 ...", "found an old .xls or .doc file, expected the same saved as"),
        (b"\xff\xd8\xff\xe0", "found a picture"),
        (b"\x00\x01\x02", "found something that is no text"),
        (b"x" * (LARGEST + 1), "found a file of 1.0 MB, expected at most 1 MB"),
        (b"PK\x03\x04 broken", "found a broken archive, expected an .xlsx file"),
        (archive({"word/document.xml": b"<a/>"}), "found another kind of file"),
        (archive({"xl/workbook.xml": b"<a/>"}), "found a broken workbook"),
        (archive({"xl/workbook.xml": b" " * 2**25}), "found a workbook that unpacks to too much"),
        (b"Hello, this is my plan: 5 mg at 08:00", "expected a line of headings"),
    ],
)
def test_another_file_is_refused_in_one_line(content: bytes, line: str) -> None:
    assert line in str(refused(content))


@given(st.binary(max_size=200))
def test_no_file_brings_the_reader_down(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"steady_plan: ", b"from,time,mg\n"):
        with pytest.raises(PlanFileError):
            read(start + content)
