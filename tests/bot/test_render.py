"""Words are whole, escaped and exact."""

from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from bot.content.render import Renderer, amount, names


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "hello.j2").write_text("Hello {{ name }}.\n\n\n\nBye  \n")
    return Renderer(tmp_path)


def test_nobody_is_sent_half_a_sentence(renderer: Renderer) -> None:
    with pytest.raises(UndefinedError):
        renderer.text("hello", "en")


def test_what_people_type_cannot_become_markup(renderer: Renderer) -> None:
    assert "&lt;b&gt;" in renderer.text("hello", "en", name="<b>")


def test_a_missing_locale_falls_back_as_a_whole(renderer: Renderer) -> None:
    assert renderer.text("hello", "es", name="Ana") == "Hello Ana.\n\nBye"


@pytest.mark.parametrize(
    ("mg", "said"),
    [("9", "9 mg"), ("9.0", "9 mg"), ("0.50", "0.5 mg"), ("1E+1", "10 mg"), ("0.125", "0.125 mg")],
)
def test_an_amount_is_said_exactly(mg: str, said: str) -> None:
    assert amount(Decimal(mg)) == said


def test_names_are_listed_as_people_say_them() -> None:
    assert names(["Maya"]) == "Maya"
    assert names(["Maya", "Dan", "Ana"]) == "Maya, Dan and Ana"
