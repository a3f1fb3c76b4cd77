from typing import Any

import pytest
from hypothesis import given

from care.plan import mg_text
from care.plancells import Cell, PlanTableError
from care.plandoc import PlanDocument, PlanDocumentError, read_document, write_document
from care.plantable import ReadTable, read_table, write_table
from tests.care.planrule_strategies import random_plans

NAMES = {"diazepam": "diazepam", "valium": "diazepam", "zopiclone": "zopiclone"}


def drug_id(name: str) -> str | None:
    return NAMES.get(name.casefold())


def cells(text: str) -> list[list[Cell]]:
    return [
        [Cell(part.strip(), row, column) for column, part in enumerate(line.split("|"), start=1)]
        for row, line in enumerate(text.strip().splitlines(), start=1)
    ]


def table(text: str, medicine: str = "diazepam") -> ReadTable:
    return read_table(cells(text), drug_id, medicine)


def lines(text: str, medicine: str = "diazepam") -> list[str]:
    """The plan as one line a regimen: day, medicine, doses."""
    plan = read_document(table(text, medicine).data, drug_id).plan
    found = [("now", one) for one in plan.present]
    found += [(step.starts.isoformat(), step.regimen) for step in plan.steps]
    return [
        " ".join([when, one.medicine[:4], *(f"{d.wall:%H:%M}={mg_text(d.mg)}" for d in one.doses)])
        for when, one in found
    ]


def refused(text: str, medicine: str = "diazepam") -> PlanTableError:
    with pytest.raises(PlanTableError) as caught:
        table(text, medicine)
    return caught.value


LONG = """
prescriber | Dr Okafor
from       | medicine | time  | mg
now        | Valium   | 08:00 | 10
           | Valium   | 22:00 | 5
1 Dec 2026 | Valium   | 08:00 | 9
1 Dec 2026 | Valium   | 22:00 | 5 mg
15/12/2026 | diazepam | 08:00 | 9
           |          |       |
1 Jan 2027 | diazepam |       | stop
"""
WIDE = """
Date       | 8 am (mg) | night 22:00 | total
now        | 10        | 5           | 15
2026-12-01 | 9         | 5           | 14
15.12.2026 | 9         | 0           |
2027-01-01 | 0         | 0           | 0
"""
SAID = [
    "now diaz 08:00=10 22:00=5",
    "2026-12-01 diaz 08:00=9 22:00=5",
    "2026-12-15 diaz 08:00=9",
    "2027-01-01 diaz",
]


def test_a_long_table_has_a_row_for_each_dose() -> None:
    assert lines(LONG) == SAID
    assert table(LONG).data["prescriber"] == "Dr Okafor"


def test_a_wide_table_has_a_column_for_each_time() -> None:
    assert lines(WIDE) == SAID


def test_a_table_may_name_its_medicine_once() -> None:
    assert lines("medicine | Valium\n" + WIDE.lstrip(), medicine="") == SAID


def test_two_medicines_make_one_plan() -> None:
    text = """
    from       | drug      | 08:00 | 22:00
    now        | zopiclone |       | 7.5
    now        | diazepam  | 10    |
    2026-12-01 | zopiclone |       | 3.75
    2026-12-08 | zopiclone | stop  |
    """
    assert lines(text) == [
        "now zopi 22:00=7.5",
        "now diaz 08:00=10",
        "2026-12-01 zopi 22:00=3.75",
        "2026-12-08 zopi",
    ]


def test_products_rest_days_and_as_needed_doses_have_columns_of_their_own() -> None:
    text = """
    from       | time  | mg  | every | how     | form   | pieces | smallest ml | most in 24h | hours apart
    has        |       | 2   |       |         | tablet | 2      |             |             |
    has        |       | 0.4 |       |         | liquid |        | 0.5         |             |
    as needed  |       | 2   |       |         |        |        |             | 2           | 6
    2026-12-01 | 08:00 | 4   | 2     | shake it |        |        |             |             |
    """  # noqa: E501 - a table as it looks
    assert table(text).data["medicines"] == [
        {
            "medicine": "diazepam",
            "products": [
                {"form": "tablet", "mg": "2", "pieces": "2"},
                {"form": "liquid", "mg_per_ml": "0.4", "smallest_ml": "0.5"},
            ],
            "steps": [
                {
                    "from": "2026-12-01",
                    "every": "2",
                    "doses": [{"at": "08:00", "mg": "4", "how": "shake it"}],
                }
            ],
            "as_needed": {"mg": "2", "most_in_24h": "2", "least_hours_apart": "6"},
        }
    ]


@given(random_plans())
def test_any_plan_survives_a_table(plan: Any) -> None:
    document = PlanDocument(plan, "Dr Okafor")
    rows = [
        [Cell(text, row, column) for column, text in enumerate(line, start=1)]
        for row, line in enumerate(write_table(write_document(document)), start=1)
    ]
    assert read_document(read_table(rows, str).data, str) == document


@pytest.mark.parametrize(
    ("text", "place", "found", "expected"),
    [
        ("from|time|mg\n01/12/2026|08:00|9", (2, 1), "01/12/2026", "is it 1 Dec or 12 Jan?"),
        ("from|time|mg\n1 Dec|08:00|9", (2, 1), "1 Dec", "a date with its year"),
        ("from|time|mg\n31/11/2026|08:00|9", (2, 1), "31/11/2026", "a date that exists"),
        ("from|time|mg\nweek 3 2026|08:00|9", (2, 1), "week 3 2026", "a date like 1 Dec 2026"),
        ("from|time|mg\n46357|08:00|9", (2, 1), "46357", "a date with its year"),
        ("from|time|mg\n1 Dec 2026 or so|8:00|9", (2, 1), "1 Dec 2026 or so", "with its year"),
        ("from|time|mg\n2026-12-01|24:00|9", (2, 2), "24:00", "00:00 for midnight"),
        ("from|time|mg\n2026-12-01|13:75|9", (2, 2), "13:75", "a time like 08:00"),
        ("from|time|mg\n2026-12-01|8|9", (2, 2), "8", "a time like 08:00"),
        ("from|time|mg\n2026-12-01|night|9", (2, 2), "night", 'like "night 08:00"'),
        ("from|time|mg\n2026-12-01||9", (2, 2), None, "a time like 08:00"),
        ("from|time|mg\n2026-12-01|08:00|", (2, 3), None, "an amount in mg, 0 or stop"),
        ("from|time|mg\n2026-12-01|08:00|9\n|22:00|5", (3, 1), None, 'a date, or "now"'),
        ("from|time|mg\n2026-12-01|08:00|9\nnow|22:00|5", (3, 1), "now", "above the dated rows"),
        ("from|time|mg\n2026-12-01|08:00|2|5", (2, 4), "5", "nothing in a column without"),
        ("from|time|mg\nnow||stop", (2, 3), "stop", "is never a stop"),
        (
            "from|time|mg\n2026-12-01|08:00|9\n2026-12-01||stop",
            (3, 3),
            "stop",
            "either stop or doses",
        ),
        ("from|time|mg\n2026-12-01|08:00|9\n2026-12-01||0", (3, 3), "0", "either stop or doses"),
        ("from|time|mg|every\nnow|08:00|9|2", (2, 4), "2", "a date in this row"),
        ("from|time|mg|every\n2026-12-01|8 am|9|2\n2026-12-01|9 am|9|3", (3, 4), "3", "2, as in"),
        ("from|time|mg|form\n2026-12-01|08:00|9|tablet", (2, 4), "tablet", 'only in a row "has"'),
        ("from|time|mg|form\nhas|08:00|9|tablet", (2, 2), "08:00", 'nothing here in a row "has"'),
        ("from|mg\nnow|5", (1, 2), "mg", "a heading time as well"),
        ("from|time|mg|note\nnow|08:00|5|x", (1, 4), "note", "a heading: from, medicine"),
        ("from|time|mg|dose\nnow|08:00|5|5", (1, 4), "dose", "each heading once"),
        ("from|time|dose (mcg)\nnow|08:00|5", (1, 3), "dose (mcg)", "a heading: from, medicine"),
        ("from|08:00|mg\nnow|5|5", (1, 3), "mg", "no such column beside"),
        ("from|morning|night\nnow|5|5", (1, 2), "morning", 'like "morning 08:00"'),
        ("from|08:00|22:00\nnow|10|5\n2026-12-01|9|", (3, 3), None, "or 0 for no dose at 22:00"),
        ("from|08:00|22:00\n2026-12-01||", (2, 2), None, "an amount in mg, 0 or stop"),
        ("from|08:00|22:00\n2026-12-01|5|stop", (2, 3), "stop", "either stop or doses"),
        ("from|08:00|22:00|total\nnow|10|5|14", (2, 4), "14", "15, which the amounts"),
        ("Sam's taper\nfrom|time|mg\nnow|08:00|5", (1, 1), "Sam's taper", "a line of headings"),
        ("5 mg at 08:00", (1, 1), "5 mg at 08:00", "a line of headings"),
        ("from|time|mg", (1, 1), None, "rows under the headings"),
        ("", (1, 1), None, "a line of headings"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_cell(
    text: str, place: tuple[int, int], found: str | None, expected: str
) -> None:
    error = refused(text)
    assert (error.cell.row, error.cell.column) == place
    assert error.found == (f'"{found}"' if found else error.found)
    assert found or error.found.startswith("nothing")
    assert expected in error.expected


def test_a_medicine_that_nobody_named_is_asked_for() -> None:
    assert "a medicine" in refused("from|time|mg\nnow|08:00|5", medicine="").expected
    two = "from|drug|time|mg\nnow|diazepam|08:00|5\nnow|zopiclone|22:00|5\nnow||12:00|5"
    assert refused(two, medicine="").cell == Cell("", 4, 2)


def test_a_value_that_the_document_refuses_is_found_in_its_cell() -> None:
    found = table("from|time|mg\nnow|08:00|10\n2026-12-01|08:00|2,5\n2026-11-30|08:00|2")
    with pytest.raises(PlanDocumentError) as caught:
        read_document(found.data, drug_id)
    assert found.places[caught.value.path] == Cell("2,5", 3, 3)


def test_rows_of_an_earlier_day_further_down_are_out_of_order() -> None:
    found = table("from|time|mg\n2026-12-01|08:00|5\n2026-12-15|08:00|4\n2026-12-01|22:00|5")
    with pytest.raises(PlanDocumentError) as caught:
        read_document(found.data, drug_id)
    assert found.places[caught.value.path].row == 4


def test_two_wide_rows_of_one_day_are_two_steps() -> None:
    found = table("from|08:00\n2026-12-01|5\n2026-12-01|4")
    with pytest.raises(PlanDocumentError) as caught:
        read_document(found.data, drug_id)
    assert found.places[caught.value.path] == Cell("2026-12-01", 3, 1)
