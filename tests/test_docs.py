"""What the documents name exists, and what exists is named."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings
from store.base import Base

ROOT = Path(__file__).parents[1]
ADR6 = ROOT / "docs" / "adr" / "0006-dependencies.md"
DECISIONS = sorted(ADR6.parent.glob("[0-9]*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
LINK = re.compile(r"(?:\[[^\]]*\]\(|<img src=\")(?P<to>[^)\s\"]+)")
CODE = re.compile(r"`(?P<said>[^`\n]+)`")
NAMED_TEST = re.compile(r"(?P<file>tests/[\w/]+\.py)::(?P<name>test_\w+)")
SECTIONS = ("Context", "Options", "Decision", "Consequences")
FOUND_LATER = {".venv/bin", ".venv/bin/python"}  # made by `make run`


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def missing_links(document: str, folder: Path) -> list[str]:
    """Links to files that are not there; the net is not asked."""
    links = [found["to"] for found in LINK.finditer(document)]
    local = [link.split("#")[0] for link in links if not link.startswith(("https:", "#"))]
    return [link for link in local if not (folder / link).exists()]


def missing_paths(document: str) -> list[str]:
    """Paths in backticks, from the root, that are not there."""
    paths = [found["said"].split()[-1].split("::")[0] for found in CODE.finditer(document)]
    ours = [path for path in paths if "/" in path and path.split("/")[0] in FOLDERS]
    return [path for path in ours if path not in FOUND_LATER and not (ROOT / path).exists()]


def missing_tests(document: str) -> list[str]:
    return [
        found[0]
        for found in NAMED_TEST.finditer(document)
        if found["name"] not in functions_of(ROOT / found["file"])
    ]


def functions_of(path: Path) -> set[str]:
    if not path.exists():
        return set()
    tree = ast.walk(ast.parse(text(path)))
    return {n.name for n in tree if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def hazards() -> Iterator[tuple[str, str]]:
    for part in text(ROOT / "docs" / "safety.md").split("\n### ")[1:]:
        title, _, body = part.partition("\n")
        yield title, body.split("\n## ")[0]


def required(names: list[str]) -> set[str]:
    return {re.split(r"[\[<>=! ]", name, maxsplit=1)[0] for name in names}


def commands(command: object, before: str = "") -> Iterator[str]:
    for name, part in command.commands.items() if isinstance(command, TyperGroup) else ():
        yield f"{before}{name}"
        yield from commands(part, f"{before}{name} ")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_a_document_names_exists(path: Path) -> None:
    document = text(path)
    assert missing_links(document, path.parent) == []
    assert missing_paths(document) == []


def test_a_file_that_is_not_there_would_be_found() -> None:
    links = '[a](docs/no.md) ![b](LICENSE) [c](https://x.org) <img src="no.png">'
    assert missing_links(links, ROOT) == ["docs/no.md", "no.png"]
    assert missing_paths("`care/no.py` `care/doses.py` `make test tests/no`") == [
        "care/no.py",
        "tests/no",
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_a_document_names_exists(path: Path) -> None:
    assert missing_tests(text(path)) == []


def test_a_test_that_is_not_there_would_be_found() -> None:
    here = "tests/test_docs.py::"
    assert missing_tests(f"{here}test_every_test_a_document_names_exists") == []
    assert missing_tests(f"{here}test_of_nothing tests/no.py::test_x") == [
        f"{here}test_of_nothing",
        "tests/no.py::test_x",
    ]


def test_every_hazard_says_how_bad_it_is_and_what_shows_the_guard() -> None:
    found = dict(hazards())
    assert [title.split(".")[0] for title in found] == [f"H{n + 1}" for n in range(len(found))]
    weak = [t for t, b in found.items() if "Severity: " not in b or not NAMED_TEST.search(b)]
    assert weak == []


def test_every_setting_is_in_the_example_file_and_back() -> None:
    lines = text(ROOT / ".env.example").splitlines()
    named = [line.split("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_in_the_example_file_is_explained_and_has_its_default() -> None:
    paragraphs = text(ROOT / ".env.example").split("\n")
    defaults = Settings.model_construct()
    for before, line in pairwise(paragraphs):
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            assert before.startswith("#"), name
            default = getattr(defaults, name.lower())
            assert value == ("" if default == () else str(default)), name


def test_every_table_is_in_the_glossary() -> None:
    glossary = text(ROOT / "docs" / "glossary.md")
    assert [name for name in Base.metadata.tables if f"`{name}`" not in glossary] == []


def test_every_dependency_earns_its_place() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    needed = required([*project["dependencies"], *project["optional-dependencies"]["dev"]])
    rows = [line.split("|")[1] for line in text(ADR6).splitlines() if line.startswith("| `")]
    named = {found["said"] for row in rows for found in CODE.finditer(row)}
    assert named == needed


def test_every_command_of_the_documents_exists() -> None:
    outer = {entry.name for entry in entry_points(group="steady.commands")}
    ours = outer | set(commands(get_command(app)))
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    said = {said["said"] for path in DOCUMENTS for said in CODE.finditer(text(path))}
    wrong = [s for s in said if s.startswith("make ") and s.split()[1] not in targets]
    for line in said:
        words = line.split()
        if words[0] == "steady" and len(words) > 1:
            known = {words[1], " ".join(words[1:3])} & ours
            wrong += [] if known else [line]
    assert wrong == []


def test_the_changelog_begins_with_what_is_not_released() -> None:
    versions = re.findall(r"^## \[(.+?)\]", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == "Unreleased"


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_has_its_number_status_date_and_reasons(path: Path) -> None:
    document = text(path)
    assert document.startswith(f"# {int(path.name[:4])}. ")
    assert re.search(r"^- Status: (proposed|accepted|replaced by .+)$", document, re.MULTILINE)
    assert re.search(r"^- Date: \d{4}-\d\d-\d\d$", document, re.MULTILINE)
    assert tuple(re.findall(r"^## (.+)$", document, re.MULTILINE)) == SECTIONS


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
