"""Every example of docs/plan-format.md is read, and refused where it says so."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import Workbook

from bot.content.drugs import load_drugs
from bot.plan_files import PlanFileError, read_plan_file

TEXT = (Path(__file__).parents[3] / "docs" / "plan-format.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^```(?P<kind>\w+)(?P<refused> refused)?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
ANSWER = re.compile(r"^answers `(.+)`$", re.MULTILINE)
SHEET = re.compile(r"^\| date .*\n\|[-|]+\n(?:\|.*\n)+", re.MULTILINE)


class Example(NamedTuple):
    name: str
    content: bytes
    refused: bool


def examples() -> Iterator[Example]:
    for number, found in enumerate(BLOCK.finditer(TEXT), start=1):
        name = f"{number}.{found['kind']}"
        yield Example(name, found["text"].encode(), bool(found["refused"]))


def sheets() -> Iterator[Example]:
    for number, found in enumerate(SHEET.finditer(TEXT), start=1):
        book = Workbook()
        lines = [line for line in found[0].splitlines() if not line.startswith("|-")]
        for line in lines:
            book.worksheets[0].append([cell.strip() or None for cell in line.split("|")[1:-1]])
        out = io.BytesIO()
        book.save(out)
        yield Example(f"{number}.xlsx", out.getvalue(), refused=False)


GOOD = [one for one in (*examples(), *sheets()) if not one.refused]
REFUSED = [one for one in examples() if one.refused]


@pytest.mark.parametrize("example", GOOD, ids=lambda one: one.name)
def test_an_example_is_read(example: Example) -> None:
    document = read_plan_file(example.name, example.content, load_drugs(), medicine="diazepam")
    assert document.plan.steps


@pytest.mark.parametrize(
    ("example", "line"),
    list(zip(REFUSED, ANSWER.findall(TEXT), strict=True)),
)
def test_a_refusal_is_as_the_page_says(example: Example, line: str) -> None:
    with pytest.raises(PlanFileError) as caught:
        read_plan_file(example.name, example.content, load_drugs())
    assert str(caught.value) == line


def test_every_kind_of_file_has_an_example() -> None:
    assert {one.name.partition(".")[2] for one in GOOD} == {"yaml", "json", "csv", "xlsx"}
    assert len(REFUSED) == 2


def test_the_two_ways_to_write_the_first_plan_agree() -> None:
    first = [
        read_plan_file(one.name, one.content, load_drugs(), medicine="diazepam").plan
        for one in GOOD
        if one.name in {"1.yaml", "4.csv", "1.xlsx"}
    ]
    assert len(first) == 3
    assert all(plan.present == first[0].present for plan in first)
    assert all(plan.steps[:2] == first[0].steps for plan in first)
